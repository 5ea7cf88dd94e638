"""Post-mortems: publish."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click
from msgspec.structs import replace

from chatops.actions.address import readable
from chatops.cli.actions_reading import check_readable, kept_in
from chatops.cli.delivery import delivered, is_routine, say_rehearsed
from chatops.cli.flow import Flow, as_data
from chatops.cli.options import act_options, incident_option, number, one_target, open_service, output_options
from chatops.cli.output import Shown, folded, say, warn
from chatops.cli.publishing import publication
from chatops.errors import ConfigError, NoIncident, UsageError
from chatops.text import one_line

if TYPE_CHECKING:
    from chatops.incident import Incident
    from chatops.service import Service
    from chatops.service.publishing import Paper
    from chatops.service.publishing_storeless import Job
    from chatops.store import Delivery

FAILED = 1
UNUSABLE = 4


@click.command("publish", short_help="Publish a post-mortem: on the wiki, in the chat, to customers.")
@click.argument("what", required=False, metavar="[INC|PATH]")
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path),
    help="Where an incident's post-mortem is looked for (default: the configuration's).",
)
@click.option(
    "--public/--no-public",
    default=None,
    help="Give customers the section that is for them, or do not; either way nobody is asked.",
)
@click.option(
    "--force", is_flag=True, help="Also where it is unchanged, or people have changed a copy of it."
)
@click.option("--no-store", is_flag=True, help="Publish a file as a job does that has only a checkout.")
@act_options
@incident_option
@output_options
def publish_command(
    what: str | None,
    ref: str | None,
    folder: Path | None,
    shown: Shown,
    *,
    public: bool | None,
    force: bool,
    no_store: bool,
    **given: Any,
) -> None:
    """Publish the post-mortem of an incident, or the one in a file. Customers only ever see its section
    "For customers".

    A file whose incident is in no store here is published by what stands at its top. Nothing is kept then,
    and to run it again publishes nothing twice.

    \b
    Examples:
      chatops postmortem publish INC-12
      chatops postmortem publish postmortems/2026-11-21-checkout.md --public
    """
    path = Path(what) if what and number(what) is None else None
    if path is None and no_store:
        raise click.UsageError("Without a store only a file can be published: name it.")
    if path and ref and _is_given("ref"):
        raise click.UsageError("Name the incident or its file, not both.")
    paper = _read(path) if path else None
    service = None if no_store or (paper and not _has_store()) else open_service()
    decided = {"public": public, "force": force, "dry_run": given["dry_run"]}
    if service and (
        found := _of_paper(service, paper) if paper else one_target(service, what, ref, latest=True)
    ):
        _publish(service, found, paper or _paper_of(service, found, folder), shown, given, decided)
    elif paper:
        alone = _storeless(complain=service is None, dry_run=given["dry_run"])
        _publish_storeless(alone, paper, shown, given, decided)


def _of_paper(service: "Service", paper: "Paper") -> "Incident | None":
    """The incident that a file is of; None where it is in no store here. Raises UsageError where the file
    names one that is, and has not its id.
    """
    found = service.store.log.incident(paper.identity)
    if found or paper.has_id:
        return found
    for name in paper.names:
        if other := _named(service, name):
            raise UsageError(
                f"{one_line(str(paper.path))} is of {other.name}, as far as its front matter says, and "
                f"has not its id. Write `id: {other.id}` there; or, where it is of another installation's, "
                "publish it with --no-store."
            )
    return None


def _named(service: "Service", name: str) -> "Incident | None":
    """The incident of this store that a word is the name or the id of."""
    with suppress(ValueError):
        return service.store.log.incident(UUID(name))
    with suppress(NoIncident):
        wanted = number(name)
        return None if wanted is None or name.strip().isdigit() else service.numbered(wanted)
    return None


def _publish(
    service: "Service",
    found: "Incident",
    paper: "Paper",
    shown: Shown,
    given: dict[str, Any],
    decided: dict[str, Any],
) -> None:
    from chatops.service.publishing import publish

    said = publication(service, found, paper, shown, **decided)
    with Flow.of(service, shown, given) as flow:
        headline = f"{found.name}: the post-mortem {one_line(str(paper.path))} is published."
        words = [folded("  for customers: ", said.public_section)] if said.public_section else []
        flow.record(publish(service, found.id, said, flow.act), "\n".join([headline, *words]))
        flow.finish()


def _publish_storeless(
    service: "Service", paper: "Paper", shown: Shown, given: dict[str, Any], decided: dict[str, Any]
) -> None:
    from chatops.service.publishing_storeless import Job, known, past

    act = Flow.of(service, shown, given).act
    before = past(paper, service.config, act)
    said = publication(service, known(before), paper, shown, **decided)
    job = Job(service, before, said)
    how = "would be published" if service.rehearsal else "is published"
    shown.text(f"{one_line(str(paper.path))} {how} without a store: nothing of it is kept here.")
    if said.public_section:
        shown.text(folded("  for customers: ", said.public_section))
    ended: list[Delivery] = []
    try:
        for delivery in job.run(act):
            told = {d.instance for d in ended if d.state == "done"}
            if not (service.rehearsal or is_routine(delivery, told)):
                shown.text(delivered(service, _as_said(delivery), "  "))
            ended.append(delivery)
    except KeyboardInterrupt:
        say("\nStopped. What was delivered stays; run it again for the rest.", err=True)
        raise SystemExit(FAILED) from None
    shown.ids([job.incident.name])
    shown.data(
        {
            "document": readable(paper.path),
            "incident": as_data(job.incident),
            "deliveries": job.deliveries,
            "dry_run": bool(service.rehearsal),
            "requests": service.rehearsal.sent if service.rehearsal else [],
        }
    )
    _say_links(shown, paper, ended)
    if not ended:
        shown.text("No plugin was told: none that is enabled takes it.")
    if service.rehearsal:
        say_rehearsed(service, shown, ended)
    else:
        _say_left(service, job)


def _say_links(shown: Shown, paper: "Paper", ended: "list[Delivery]") -> None:
    """Where links come from, where one was missing: what is linked in a store is not known here."""
    if any("chatops link add" in (delivery.reason or "") for delivery in ended):
        name = one_line(paper.front.incident)
        how = f"Once it is linked: chatops postmortem draft {name}"
        how = f"Links are read from the document's front matter. {how}"
        shown.text(folded("  ", how))


def _say_left(service: "Service", job: "Job") -> None:
    """What has failed, and the exit code that says so."""
    left = service.store.deliveries.unsettled(job.incident.id)
    names = ", ".join(sorted({delivery.instance for delivery in left}))
    if any(job.unusable(delivery) for delivery in left):
        warn(f"{names} could not be told. Mend the configuration or the credentials, and run it again.")
        raise SystemExit(UNUSABLE)
    if left:
        warn(f"{names} could not be told. Run it again: what is there already is not made twice.")
        raise SystemExit(FAILED)


def _as_said(delivery: "Delivery") -> "Delivery":
    """The delivery as it is shown where nobody will try it again."""
    again = delivery.state in {"retry", "unconfirmed"}
    return replace(delivery, state="failed") if again else delivery


def _storeless(*, complain: bool, dry_run: bool) -> "Service":
    """The service without a store. Raises ConfigError where no configuration names a plugin."""
    from chatops.service import Service

    ctx = click.get_current_context()
    service = ctx.with_resource(Service.storeless(ctx.find_root().obj, dry_run=dry_run))
    for problem in service.config.problems if complain else ():
        warn(str(problem))
    if service.config.embedded:
        hint = "Name it with --config or CHATOPS_CONFIG, or run where chatops.toml is."
        raise ConfigError(problem=f"there is none. {hint}")
    if service.config.broken:
        raise ConfigError(problem="it does not say which plugins to tell. Then: chatops config check")
    return service


def _read(path: Path) -> "Paper":
    from chatops.service.publishing import Paper

    if not path.is_file():
        raise UsageError(f"There is no file {str(path)!r}, and it is no incident's name, such as INC-12.")
    check_readable(path)
    return Paper.read(path)


def _paper_of(service: "Service", found: "Incident", folder: Path | None) -> "Paper":
    from chatops.service.publishing import paper_of

    return paper_of(found, folder or kept_in(service.config))


def _has_store() -> bool:
    """Whether there is a store; to look into it would make one."""
    from chatops import config as configuration
    from chatops.service.service import store_place

    place = store_place(configuration.load(click.get_current_context().find_root().obj))
    return isinstance(place, str) or place.exists()


def _is_given(name: str) -> bool:
    source = click.get_current_context().get_parameter_source(name)
    return source is click.core.ParameterSource.COMMANDLINE
