"""Drafts post-mortems into files: what is known of an incident, and which file is its own."""

import os
import re
from datetime import UTC
from pathlib import Path
from typing import Final, NamedTuple

from chatops.actions import files
from chatops.actions.document import NotRead
from chatops.actions.front_matter import BOM, front_matter
from chatops.actions.labels import Labels
from chatops.actions.privacy import privacy
from chatops.errors import ChatopsError, ConfigError, UsageError
from chatops.finding import at_home
from chatops.incident import Incident
from chatops.metrics.figures import Updates
from chatops.metrics.measure import Case, figures
from chatops.postmortem.draft import drafted
from chatops.postmortem.facts import Facts, front_of, with_filled
from chatops.postmortem.front import Front
from chatops.postmortem.template import render
from chatops.postmortem.words import day, slug
from chatops.service.service import Service

#: Bytes of a file in which its id stands, where it has one.
_HEAD: Final = 65_536
_TIMES: Final = ("detect", "acknowledge", "mitigate", "resolve")


class NotDrafted(ChatopsError):
    """{path} {problem}."""


class Drafting(NamedTuple):
    """A document as it would be written. `before` is what is in its file, None where there is none yet."""

    path: Path
    before: bytes | None
    after: bytes
    refreshed: tuple[str, ...]
    left: tuple[str, ...]
    taken: files.Taken | None


def draft(service: Service, incident: Incident, folder: Path, template: Path | None = None) -> Drafting:
    """The incident's post-mortem as it should be now, in its file below `folder` or a new one there.

    Nothing is written. `template` is a file of one's own; None is the one of the configuration. Raises
    NotRead, NotDrafted, BadTemplate, ConfigError, UsageError, StoreError.
    """
    own = _template(service, template)
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is no folder. Name another one with --dir, or as postmortem.dir.")
    taken, others = _find(folder, incident)
    known = _front(taken)
    labels = Labels(service.config.actions.headings)
    facts = _facts(service, incident, known)
    rendered = render(own, facts)
    if taken:
        made = drafted(taken.path, taken.data, facts, labels, rendered.parts)
        return Drafting(taken.path, taken.data, made.data, made.refreshed, (*made.left, *others), taken)
    path = folder / _name(incident)
    if path.exists() or path.is_symlink():
        raise NotDrafted(
            path=path,
            problem=f"is there already, and is not the post-mortem of {incident.name}: rename it, or write "
            f"`id: {incident.id}` into its front matter",
        )
    made = drafted(path, rendered.text.encode(), facts, labels, rendered.parts)
    return Drafting(path, None, made.data, (), (*made.left, *others), None)


def write(drafting: Drafting, *, restricted: bool) -> bool:
    """Write the document, all at once; whether there was anything to write. What is `restricted` is nobody
    else's to read.

    Raises NotRead where the file has changed meanwhile, or cannot be written.
    """
    if drafting.taken is None:
        files.create(drafting.path, drafting.after, 0o600 if restricted else None)
        return True
    changed = drafting.before != drafting.after
    if changed:
        files.replace(drafting.taken, drafting.after)
    if restricted and drafting.taken.seen.st_mode & 0o077:
        files.close_to_others(drafting.taken)
    return changed


def find(folder: Path, incident: Incident) -> Path | None:
    """The incident's post-mortem in or below the folder, known by the `id` in its front matter, whatever it
    is called; None where there is none. Raises NotRead where it cannot be read.
    """
    taken, _ = _find(folder, incident)
    return taken.path if taken else None


def _find(folder: Path, incident: Incident) -> tuple[files.Taken | None, list[str]]:
    """The incident's document, and in words what else was found on the way."""
    line = re.compile(rf"^id:[ \t]*['\"]?{incident.id}\b".encode(), re.MULTILINE | re.IGNORECASE)
    found: list[files.Taken] = []
    said: list[str] = []
    for path in files.find([folder]) if folder.is_dir() else ():
        try:
            head = _head(path)
        except OSError as error:
            said.append(f"{path} (cannot be read: {error.strerror})")
            continue
        if line.search(head.replace(b"\r", b"\n")):
            taken = files.take(path)
            if _is_of(taken, incident):
                found.append(taken)
    found.sort(key=lambda taken: taken.path.name != _name(incident))
    said += [f"{taken.path} (it has the same id as {found[0].path})" for taken in found[1:]]
    return (found[0] if found else None), said


def _head(path: Path) -> bytes:
    # A named pipe would wait for its writer for ever.
    number = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        return os.read(number, _HEAD)
    finally:
        os.close(number)


def _is_of(taken: files.Taken, incident: Incident) -> bool:
    """Whether it is the incident's. Raises NotRead where nobody can tell, so that it gets no second one."""
    text = taken.data.decode(errors="replace").removeprefix(BOM)
    front = front_matter(text)
    if front.problem:
        raise NotRead(path=taken.path, problem=f"is left as it is: {front.problem}".rstrip("."))
    found = privacy(text)
    if found.restricted is None and not front.end:
        raise NotRead(path=taken.path, problem=f"is left as it is: line {found.line}: {found.problem}")
    return Front.of(front.keys).id.casefold() == str(incident.id)


def _front(taken: files.Taken | None) -> Front:
    text = taken.data.decode(errors="replace") if taken else ""
    return Front.of(front_matter(text.removeprefix(BOM)).keys)


def _facts(service: Service, incident: Incident, filled: Front) -> Facts:
    """What is known, with what people have filled in."""
    whole = with_filled(incident, filled)
    measured = figures([Case(whole, Updates.of(0, 0), repeats=False)])
    times: dict[str, float | None] = {name: getattr(measured, name).median for name in _TIMES}
    if whole.started_at and whole.mitigated_at:
        times["downtime"] = max(0.0, (whole.mitigated_at - whole.started_at).total_seconds())
    settings = service.config.severities.get(incident.severity)
    within = settings.review_within if settings else None
    events = service.store.log.events(incident.id)
    return Facts(whole, events, front_of(whole, events, within), times)


def _template(service: Service, named: Path | None) -> Path | None:
    """The team's own template, if it has one."""
    if named:
        if not named.is_file():
            raise UsageError(f"There is no template {named}.")
        return named
    said = service.config.postmortem.template
    if not said:
        return None
    base = service.config.path.parent if service.config.path else Path()
    path = base / at_home(Path(said))
    if not path.is_file():
        raise ConfigError(problem=f"postmortem.template: there is no file {path}")
    return path


def _name(incident: Incident) -> str:
    """The name of a new file; that of a restricted incident says nothing of what it is about."""
    about = "" if incident.restricted else slug(incident.title)
    declared = day(incident.declared_at.astimezone(UTC))
    return "-".join(part for part in (f"{declared}-inc-{incident.number}", about) if part) + ".md"
