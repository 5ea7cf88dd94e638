"""The fields of an issue as a request says them: read into what Jira holds, or refused, each in its words."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Final, TypeVar

from chatops_jira.sandbox import adf, wiki
from chatops_jira.sandbox.memory import Memory
from chatops_jira.sandbox.model import Choice, CustomField, Project, Rich, SecurityLevel, User

LONGEST_SUMMARY: Final = 255
LONGEST_LABEL: Final = 255
LONGEST_TEXT: Final = 32_767
NOT_ON_SCREEN: Final = "Field '{}' cannot be set. It is not on the appropriate screen, or unknown."
NO_DOCUMENT: Final = "Operation value must be an Atlassian Document (see the Atlassian Document Format)"
C = TypeVar("C", bound=Choice)


class Bad(Exception):
    """A value that the field would not take."""


class Unreadable(Exception):
    """A document that is none; Jira says no more of it."""


class Fields:
    """Reads the fields of one request.

    `documents` says that rich text comes as Atlassian Documents, as in REST v3. `screen` are further fields
    that can be set.
    """

    def __init__(
        self, memory: Memory, project: Project, *, documents: bool, screen: Iterable[str] = ()
    ) -> None:
        self._memory = memory
        self._project = project
        self._documents = documents
        self._readers: dict[str, Callable[[Any], Any]] = {
            "summary": self._summary,
            "description": self.rich,
            "environment": self.rich,
            "labels": self._labels,
            "priority": lambda value: self._choice("Priority", memory.priorities, value),
            "components": self._components,
            "assignee": self.person,
            "duedate": _day,
            "parent": self._parent,
        }
        if memory.may("SET_ISSUE_SECURITY"):
            self._readers["security"] = self._security
        if memory.may("MODIFY_REPORTER"):
            self._readers["reporter"] = self.person
        if "resolution" in screen:
            self._readers["resolution"] = lambda v: self._choice("Resolution", memory.resolutions, v)
        for name in memory.off_screen:
            self._readers.pop(name, None)
        self._custom = {f.id: f for f in memory.custom_fields if f.on_screen}

    def read(self, said: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
        """The values, and what is wrong with the others, by the field's id."""
        values: dict[str, Any] = {}
        errors: dict[str, str] = {}
        for name, value in said.items():
            try:
                values[name] = self.one(name, value)
            except Bad as bad:
                errors[name] = str(bad)
        return values, errors

    def one(self, name: str, value: Any) -> Any:
        """One field's value; raises Bad."""
        if reader := self._readers.get(name):
            return None if value is None and name not in {"summary", "labels"} else reader(value)
        if custom := self._custom.get(name):
            return None if value is None else self._of_custom(custom, value)
        if self._memory.rehearsing and name.startswith("customfield_"):
            return value
        raise Bad(NOT_ON_SCREEN.format(name))

    def missing(self, values: Mapping[str, Any]) -> dict[str, str]:
        """What a new issue lacks."""
        needed = {name: name.capitalize() for name in self._memory.required_fields}
        needed |= {f.id: f.name for f in self._custom.values() if f.required}
        errors = {i: f"{name} is required." for i, name in needed.items() if values.get(i) in (None, [], "")}
        if "summary" not in values:
            errors["summary"] = "You must specify a summary of the issue."
        return errors

    def rich(self, value: Any) -> Rich:
        """Rich text, in the one form that this version of the API takes; raises Bad."""
        if not self._documents:
            if not isinstance(value, str):
                raise Bad("Operation value must be a string")
        elif not adf.is_document(value):
            raise Bad(NO_DOCUMENT)
        elif found := next(adf.faults(value), None):
            raise Unreadable(found)
        if len(wiki.text(value)) > LONGEST_TEXT:
            limit = (
                f"The entered text is too long. It exceeds the allowed limit of {LONGEST_TEXT:,} characters."
            )
            raise Bad("CONTENT_LIMIT_EXCEEDED" if self._documents else limit)
        rich: Rich = value
        return rich

    def person(self, value: Any) -> User:
        """Somebody, as this deployment calls them; raises Bad."""
        key = "accountId" if self._memory.cloud else "name"
        given = value.get(key) or (value.get("id") if self._memory.cloud else None) if value else None
        found = self.somebody(str(given or ""))
        if found is None:
            raise Bad(f"User '{given}' does not exist." if given else f"expected Object with {key}")
        if not found.active:
            raise Bad(f"User '{given}' cannot be assigned issues.")
        return found

    def somebody(self, given: str) -> User | None:
        """Who is called so; whoever it is, in a rehearsal."""
        cloud = self._memory.cloud
        found = next((u for u in self._memory.users if given == (u.account if cloud else u.name)), None)
        if found is None and self._memory.rehearsing and given:
            return User(given, given, given, "")
        return found

    def _summary(self, value: Any) -> str:
        if not isinstance(value, str):
            raise Bad("Operation value must be a string")
        if not value.strip():
            raise Bad("You must specify a summary of the issue.")
        if "\n" in value or "\r" in value:
            raise Bad("The summary is invalid because it contains newline characters.")
        if len(value) > LONGEST_SUMMARY:
            raise Bad(f"Summary can't exceed {LONGEST_SUMMARY} characters.")
        return value.strip()

    def _labels(self, value: Any) -> list[str]:
        if not isinstance(value, list) or not all(isinstance(label, str) for label in value):
            raise Bad("Operation value must be an Array of strings")
        for label in value:
            if any(character.isspace() for character in label):
                raise Bad(f"The label '{label}' contains spaces which is invalid.")
            if not label or len(label) > LONGEST_LABEL:
                raise Bad(f"The label '{label}' exceeds the maximum length of {LONGEST_LABEL} characters.")
        return list(dict.fromkeys(value))

    def _components(self, value: Any) -> list[Choice]:
        if not isinstance(value, list):
            raise Bad("Operation value must be an Array")
        return [self._choice("Component", self._project.components, one) for one in value]

    def _security(self, value: Any) -> SecurityLevel:
        found = self._choice("Security level", self._project.levels, value)
        return found if isinstance(found, SecurityLevel) else SecurityLevel(found.id, found.name)

    def _parent(self, value: Any) -> Any:
        try:
            return self._memory.issue(value.get("key") or value.get("id") or "")
        except LookupError:
            raise Bad("Could not find issue by id or key.") from None

    def _choice(self, kind: str, choices: Iterable[Choice], value: Any) -> Choice:
        if not isinstance(value, dict) or not {"id", "name", "value"} & value.keys():
            raise Bad(f"Specify the {kind} (id or name) in string format")
        identity, name = value.get("id"), value.get("name") or value.get("value")
        for choice in choices:
            if str(identity) == choice.id if identity is not None else name == choice.name:
                return choice
        if self._memory.rehearsing:
            return Choice(str(identity or 0), str(name or identity))
        what = f"id '{identity}'" if identity is not None else f"name '{name}'"
        raise Bad(f"{kind} {what} is not valid")

    def _of_custom(self, custom: CustomField, value: Any) -> Any:
        match custom.kind:
            case "textarea":
                return self.rich(value)
            case "labels":
                return self._labels(value)
            case "user":
                return self.person(value)
            case "date":
                return _day(value)
            case "select":
                return self._choice("Option", custom.options, value)
            case "multiselect" if isinstance(value, list):
                return [self._choice("Option", custom.options, one) for one in value]
            case "number" if isinstance(value, int | float) and not isinstance(value, bool):
                return value
            case "text" if isinstance(value, str) and len(value) <= LONGEST_SUMMARY:
                return value
        wanted = {"multiselect": "an Array", "number": "a number"}.get(custom.kind, "a string")
        raise Bad(f"Operation value must be {wanted}")


def _day(value: Any) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        raise Bad("Error parsing date string. Must be in the format yyyy-MM-dd.") from None
