"""The report on action items as Markdown, in which nobody's words mark anything up."""

from collections.abc import Iterable, Iterator, Sequence

from chatops.actions.markup import escaped
from chatops.actions.reported import Group, Report
from chatops.cli.actions_report_words import (
    COLUMNS,
    MEANING,
    NO_OWNER,
    cells,
    counted,
    lacking,
    left_out,
    named,
    untouched,
)
from chatops.cli.metrics_words import NO_SERVICE
from chatops.text import one_line


def markdown(found: Report, about: str, unknown: int) -> str:
    """The whole report; `about` says in words which incidents were asked for, `unknown` of how many documents
    nobody knows whether they are meant.
    """
    return "\n".join(_lines(found, about, unknown))


def _lines(found: Report, about: str, unknown: int) -> Iterator[str]:
    yield "# Action items"
    yield ""
    yield counted(found) + (f"; of incidents declared {about}." if about else ".")
    yield from filter(None, (lacking(found.total), left_out(unknown)))
    if found.total.items:
        yield from _table("Owner", found.owners, NO_OWNER)
        yield from _table("Service", found.services, NO_SERVICE)
        if found.untouched:
            yield from ("", "## Nothing is done yet", "")
            for one in found.untouched:
                yield f"- {escaped(one_line(one.about.label))} ({untouched(one)})"
        yield from ("", MEANING)


def _table(by: str, groups: Sequence[Group], none: str) -> Iterator[str]:
    yield from ("", f"## By {by.lower()}", "")
    yield _row([by, *(column.capitalize() for column in COLUMNS)])
    yield _row(["---", *["---:"] * len(COLUMNS)])
    for group in groups:
        yield _row([escaped(named(group, none)), *cells(group.figures)])


def _row(columns: Iterable[str]) -> str:
    return f"| {' | '.join(columns)} |"
