"""What of a post-mortem is published, and whether customers are given their part of it."""

from typing import TYPE_CHECKING

import click

from chatops.cli.output import Shown, folded, on_terminal, say, warn

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
    them, or is None: then a person is asked. Raises BadText.
    """
    from chatops.actions.address import address
    from chatops.service.publishing import Publication, told

    words = paper.for_customers
    if public and not words:
        warn(f'{paper.path} has nothing below "For customers", so customers are given nothing.')
    # What they have already is neither asked about nor given once more.
    if public is False or (words == told(about) and not force):
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


def _asked(words: str) -> bool:
    say(click.style("Give customers this section?", bold=True))
    for line in words.splitlines():
        say(f"  {line}" if line else "")
    return click.confirm("Give it to them?", default=False)
