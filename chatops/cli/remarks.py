"""How a check shows what it found: to people, and in the formats that CI systems read."""

import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from chatops.cli.options import F, OneOf
from chatops.cli.output import Shown, folded, say
from chatops.errors import UsageError
from chatops.text import one_line

if TYPE_CHECKING:
    from chatops.remarks import Remark

FORMS: Final = ("text", "json", "github", "gitlab", "junit", "sarif")
#: The exit code where a check found something.
FOUND: Final = 5


class Report(NamedTuple):
    """What a check found.

    `paths` are the documents that it looked at, those without a finding as well. `rules` says in a line why
    there is each of the rules, by name.
    """

    remarks: Sequence["Remark"]
    paths: Sequence[str]
    rules: Mapping[str, str]


def format_option(command: F) -> F:
    """`--format`; the command gets `form`, for `show`."""
    return click.option(
        "--format",
        "form",
        type=OneOf("format", FORMS),
        metavar=f"[{'|'.join(FORMS)}]",
        help="How the findings are written: for people, or for a CI system.",
    )(command)


def show(report: Report, form: str | None, shown: Shown) -> None:
    """Print the findings, in the order of files and lines; with `--quiet` the paths alone that have any.

    Raises UsageError where two forms are asked for.
    """
    from chatops.cli import remarks_formats as formats

    if form and shown.form not in {"text", form}:
        raise UsageError("Choose one of --format, --json and --quiet.")
    listed = sorted(report.remarks, key=lambda remark: (remark.path, remark.line))
    report = report._replace(remarks=listed)
    if shown.form == "quiet":
        shown.ids(dict.fromkeys(formats.readable(remark.path) for remark in listed))
        return
    match shown.form if shown.form == "json" else form:
        case "json":
            _print(formats.as_json(report), shown)
        case "github":
            _print(formats.as_github(report), shown)
        case "gitlab":
            _print(formats.as_gitlab(report), shown)
        case "junit":
            _print(formats.as_junit(report), shown)
        case "sarif":
            _print(formats.as_sarif(report), shown)
        case _:
            _tell(report)


def leave(report: Report, *, whole: bool) -> None:
    """End the command where it found something, or where something could not be looked at."""
    if not whole:
        raise SystemExit(1)
    if report.remarks:
        raise SystemExit(FOUND)


def counted(report: Report) -> str:
    """`3 findings in 2 of 14 documents`."""
    documents = _number(len(report.paths), "document")
    if not report.remarks:
        return f"{documents}, no findings"
    found = len({remark.path for remark in report.remarks})
    where = documents if found == len(report.paths) else f"{found} of {documents}"
    return f"{_number(len(report.remarks), 'finding')} in {where}"


def _print(text: str, shown: Shown) -> None:
    if text:
        say(text, to=shown.out)


def _tell(report: Report) -> None:
    for remark in report.remarks:
        where = one_line(f"{remark.path}:{remark.line}: {remark.rule}:")
        if sys.stdout.isatty():
            say(where)
            say(folded("    ", one_line(remark.message)))
        else:
            say(f"{where} {one_line(remark.message)}")
    rules = _most_often(remark.rule for remark in report.remarks)
    say(folded("", f"{counted(report)}{rules and f': {rules}'}."))


def _most_often(rules: Iterable[str]) -> str:
    counts: Any = Counter(rules)
    return ", ".join(f"{count} {rule}" for rule, count in counts.most_common())


def _number(count: int, what: str) -> str:
    return f"1 {what}" if count == 1 else f"{count:,} {what}s"
