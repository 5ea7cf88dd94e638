"""Whether everything would work: doctor."""

import sys
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Any, Final

import click
import msgspec

from chatops.cli.configuration import loaded
from chatops.cli.options import guard_logs, output_options
from chatops.cli.output import Shown, folded, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chatops.context import Finding
    from chatops.service.doctor import Examined

FOUND: Final = 5
#: A remote may have hundreds of what would do.
MOST_VALID: Final = 30


@click.command()
@click.argument("instances", nargs=-1, metavar="[INSTANCE]...")
@output_options
def doctor_command(instances: tuple[str, ...], shown: Shown) -> None:
    """Find out before an incident what would not work in one.

    It looks at the configuration, the store and the background process, and asks every enabled plugin whether
    its remote takes the settings: the token, the project, the names. With INSTANCE, it asks those alone.
    Nothing is changed anywhere.

    The exit code is 5 where something was found.

    \b
    Examples:
      chatops doctor
      chatops doctor jira --json | jq '.findings[].problem'
    """
    from chatops.service.doctor import examine

    guard_logs()
    config, seen = loaded(), []
    here = sys.stdout
    # What a plugin prints meanwhile is no part of our answer.
    with redirect_stdout(sys.stderr):
        for examined in examine(config, instances):
            seen.append(examined)
            if shown.form == "text":
                say(_line(examined), to=here)
    found = list(_found(seen))
    shown.ids(dict.fromkeys(finding.setting for _, finding in found))
    shown.data(
        {
            "ok": not found,
            "findings": [{"instance": of} | msgspec.structs.asdict(finding) for of, finding in found],
            "instances": [_row(examined) for examined in seen if examined.instance],
        }
    )
    for _, finding in found:
        _say(shown, finding)
    if found:
        raise SystemExit(FOUND)


def _line(examined: "Examined") -> str:
    if examined.findings:
        mark, colour = "✗", "red"
    else:
        mark, colour = ("✓", "green") if examined.asked else ("-", "bright_black")
    note = examined.note or ("ok" if not examined.findings else "")
    return f"{click.style(mark, fg=colour)} {examined.name}{f': {note}' if note else ''}"


def _found(seen: "Sequence[Examined]") -> "Iterator[tuple[str | None, Finding]]":
    """Each finding once, with the instance that it is about: a plugin repeats what its table has shown."""
    once: dict[Finding, str | None] = {}
    for examined in seen:
        for finding in examined.findings:
            once[finding] = examined.instance or once.get(finding)
    yield from ((instance, finding) for finding, instance in once.items())


def _row(examined: "Examined") -> dict[str, Any]:
    return {
        "instance": examined.instance,
        "ok": not examined.findings,
        "asked": examined.asked,
        "clock_skew": examined.clock_skew,
    }


def _say(shown: Shown, finding: "Finding") -> None:
    shown.text()
    shown.text(folded(f"{click.style(finding.setting, bold=True)}: ", finding.problem))
    if finding.valid:
        more = len(finding.valid) - MOST_VALID
        rest = f", and {more} more" if more > 0 else ""
        shown.text(folded("  There are: ", ", ".join(finding.valid[:MOST_VALID]) + rest))
