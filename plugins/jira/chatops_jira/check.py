"""What of the settings Jira will not take: asked in the order in which one answer leads to the next."""

from collections.abc import Generator, Iterable, Iterator
from typing import Any

import msgspec

from chatops import Finding, Gone, Rejected, ToolContext, Unauthorized
from chatops_jira.explain import Names
from chatops_jira.fields import Fields
from chatops_jira.remote import Remote
from chatops_jira.settings import ROLES, JiraActionItems, JiraField, JiraService

#: Jira fills these in by itself, or they are always sent.
SENT = frozenset({"project", "issuetype", "summary", "description", "labels", "reporter"})
_STATUSES = ("investigating", "identified", "monitoring", "resolved", "cancelled", "reopened")


class Value(msgspec.Struct):
    """One of the values that a field can have."""

    id: str = ""
    name: str = ""
    value: str = ""

    @property
    def shown(self) -> str:
        """As a person writes it."""
        return self.name or self.value


class Field(msgspec.Struct, rename="camel"):
    """A field on the screen on which tickets are created."""

    field_id: str
    name: str = ""
    required: bool = False
    has_default_value: bool = False
    allowed_values: list[Value] = []


class _Fields(msgspec.Struct):
    fields: list[Field] = []
    values: list[Field] = []


class _Project(msgspec.Struct, rename="camel"):
    issue_types: list[Value] = []
    components: list[Value] = []


class _Type(msgspec.Struct):
    id: str
    statuses: list[Value] = []


def findings(ctx: ToolContext, names: Names) -> list[Finding]:
    """All that is wrong. Raises Unauthorized for credentials that are, since nothing follows then."""
    return list(dict.fromkeys(_Check(ctx, names).run()))


class _Check:
    def __init__(self, ctx: ToolContext, names: Names) -> None:
        self._ctx = ctx
        self._names = names
        self._config = names.config
        self._remote = Remote(ctx.http, names)

    def run(self) -> Iterator[Finding]:
        with self._names.explaining():
            self._remote.get("myself", Any)
        for setting, problem in Fields(self._names).faults():
            yield Finding(setting=setting, problem=problem)
        yield from self._project()
        yield from self._items()
        yield from self._people()

    def _project(self) -> Iterator[Finding]:
        key = self._config.project
        project = yield from self._seen(key, "project")
        if project is None:
            return
        yield from self._components([c.shown for c in project.components])
        kind = yield from self._kind(project, key, "issue_type", self._config.issue_type)
        if kind is None:
            return
        yield from self._fields(self._screen(key, kind))
        yield from self._statuses(kind)

    def _items(self) -> Iterator[Finding]:
        """Where nothing is set for action items, their tickets may be nobody's wish."""
        items, key = self._config.action_items, self._config.items_project
        if items == JiraActionItems():
            return
        project = yield from self._seen(key, "action_items.project" if items.project else "project")
        if project is None:
            return
        setting = "action_items.issue_type"
        kind = yield from self._kind(project, key, setting, items.issue_type)
        screen = self._screen(key, kind) if kind else {}
        for known in ("labels", "assignee", "duedate") if screen else ():
            if known not in screen:
                problem = f"the field {known} is not on the screen on which Jira creates a {items.issue_type}"
                yield self._finding(setting, f"{problem}: add it there")
        for field in screen.values():
            if field.required and not field.has_default_value and field.field_id not in SENT:
                problem = f"Jira requires {field.name!r} of every {items.issue_type}, and it is not sent"
                yield self._finding(
                    "action_items.issue_type", problem, [t.shown for t in project.issue_types]
                )

    def _seen(self, key: str, setting: str) -> Generator[Finding, None, _Project | None]:
        try:
            return self._remote.get(f"project/{key}", _Project)
        except Gone:
            problem = f"there is no project {key}, or the account of the token may not see it"
            yield self._finding(setting, problem, self._visible())
            return None

    def _kind(
        self, project: _Project, key: str, setting: str, wanted: str
    ) -> Generator[Finding, None, str | None]:
        """The id of the issue type."""
        for known in project.issue_types:
            if wanted.casefold() in {known.id, known.name.casefold()}:
                return known.id
        problem = f"the project {key} has no issue type {wanted!r}"
        yield self._finding(setting, problem, [t.shown for t in project.issue_types])
        return None

    def _screen(self, key: str, kind: str) -> dict[str, Field]:
        with self._names.explaining():
            path = f"issue/createmeta/{key}/issuetypes/{kind}"
            meta = self._remote.get(path, _Fields, maxResults=200)
        # Cloud and Data Center call them differently.
        return {f.field_id: f for f in meta.fields or meta.values}

    def _visible(self) -> list[str]:
        class Key(msgspec.Struct):
            key: str

        class Page(msgspec.Struct):
            values: list[Key]

        if self._config.cloud:
            return [p.key for p in self._remote.get("project/search", Page, maxResults=50).values]
        return [p.key for p in self._remote.get("project", list[Key])]

    def _components(self, valid: list[str]) -> Iterator[Finding]:
        asked = [("components", name, f"plugins.{self._ctx.instance}") for name in self._config.components]
        for service in self._ctx.services.values():
            if isinstance(service.settings, JiraService) and service.settings.component:
                path = f"services.{service.name}.{self._ctx.instance}"
                asked.append(("component", service.settings.component, path))
        for key, name, path in asked:
            if name not in valid:
                problem = f"the project {self._config.project} has no component {name!r}"
                yield Finding(setting=f"{path}.{key}", problem=problem, valid=tuple(valid))

    def _fields(self, screen: dict[str, Field]) -> Iterator[Finding]:
        yield from self._unsent(screen)
        yield from self._offscreen(screen)
        for severity, name in self._config.priority.items():
            if severity not in self._ctx.severities:
                problem = f"there is no severity {severity!r}"
                yield self._finding(f"priority.{severity}", problem, self._ctx.severities)
            elif "priority" in screen:
                yield from self._value(f"priority.{severity}", name, screen["priority"])
        if self._config.security_level and "security" in screen:
            yield from self._value("security_level", self._config.security_level, screen["security"])
        for known, field in self._config.fields.items():
            for text in _fixed(field) if known in screen else ():
                yield from self._value(f"fields.{known}", text, screen[known])

    def _unsent(self, screen: dict[str, Field]) -> Iterator[Finding]:
        sent = SENT | self._config.fields.keys() | self._chosen().keys()
        for field in screen.values():
            if field.required and not field.has_default_value and field.field_id not in sent:
                problem = f"Jira requires {field.name!r} of every {self._config.issue_type}"
                settings = {"priority": "priority", "components": "components"}
                setting = settings.get(field.field_id, f"fields.{field.field_id}")
                yield self._finding(setting, problem, [v.shown for v in field.allowed_values])

    def _offscreen(self, screen: dict[str, Field]) -> Iterator[Finding]:
        own = {known: f"fields.{known}" for known in self._config.fields}
        for known, setting in {"labels": "labels", **self._chosen(), **own}.items():
            if known not in screen:
                screen_of = f"the screen on which Jira creates a {self._config.issue_type}"
                problem = f"the field {known} is not on {screen_of}: add it there"
                yield self._finding(setting, problem, sorted(screen) if known in own else [])

    def _chosen(self) -> dict[str, str]:
        """The fields that are sent because a setting says so, and the setting."""
        chosen = {
            "priority": ("priority", self._config.priority),
            "components": ("components", self._config.components),
            "security": ("security_level", self._config.security_level),
        }
        return {known: setting for known, (setting, value) in chosen.items() if value}

    def _statuses(self, kind: str) -> Iterator[Finding]:
        types = self._remote.get(f"project/{self._config.project}/statuses", list[_Type])
        valid = [status.shown for t in types if t.id == kind for status in t.statuses]
        known = {name.casefold() for name in valid}
        for name in _STATUSES:
            setting, way = self._config.statuses.way(name)
            for status in way if setting == name else ():
                if status.casefold() not in known:
                    problem = f"no {self._config.issue_type} of the project has a status {status!r}"
                    yield self._finding(f"statuses.{name}", problem, valid)

    def _people(self) -> Iterator[Finding]:
        known = self._ctx.people
        for name in self._config.watchers:
            if name != ROLES and name not in known:
                yield self._finding("watchers", f"there is no person {name!r}", [ROLES, *known])
        for name, person in known.items():
            account = self._config.account(person.settings)
            if account and not self._exists(account):
                yield Finding(setting=self._names.account(name), problem=f"Jira knows no {account!r}")

    def _exists(self, account: str) -> bool:
        try:
            if self._config.cloud:
                return bool(self._remote.get("user/search", list[Any], accountId=account))
            self._remote.get("user", Any, username=account)
        except Gone:
            return False
        except (Unauthorized, Rejected) as error:
            self._ctx.log.warning("whether Jira knows %s cannot be asked: %s", account, error)
        return True

    def _value(self, setting: str, wanted: str, field: Field) -> Iterator[Finding]:
        known = {v.shown for v in field.allowed_values}
        if known and wanted not in known | {v.id for v in field.allowed_values}:
            problem = f"{field.name or field.field_id} cannot be {wanted!r}"
            yield self._finding(setting, problem, [v.shown for v in field.allowed_values])

    def _finding(self, setting: str, problem: str, valid: Iterable[str] = ()) -> Finding:
        return Finding(setting=self._names.setting(setting), problem=problem, valid=tuple(valid))


def _fixed(field: JiraField) -> list[str]:
    """The values of a choice that are no templates."""
    values = field.value if isinstance(field.value, tuple) else (str(field.value),)
    chosen = field.type in {"option", "options"}
    return [value for value in values if chosen and "{{" not in value and "{%" not in value]
