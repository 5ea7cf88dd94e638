"""Keeps action items and their tickets in step: actions sync."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from chatops.cli.actions_diff import show_diff
from chatops.cli.actions_reading import Asked, asking, documents
from chatops.cli.actions_shown import short
from chatops.cli.changed import changed_since_option
from chatops.cli.options import dry_run_option, guard_logs, output_options
from chatops.cli.output import Shown, folded, say
from chatops.cli.remarks import Written, format_option, many
from chatops.errors import ChatopsError, ConfigError, UsageError
from chatops.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chatops.actions.model import Document
    from chatops.service import Service
    from chatops.service.sync.items import Happened, What
    from chatops.service.sync.run import Gone, Mode
    from chatops.tracking import SourceDocument

    D = TypeVar("D", Document, SourceDocument)

_SAID: "Final[dict[What, tuple[str, str, str]]]" = {
    "filed": ("+", "green", "filed"),
    "linked": ("+", "green", "was filed before; linked"),
    "ticked": ("✓", "green", "is done"),
    "moved": ("→", "yellow", "moved"),
    "changed": ("~", "green", "changed"),
    "differs": ("≠", "yellow", "differs"),
    "dropped": ("≠", "yellow", "dropped"),
    "warning": ("!", "yellow", "but"),
    "gone": ("!", "yellow", "not found"),
    "withheld": ("!", "yellow", "withheld"),
    "failed": ("✗", "red", "failed"),
}
#: What a dry run says instead: nothing of it has happened.
_WOULD: "Final[dict[What, str]]" = {
    "filed": "would be filed",
    "linked": "was filed before; would be linked",
    "changed": "would be changed",
}


@click.command("sync")
@asking
@click.option("--no-write", is_flag=True, help="File and report, and leave the documents as they are.")
@click.option("--check", is_flag=True, help="Only look for what items lack; exit with 5 where they do.")
@changed_since_option
@format_option
@dry_run_option
@output_options
def sync_command(
    asked: Asked,
    no_write: bool,
    check: bool,
    changed_since: str | None,
    form: Written,
    dry_run: bool,
    shown: Shown,
) -> None:
    """File a ticket for each new action item, write its link into the document, tick what is done, and say
    what differs. It needs no store, and run again it does nothing.

    \b
    Examples:
      chatops actions sync postmortems/
      chatops actions sync postmortems/ --check --changed-since origin/main
    """
    guard_logs()
    if check:
        from chatops.cli.actions_check import check_items

        if no_write or dry_run:
            raise UsageError("--check writes nothing; leave out --no-write and --dry-run.")
        check_items(asked, changed_since, form, shown)
        return
    if changed_since or any(form):
        raise UsageError("--changed-since, --format and --output belong to --check.")
    from chatops.service import Service

    with Service.storeless(click.get_current_context().find_root().obj, dry_run=dry_run) as service:
        mode: Mode = "rehearse" if dry_run else "keep" if no_write else "write"
        _Told(service, shown, mode).run(asked)


class _Told:
    """One run, and what it tells of it."""

    def __init__(self, service: "Service", shown: Shown, mode: "Mode") -> None:
        self._service = service
        self._shown = shown
        self._mode: Mode = mode
        self._counts: Counter[str] = Counter()
        self._happened: list[Happened] = []
        #: Whether there was a document of which nobody can tell whether it is restricted.
        self._unclear = False

    def run(self, asked: Asked) -> None:
        """Sync the documents, and leave with the exit code."""
        left: list[Path] = []
        try:
            for gone in self._all(asked, left):
                self._tell(gone)
        except ChatopsError:
            # What was done until then is told, and nothing is said of the rest.
            if any(self._counts[name] for name in _ENDS):
                self._end("so far")
            raise
        self._end()
        if left or self._unclear or self._counts["failed"]:
            raise SystemExit(1)

    def _all(self, asked: Asked, left: list[Path]) -> "Iterator[Gone]":
        from chatops.service.sync.run import Sync
        from chatops.service.sync.tracker import Tracker

        wanted = self._service.config.actions
        if not wanted.tracker:
            there = ", ".join(self._service.config.instances) or "none"
            raise ConfigError(
                problem="[actions] tracker is not set: it names the instance that keeps the tickets. "
                f"Instances: {there}."
            )
        tracker = Tracker(self._service, wanted.tracker)
        sync = Sync(tracker, self._service.config, asked.labels, self._mode)
        read = documents(asked, left)
        yield from sync.files((taken, self._looked_at(document)) for taken, document in read)
        for instance in wanted.sources:
            known = map(self._counted, Tracker(self._service, instance, "actions.sources").documents())
            yield from sync.source(known, instance)

    def _looked_at(self, document: "Document") -> "Document":
        self._unclear |= document.privacy.restricted is None
        return self._counted(document)

    def _counted(self, document: "D") -> "D":
        self._counts["documents"] += 1
        self._counts["items"] += len(document.items)
        return document

    def _tell(self, gone: "Gone") -> None:
        self._happened += gone.happened if self._shown.form != "text" else ()
        self._counts.update(one.what for one in gone.happened)
        if self._shown.form != "text":
            return
        if gone.happened:
            say(one_line(gone.path))
        for one in gone.happened:
            _say(one, rehearsed=self._mode == "rehearse")
        if self._mode == "rehearse" and gone.before != gone.after:
            show_diff(gone.path, gone.before, gone.after)

    def _end(self, until: str = "") -> None:
        requests = self._service.rehearsal.sent if self._service.rehearsal else []
        counts = dict(self._counts)
        self._shown.data({**_whole(counts), "happened": self._happened, "requests": requests})
        self._shown.ids(one.ticket for one in self._happened if one.what == "filed")
        if self._shown.form != "text":
            return
        ends = _ENDS | (_WOULD_END if self._mode == "rehearse" else {})
        what = [f"{self._counts[name]} {words}" for name, words in ends.items() if self._counts[name]]
        said = ", ".join(what) or "everything is in step"
        items, where = many(self._counts["items"], "item"), many(self._counts["documents"], "document")
        say(f"{items} in {where}: {f'{said} {until}'.strip()}.")
        if self._mode == "rehearse":
            from chatops.cli.delivery import say_rehearsed

            say_rehearsed(self._service, self._shown, ())


_ENDS: Final = {
    "filed": "filed",
    "linked": "linked",
    "ticked": "done",
    "moved": "moved",
    "changed": "changed",
    "differs": "different",
    "dropped": "dropped",
    "gone": "not found",
    "withheld": "withheld",
    "failed": "failed",
}


#: A tick is set in the document, whose diff is shown; that its ticket is done is so already.
_WOULD_END: Final = {name: f"would be {name}" for name in ("filed", "linked", "changed")}


def _say(one: "Happened", *, rehearsed: bool) -> None:
    mark, colour, words = _SAID[one.what]
    words = _WOULD.get(one.what, words) if rehearsed else words
    where = f"line {one.line}: " if one.line else ""
    ticket = f"{one.ticket} " if one.ticket and not one.ticket.startswith("http") else ""
    message = f": {one.message}" if one.message else ""
    text = f" ({short(one.text)})" if one.text else ""
    line = one_line(f"{where}{ticket}{words}{message}{text}")
    say(folded(f"  {click.style(mark, fg=colour)} ", line))


def _whole(counts: dict[str, int]) -> dict[str, Any]:
    names: Sequence[str] = ("documents", "items", *_ENDS)
    return {name: counts.get(name, 0) for name in names}
