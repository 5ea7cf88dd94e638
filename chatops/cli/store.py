"""What is kept, as a whole: store migrate, check, export, import."""

from pathlib import Path

import click

from chatops.cli import Suggesting
from chatops.cli.options import dry_run_option, open_service, output_options
from chatops.cli.output import Shown

FOUND = 5


@click.group(cls=Suggesting)
def store_command() -> None:
    """Check the store, or move it: to PostgreSQL, for a team, or back."""


@store_command.command("migrate")
@output_options
def migrate_command(shown: Shown) -> None:
    """Bring the store's tables up to date with this version, as every command does when it opens it.

    \b
    Example:
      chatops store migrate
    """
    from chatops.store import SCHEMA

    store = open_service().store
    shown.data({"store": store.name, "schema": SCHEMA})
    shown.ids([store.name])
    shown.text(f"{store.name} has schema {SCHEMA}, which is up to date.")


@store_command.command("check")
@output_options
def check_command(shown: Shown) -> None:
    """Read everything, and compare every incident with its events. The exit code is 5 where something is
    wrong.

    \b
    Example:
      chatops store check
    """
    from chatops.service.moving import faults

    store = open_service().store
    found = list(faults(store))
    incidents = len(store.log.all_ids())
    shown.data({"store": store.name, "incidents": incidents, "faults": found})
    shown.ids(found)
    for fault in found:
        shown.text(fault)
    if found:
        shown.text(f"{store.name} is damaged: restore a backup.")
        raise SystemExit(FOUND)
    shown.text(f"ok: {store.name}, {incidents} incidents")


@store_command.command("export")
@click.argument("file", type=click.Path(path_type=Path))
@output_options
def export_command(shown: Shown, file: Path) -> None:
    """Write all that is kept, as it is at this moment, to FILE as JSON lines, or to standard output for -.

    Whatever is recorded later is not in it: when you move a store, end its workers first.

    \b
    Examples:
      chatops store export incidents.jsonl
      chatops store export - | CHATOPS_STORE=postgresql://ops@db/chatops chatops store import -
    """
    from chatops.service.moving import export

    store = open_service().store
    counts = export(store, file)
    if str(file) != "-":
        _tell(shown, f"Wrote {file}", counts)


@store_command.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@dry_run_option
@output_options
def import_command(shown: Shown, file: Path, **_: bool) -> None:
    """Take what `chatops store export` wrote into an empty store, all or nothing, and check it.

    What was still to be delivered is delivered from here on: end the workers of the other store first.

    \b
    Example:
      CHATOPS_STORE=postgresql://ops@db/chatops chatops store import incidents.jsonl
    """
    from chatops.service.moving import faults, import_

    service = open_service()
    counts = import_(service.store, file)
    for fault in (found := list(faults(service.store))):
        shown.text(fault)
    _tell(shown, f"{'Would fill' if service.rehearsal else 'Filled'} {service.store.name}", counts)
    if found:
        raise SystemExit(FOUND)


def _tell(shown: Shown, what: str, counts: dict[str, int]) -> None:
    shown.data({"rows": counts})
    shown.ids(f"{table} {count}" for table, count in counts.items())
    said = ", ".join(f"{count} {table}" for table, count in counts.items() if count)
    shown.text(f"{what}: {said or 'nothing was kept yet'}")
