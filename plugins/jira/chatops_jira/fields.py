"""The ticket's further fields: templates over the incident, rendered and typed."""

import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from chatops import Context, Incident, PersonView, Rejected
from chatops_jira.document import one_line, written
from chatops_jira.explain import Names
from chatops_jira.settings import JiraConfig, JiraField

if TYPE_CHECKING:
    from jinja2 import Template


class Fields:
    """Renders the fields of one instance. An empty value leaves its field alone."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._config: JiraConfig = names.config

    def values(self, incident: Incident, ctx: Context) -> dict[str, Any]:
        """The fields as Jira takes them. Raises Rejected, which names the setting of a bad one."""
        if not self._config.fields:
            return {}
        links = [{"instance": o.instance, **_shown(o.link)} for o in ctx.links]
        services = [
            {"name": s.name, "public_name": s.public_name, "owner": s.owner} for s in ctx.services.values()
        ]
        variables = {"incident": incident, "links": links, "services": services}
        typed = _Typed(self._config, ctx.people, ctx.log.warning)
        found: dict[str, Any] = {}
        for name, field in self._config.fields.items():
            rendered = [self._rendered(name, text, variables) for text in _texts(field)]
            try:
                value = typed.value(field, [text for text in rendered if text])
            except ValueError as error:
                raise Rejected(f"{self._setting(name)}: {error}") from None
            if value is not None:
                found[name] = value
        return found

    def faults(self) -> list[tuple[str, str]]:
        """The setting of each template that is none, and why."""
        found = []
        for name, field in self._config.fields.items():
            for text in _texts(field):
                try:
                    self._template(name, text)
                except Rejected as error:
                    found.append((self._setting(name), str(error)))
        return found

    def _rendered(self, name: str, text: str, variables: Mapping[str, Any]) -> str:
        from jinja2 import TemplateError

        try:
            return self._template(name, text).render(variables).strip()
        # Somebody else's template can go wrong in any of these ways, and none is a defect of ours.
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
            raise Rejected(f"{self._setting(name)} cannot be rendered: {error}") from error

    def _template(self, name: str, text: str) -> "Template":
        from jinja2 import StrictUndefined, TemplateError
        from jinja2.sandbox import ImmutableSandboxedEnvironment

        try:
            return ImmutableSandboxedEnvironment(undefined=StrictUndefined).from_string(text)
        except TemplateError as error:
            raise Rejected(f"{self._setting(name)} is no template: {error}") from error

    def _setting(self, name: str) -> str:
        return self._names.setting(f"fields.{name}")


class _Typed:
    """Turns rendered texts into what Jira takes for a field's type; ValueError says what to write."""

    def __init__(
        self, config: JiraConfig, people: Mapping[str, PersonView], warn: Callable[..., None]
    ) -> None:
        self._config = config
        self._people = people
        self._warn = warn

    def value(self, field: JiraField, texts: list[str]) -> Any:  # noqa: C901  (one case for each type)
        """The value; None for none."""
        if not texts:
            return None
        first = texts[0]
        match field.type:
            case "text":
                return one_line(first)
            case "textarea":
                return written([], cloud=self._config.cloud, words=first)
            case "number":
                return _number(first)
            case "option":
                return {"value": first}
            case "options":
                return [{"value": text} for text in _split(texts)]
            case "user":
                return self._user(first)
            case "date":
                return _time(first).date().isoformat()
            case "datetime":
                return _time(first).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")
            case "list":
                return _split(texts)

    def _user(self, name: str) -> dict[str, str] | None:
        known = self._people.get(name)
        account = self._config.account(known.settings if known else None)
        if account:
            return self._config.who(account)
        # Anybody may take a role, and the ticket is worth more than one of its fields.
        self._warn("%s has no account in Jira; a field that names them is left as it is", name)
        return None


def _shown(link: Any) -> dict[str, str]:
    return {"kind": link.kind, "id": link.id, "url": link.url, "title": link.title}


def _texts(field: JiraField) -> list[str]:
    value = field.value
    if isinstance(value, tuple):
        return list(value)
    return [value if isinstance(value, str) else repr(value)]


def _split(texts: list[str]) -> list[str]:
    return [part.strip() for text in texts for part in text.split(",") if part.strip()]


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"write a number, not {text!r}")
    return int(number) if number.is_integer() else number


def _time(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"write a date such as 2026-11-21, not {text!r}") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
