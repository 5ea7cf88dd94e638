"""What one rule of `postmortem lint` finds in a document."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chatops.postmortem.lint.check import Check, Terms

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)


def lint(text: str, rule: str = "", name: str = "pm.md", **terms: Any) -> list[int]:
    """The lines of what this rule finds in a document."""
    found = Check(Terms(**terms), NOW).remarks(Path(name), text.encode(), named=True)
    assert found is not None
    return [one.line for one in found if one.rule == rule]


def message(text: str, rule: str, **terms: Any) -> str:
    """The words of the only finding of this rule."""
    found = Check(Terms(**terms), NOW).remarks(Path("pm.md"), text.encode(), named=True) or []
    (only,) = [one.message for one in found if one.rule == rule]
    return only
