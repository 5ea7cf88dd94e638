"""A public incident history, as every Statuspage serves it at `/api/v2/incidents.json`."""

import sys
import unicodedata
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
from msgspec.structs import replace

from chatops import events as e
from chatops.errors import BadText, BadTime, UsageError
from chatops.service.act import not_in_future
from chatops.text import TEXT_LIMIT, TITLE_LIMIT, clean_text, clean_title

CUT: Final = " […]"

Time = Annotated[datetime, msgspec.Meta(tz=True)]


class SourceComponent(msgspec.Struct):
    """A component that an update was about. One without a code stands for none."""

    name: str
    code: str | None = None
    old_status: str | None = None
    new_status: str | None = None

    @property
    def public(self) -> e.PublicComponent | None:
        """The component as we know one; None where it is none, or its status is not known."""
        if not self.code or self.new_status not in e.COMPONENT_STATUSES:
            return None
        code = cleaned(clean_title, self.code, TITLE_LIMIT, "component")
        name = cleaned(clean_title, self.name, TITLE_LIMIT, code)
        old: Any = self.old_status if self.old_status in e.COMPONENT_STATUSES else "operational"
        new: Any = self.new_status
        return e.PublicComponent(code, name, new, old)


class SourceUpdate(msgspec.Struct):
    """One public update."""

    id: str
    status: str
    created_at: Time
    body: str | None = None
    display_at: Time | None = None
    deliver_notifications: bool | None = None
    affected_components: list[SourceComponent] | None = None

    @property
    def text(self) -> str:
        """The words, fit to be kept."""
        return cleaned(clean_text, self.body or "", TEXT_LIMIT, "(no text)")

    @property
    def shown_at(self) -> datetime:
        """The time that customers are shown."""
        return self.display_at or self.created_at

    @property
    def postmortem(self) -> bool:
        """Whether it is what was written after the end."""
        return self.status == "postmortem"

    @property
    def components(self) -> tuple[e.PublicComponent, ...]:
        """The components that it was about."""
        known = (component.public for component in self.affected_components or ())
        return tuple(component for component in known if component)

    def status_after(self, before: e.Status) -> e.Status:
        """The status as ours; one that we do not know changes nothing."""
        if self.postmortem:
            return "resolved"
        return next((status for status in e.STATUSES if status == self.status), before)


class SourceIncident(msgspec.Struct):
    """One incident, its updates in any order."""

    id: str
    name: str
    created_at: Time
    impact: str | None = None
    incident_updates: list[SourceUpdate] = []

    @property
    def maintenance(self) -> bool:
        """Whether it was planned work, which is no incident."""
        return self.impact == "maintenance"

    @property
    def title(self) -> str:
        """The name, fit to be kept."""
        return cleaned(clean_title, self.name, TITLE_LIMIT, "(no title)")

    @property
    def known_impact(self) -> e.Impact:
        """The impact as ours."""
        return next((impact for impact in e.IMPACTS if impact == self.impact), "none")

    @property
    def updates(self) -> list[SourceUpdate]:
        """The updates in the order of their writing, each id once."""
        once: dict[str, SourceUpdate] = {}
        for update in self.incident_updates:
            once.setdefault(update.id, update)
        # The source lists the newest first, which decides between two of the same time.
        oldest_first = list(once.values())[::-1]
        return sorted(oldest_first, key=lambda update: update.created_at)

    @property
    def began_at(self) -> datetime:
        """When it was first written down."""
        return min(self.created_at, self.updates[0].created_at)


class SourcePage(msgspec.Struct):
    """Whose history it is."""

    id: str = ""


class Source(msgspec.Struct):
    """A whole history."""

    incidents: list[SourceIncident]
    page: SourcePage = msgspec.field(default_factory=SourcePage)

    @property
    def maintenances(self) -> int:
        """How much planned work it holds, which is left out."""
        return sum(incident.maintenance for incident in self.incidents)

    @property
    def silent(self) -> int:
        """How many incidents are left out because nothing was said of them."""
        return sum(not (i.incident_updates or i.maintenance) for i in self.incidents)

    @property
    def too_long(self) -> int:
        """How many texts are kept shortened."""
        return sum(len(u.body or "") > TEXT_LIMIT for i in self.in_order() for u in i.updates)

    def in_order(self) -> list[SourceIncident]:
        """The incidents that can be played, each id once, the oldest first."""
        kept: dict[str, SourceIncident] = {}
        for incident in self.incidents:
            if incident.incident_updates and not incident.maintenance:
                twin = kept.get(incident.id)
                said = (twin.incident_updates if twin else []) + incident.incident_updates
                kept[incident.id] = replace(twin or incident, incident_updates=said)
        return sorted(kept.values(), key=lambda incident: incident.created_at)


def read(path: Path) -> Source:
    """The history in a file, or on standard input for `-`. Raises UsageError, saying where it is none."""
    name = "Standard input" if str(path) == "-" else str(path)
    try:
        data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror}.") from error
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        source = msgspec.json.decode(data, type=Source)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        problem = str(error) if data.strip() else "it is empty"
        hint = "A Statuspage serves its own at /api/v2/incidents.json."
        raise UsageError(f"{name} is no incident history: {problem}. {hint}") from error
    for path_in_it, time in _times(source):
        if not _has_come(time):
            raise UsageError(f"{name}: {time.isoformat()} at `{path_in_it}` is not a time that has come.")
    return source


def cleaned(clean: Callable[[str, str], str], text: str, most: int, instead: str) -> str:
    """The text, made safe, and cut: history is not refused for one long text, or for an empty one."""
    # Composed first, since that can make a text longer.
    whole = unicodedata.normalize("NFC", text)
    try:
        return clean(whole if len(whole) <= most else whole[: most - len(CUT)] + CUT, "text")
    except BadText:
        return instead


def _times(source: Source) -> Iterator[tuple[str, datetime]]:
    """Every time of what is played, and its path in the file."""
    for i, incident in enumerate(source.incidents):
        if incident.maintenance:
            continue
        yield f"$.incidents[{i}].created_at", incident.created_at
        for u, update in enumerate(incident.incident_updates):
            path = f"$.incidents[{i}].incident_updates[{u}]"
            yield f"{path}.created_at", update.created_at
            yield f"{path}.display_at", update.shown_at


def _has_come(time: datetime) -> bool:
    try:
        not_in_future(time.astimezone(UTC))
    except (BadTime, OverflowError):
        return False
    return True
