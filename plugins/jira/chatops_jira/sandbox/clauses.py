"""What a clause of JQL asks of an issue."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from chatops_jira.sandbox import wiki
from chatops_jira.sandbox.model import Issue, Known, now

_AGO: Final = re.compile(r"-(\d+)([smhdw])")
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_CATEGORIES: Final = {"new": "To Do", "indeterminate": "In Progress", "done": "Done"}

#: An issue as it is, and what the index knows of it.
Test = Callable[[Issue, Known], bool]


class BadJql(Exception):
    """A query that Jira would not run; the message is its own."""


def equals(name: str, value: str) -> Test:
    """The field is this, whatever the capitals, but for a label's."""
    wanted = value.lower()

    def test(issue: Issue, known: Known) -> bool:
        match name:
            case "labels":
                return value in (known.fields.get("labels") or [])
            case "components":
                return wanted in {one.name.lower() for one in known.fields.get("components") or []}
            case "priority":
                priority = known.fields.get("priority")
                return priority is not None and wanted in {priority.id, priority.name.lower()}
        held = {
            "project": {issue.project.key.lower(), issue.project.id, issue.project.name.lower()},
            "key": {known.key.lower(), issue.key.lower(), issue.id, *(key.lower() for key in issue.old_keys)},
            "status": {known.status.id, known.status.name.lower()},
            "statuscategory": {known.status.category, _CATEGORIES[known.status.category].lower()},
            "issuetype": {issue.type.id, issue.type.name.lower()},
        }
        return wanted in held[name]

    return test


def contains(name: str, value: str) -> Test:
    """Every word is there, or a phrase that is quoted within the quotes."""
    is_phrase = value.startswith('"') and value.endswith('"')
    words = [value.strip('"')] if is_phrase else re.findall(r"\w+", value.replace("*", ""))

    def test(issue: Issue, known: Known) -> bool:
        texts = [known.fields.get("summary", "")] if name in {"text", "summary"} else []
        texts += (
            [wiki.plain(known.fields.get("description") or "")] if name in {"text", "description"} else []
        )
        texts += [wiki.plain(comment.body) for comment in issue.comments] if name == "text" else []
        held = "\n".join(texts).lower()
        return all(word.lower() in held for word in words)

    return test


def compared(name: str, sign: str, moment: datetime) -> Test:
    """The time is before or after this one."""

    def test(issue: Issue, _known: Known) -> bool:
        at: datetime = getattr(issue, name)
        return {">": at > moment, ">=": at >= moment, "<": at < moment, "<=": at <= moment}.get(
            sign, at == moment
        )

    return test


def moment(value: str) -> datetime:
    """A time, or so long ago; raises BadJql."""
    if ago := _AGO.fullmatch(value):
        return now() - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
    try:
        return datetime.fromisoformat(value.replace("/", "-")).replace(tzinfo=UTC)
    except ValueError:
        formats = "'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format"
        raise BadJql(f"Date value '{value}' is invalid. Valid formats include: {formats}.") from None
