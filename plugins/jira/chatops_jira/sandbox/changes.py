"""What opens, edits and transitions have in common: fields, comments and properties that are set."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from chatops_jira.sandbox.base import Base
from chatops_jira.sandbox.bodies import NewComment, Property, Update
from chatops_jira.sandbox.fields import Bad, Fields, Unreadable
from chatops_jira.sandbox.model import Comment, Issue, Rich, now

LONGEST_KEY: Final = 255
LONGEST_VALUE: Final = 32_768
_COLLECTIONS: Final = frozenset({"labels", "components"})


class Changes(Base):
    """Checks what is to be set, and sets it."""

    def good(self, fields: Fields, raw: Mapping[str, Any], *, new: bool = False) -> dict[str, Any]:
        """The values of the fields; raises Refused with all that is wrong with them."""
        try:
            values, errors = fields.read(raw)
        except Unreadable:
            self.refuse(400, "INVALID_INPUT")
        if new and not self.rehearsing:
            missing = fields.missing(values)
            errors |= {name: words for name, words in missing.items() if name not in errors}
        if errors:
            self.refuse(400, errors=errors)
        return values

    def changed(self, issue: Issue, fields: Fields, said: Update) -> dict[str, Any]:
        """The values that an edit sets, and those that its operations come to; raises Refused."""
        values = self.good(fields, said.fields)
        update = {name: operations for name, operations in said.update.items() if name != "comment"}
        if twice := sorted(update.keys() & values.keys()):
            words = "Field '{}' cannot appear in both 'fields' and 'update'"
            self.refuse(400, errors={name: words.format(name) for name in twice})
        for name, operations in update.items():
            held = issue.fields.get(name)
            for operation in operations:
                for verb, value in operation.items():
                    held = self._operated(fields, name, held, (verb, value))
            values[name] = held
        return values

    def comments_in(self, fields: Fields, said: Update) -> list[Comment]:
        """The comments that come with something else; raises Refused."""
        added = [operation.get("add") for operation in said.update.get("comment", [])]
        return [self.new_comment(fields, self.shaped(one, NewComment)) for one in added]

    def new_comment(self, fields: Fields, said: NewComment) -> Comment:
        """A comment that belongs to no issue yet; raises Refused."""
        body, at = self.words(fields, said.body), now()
        held: dict[str, Any] = {}
        self.put_properties(held, said.properties)
        identity = "0" if self.rehearsing else str(self.number())
        return Comment(identity, self.me, body, at, at, said.visibility, held)

    def words(self, fields: Fields, body: Any) -> Rich:
        """A comment's body; raises Refused."""
        if body in (None, ""):
            self.refuse(400, errors={"comment": "Comment body can not be empty!"})
        try:
            return fields.rich(body)
        except Unreadable:
            self.refuse(400, "INVALID_INPUT")
        except Bad as bad:
            is_shape = str(bad).startswith("Operation value")
            self.refuse(400, errors={"comment": "Comment body is not valid!" if is_shape else str(bad)})

    def put_properties(self, held: dict[str, Any], said: Iterable[Property]) -> None:
        """Set these properties; raises Refused."""
        for one in said:
            self.put_property(held, one.key, one.value)

    def put_property(self, held: dict[str, Any], key: str, value: Any) -> bool:
        """Set a property, and say whether it is new; raises Refused."""
        if not 1 <= len(key) <= LONGEST_KEY:
            self.refuse(400, f"The property key must be between 1 and {LONGEST_KEY} characters.")
        if value is None or len(json.dumps(value, ensure_ascii=False)) > LONGEST_VALUE:
            self.refuse(400, f"The property value must be JSON of at most {LONGEST_VALUE} characters.")
        is_new = key not in held
        held[key] = value
        return is_new

    def _operated(self, fields: Fields, name: str, held: Any, operation: tuple[str, Any]) -> Any:
        verb, value = operation
        if verb == "set":
            return self.good(fields, {name: value})[name]
        if verb not in {"add", "remove"} or name not in _COLLECTIONS:
            self.refuse(400, errors={name: f"Field with id '{name}' does not support operation '{verb}'"})
        (one,) = self.good(fields, {name: [value]})[name]
        rest = [other for other in held or [] if other != one]
        return [*rest, one] if verb == "add" else rest
