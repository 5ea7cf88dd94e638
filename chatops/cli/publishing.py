"""What of a post-mortem is published, and whether customers are given their part of it."""

from contextlib import suppress
from typing import TYPE_CHECKING

import click

from chatops.cli.output import Shown, folded, on_terminal, say, warn
from chatops.text import one_line

if TYPE_CHECKING:
    from chatops.incident import Incident
    from chatops.service import Service
    from chatops.service.publishing import Paper, Publication


def publication(
    service: "Service",
    about: "Incident",
    paper: "Paper",
    shown: Shown,
    *,
    public: bool | None,
    force: bool,
    dry_run: bool,
) -> "Publication":
    """What is published of the document. `public` says whether customers are given the section that is for
    them, or is None: then a person is asked. Raises BadText, NotPublished.
    """
    from chatops.actions.address import address
    from chatops.service.publishing import Publication, check_readers, told

    check_readers(about, paper.text)
    _say_untouched(service, paper, shown, dry_run=dry_run)
    words = paper.for_customers
    if public and not words:
        warn(f'{paper.path} has nothing below "For customers", so customers are given nothing.')
    # What they have already is neither asked about nor given once more.
    has_it = words == told(about) and not force
    if words and has_it and public is not False:
        shown.text("Customers have the section for them already.")
    if public is False or has_it:
        words = ""
    if words and not about.customers_know:
        say(f"Customers were told nothing of {about.name}, so they are not given its post-mortem.", err=True)
        words = ""
    if words and not public:
        asks = on_terminal() and shown.form == "text" and service.policy(about) != "manual"
        if asks and dry_run:
            shown.text(folded("  asks whether to give customers: ", words))
        if not (asks and not dry_run and _asked(words)):
            say("Customers are not given the section for them. To do it: the same with --public", err=True)
            words = ""
    url = address(paper.path, service.config.actions.document_url)
    return Publication(document=paper.text, url=url, public_section=words, overwrite=force)


def _say_untouched(service: "Service", paper: "Paper", shown: Shown, *, dry_run: bool) -> None:
    """What of a draft nobody has written yet; a person is asked whether that is meant."""
    from chatops.actions.document import NotRead
    from chatops.actions.labels import Labels
    from chatops.postmortem.blocks import STATS, TIMELINE
    from chatops.postmortem.lint.page import page
    from chatops.postmortem.lint.unfilled import unfilled
    from chatops.postmortem.marks import mark

    if not any(mark(paper.text, name) for name in (STATS, TIMELINE)):
        return
    labels, count = Labels(service.config.actions.headings), 0
    # What is nested too deeply to be checked is none of ours.
    with suppress(NotRead):
        count = len(list(unfilled(page(paper.path, paper.text, labels))))
    if not count:
        return
    path, places = one_line(str(paper.path)), "1 place is" if count == 1 else f"{count} places are"
    warn(f"{places} as the draft left {'it' if count == 1 else 'them'}: chatops postmortem lint {path}")
    asks = on_terminal() and shown.form == "text" and not dry_run
    if asks and not click.confirm("Publish it as it is?", default=False):
        say("Nothing was published.", err=True)
        raise SystemExit(1)


def _asked(words: str) -> bool:
    say(click.style("Give customers this section?", bold=True))
    for line in words.splitlines():
        say(f"  {line}" if line else "")
    return click.confirm("Give it to them?", default=False)
