"""Post-mortems: draft."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from chatops.actions.address import readable
from chatops.cli.actions_diff import show_diff
from chatops.cli.actions_reading import kept_in
from chatops.cli.options import incident_option, one_target, open_service, output_options
from chatops.cli.output import Shown, say
from chatops.text import one_line

if TYPE_CHECKING:
    from chatops.incident import Incident
    from chatops.service.postmortem import Drafting


@click.command("draft")
@click.argument("incident", required=False)
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path),
    help="Where post-mortems are kept (default: the configuration's, else postmortems).",
)
@click.option(
    "--template", type=click.Path(path_type=Path), metavar="FILE", help="A Jinja2 template of your own."
)
@click.option("--dry-run", "rehearsed", is_flag=True, help="Show what would be written; write nothing.")
@incident_option
@output_options
def draft_command(
    incident: str | None,
    ref: str | None,
    folder: Path | None,
    template: Path | None,
    shown: Shown,
    *,
    rehearsed: bool,
) -> None:
    """Draft the post-mortem of an incident: the open one, or the latest.

    Draft it again whenever you like: it brings up to date what is computed, and leaves what people wrote.

    \b
    Example:
      chatops postmortem draft INC-12
    """
    from chatops.service.postmortem import draft, write

    service = open_service()
    found = one_target(service, incident, ref, latest=True)
    drafting = draft(service, found, folder or kept_in(service.config), template)
    if rehearsed:
        if shown.form == "text":
            _rehearse(drafting)
    else:
        write(drafting, restricted=found.restricted)
    shown.ids([str(drafting.path)])
    shown.data(
        {
            "path": readable(drafting.path),
            "created": drafting.before is None,
            "refreshed": drafting.refreshed,
            "left": [readable(said) for said in drafting.left],
        }
    )
    if shown.form == "text":
        _tell(drafting, found, rehearsed=rehearsed)


def _tell(drafting: "Drafting", incident: "Incident", *, rehearsed: bool) -> None:
    """Say what was done, and what is worth knowing of the incident."""
    path = one_line(str(drafting.path))
    if drafting.before is None:
        say(f"{'Would write' if rehearsed else 'Wrote'} {path}")
        if not rehearsed:
            say(f"  Write over what stands there in italics. Then: chatops postmortem lint {path}")
    elif drafting.refreshed:
        say(f"{path}\n{'Would refresh' if rehearsed else 'Refreshed'}: {', '.join(drafting.refreshed)}.")
    else:
        say(f"{path}\nNothing to refresh.")
    if drafting.left:
        say(f"Left alone: {'; '.join(map(one_line, drafting.left))}.")
    if incident.open:
        say(f"{incident.name} is still open: draft it again when it is over.")
    if incident.restricted:
        say("It is restricted: only you can read the file. Mind where you commit it.")
    if incident.drill:
        say("It was an exercise, and the document says so.")


def _rehearse(drafting: "Drafting") -> None:
    """Show the new document, or what would change in it."""
    if drafting.before is None:
        say(drafting.after.decode())
    else:
        show_diff(drafting.path, drafting.before, drafting.after)
