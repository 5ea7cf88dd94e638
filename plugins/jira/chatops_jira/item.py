"""What the ticket of an action item says, and to whom it is given."""

from collections.abc import Container, Mapping
from typing import Any

from chatops import PersonView, WantedItem
from chatops_jira.document import Block, Bullets, Line, Span, one_line, written
from chatops_jira.explain import Names
from chatops_jira.reading import PROPERTY, Fields, Issue, Person
from chatops_jira.settings import named
from chatops_jira.ticket import label_of

#: Fields that a ticket is worth filing without: not every screen has them, and people leave.
OPTIONAL = frozenset({"assignee", "duedate"})


def label(item: WantedItem) -> str:
    """The label by which the search finds the item's ticket."""
    return label_of(item.key, "chatops-item")


def web(url: str) -> str:
    """The address, where a browser can follow it."""
    return url if url.startswith(("https://", "http://")) else ""


class Draft:
    """An item on its way to Jira: `warnings` say what of it Jira does not take."""

    def __init__(self, item: WantedItem, names: Names, people: Mapping[str, PersonView]) -> None:
        self.item = item
        self.warnings: list[str] = []
        self._names = names
        self._config = names.config
        person = people.get(item.person)
        self.account = self._config.account(person.settings if person else None)
        self._left_out: set[str] = set()

    def new(self) -> dict[str, Any]:
        """The request that files the ticket, with the item's key in it."""
        config, item = self._config, self.item
        said = {
            "project": {"key": config.items_project},
            "issuetype": named(config.action_items.issue_type),
            "summary": one_line(item.text),
            "description": written(_facts(item), cloud=config.cloud, words=_words(item)),
            "labels": list(dict.fromkeys([label(item), *config.action_items.labels])),
            **{name: value for name, value in self.fields("owner", "due").items() if value is not None},
        }
        return {"fields": said, "properties": [{"key": PROPERTY, "value": self.ours}]}

    @property
    def ours(self) -> dict[str, str]:
        """The property by which the ticket is known for the item's."""
        return {"key": self.item.key, "document": web(self.item.document.url)}

    def fields(self, *wanted: str) -> dict[str, Any]:
        """These aspects of the item as fields; None empties one. What Jira did not take is not in it."""
        item, said = self.item, dict[str, Any]()
        if "title" in wanted:
            said["summary"] = one_line(item.text)
        if "owner" in wanted and (self.account or not item.owner):
            said["assignee"] = self._config.who(self.account) if self.account else None
        if "due" in wanted:
            said["duedate"] = item.due.isoformat() if item.due else None
        return {name: value for name, value in said.items() if name not in self._left_out}

    def filed(self, key: str) -> Issue:
        """The new ticket of this key, as far as it is known without asking."""
        said, item = self.fields("title", "owner", "due"), self.item
        person = Person(item.owner, account_id=self.account, name=self.account)
        return Issue(
            key,
            Fields(
                summary=said["summary"],
                assignee=person if said.get("assignee") else None,
                duedate=item.due if "duedate" in said else None,
            ),
            {PROPERTY: self.ours},
        )

    def warn_of_owner(self) -> None:
        """Say why a ticket of the item has no assignee, where its owner has no account."""
        if self.account or not self.item.owner:
            return
        owner, setting = self.item.owner, self._names.account(self.item.person or "NAME")
        advice = f"set {setting}" if self.item.person else f"add it to people.NAME.names, and set {setting}"
        self.warnings.append(f'Jira does not know "{owner}": {advice}')

    def leaves_out(self, refused: Mapping[str, str], sent: Container[str]) -> bool:
        """Leave out what was refused of what was sent, and say whether the rest is worth sending."""
        if not refused or not all(name in OPTIONAL and name in sent for name in refused):
            return False
        for name, words in refused.items():
            self._left_out.add(name)
            self.warnings.append(self._unset(name, words))
        return True

    def _unset(self, name: str, words: str) -> str:
        if name == "assignee":
            who = f'"{self.item.owner}" as assignee' if self.item.owner else "a ticket without an assignee"
            check = f" Check {self._names.account(self.item.person)}" if self.item.person else ""
            return f"Jira does not take {who}: {words}{check}"
        what = f"the due date {self.item.due}" if self.item.due else "a ticket without a due date"
        kind = self._names.setting("action_items.issue_type")
        screens = f"the screens of the type that {kind} names"
        return f"Jira does not take {what}: {words} Due date must be on {screens}"


def _words(item: WantedItem) -> str:
    return "\n\n".join(part for part in (item.text, *item.notes) if part.strip())


def _facts(item: WantedItem) -> list[Block]:
    document = item.document
    title = document.title or document.url or document.id
    points = [_fact("Post-mortem", Span(one_line(title), web(document.url)))]
    points += [_fact("Incident", Span(one_line(document.incident)))] if document.incident else []
    points += [_fact("Owner", Span(one_line(item.owner)))] if item.owner else []
    return [Bullets(tuple(points))]


def _fact(name: str, said: Span) -> Line:
    return (Span(f"{name}:", strong=True), Span(" "), said)
