"""The front matter of a post-mortem: what a job that has no store knows of the incident."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

import msgspec

from chatops.actions.front_matter import BOM, front_matter
from chatops.actions.privacy import flag
from chatops.events import DETECTORS, DetectedBy


class FrontLink(msgspec.Struct, frozen=True):
    """What a plugin instance tied to the incident."""

    instance: str = ""
    kind: str = ""
    id: str = ""
    url: str = ""
    title: str = ""


class Front(msgspec.Struct, frozen=True, kw_only=True):
    """The keys of the front matter. Times are UTC, to the second; None is what is not known.

    `id` is the incident's UUID, which the document is known by whatever its file is called; `incident` its
    display name. `ticket` is the id of the first link of the kind `ticket`. `review_due` and `reviewed` are
    days. `other` holds the keys that are people's own.
    """

    id: str = ""
    incident: str = ""
    title: str = ""
    severity: str = ""
    services: tuple[str, ...] = ()
    detected_by: DetectedBy | None = None
    restricted: bool = False
    drill: bool = False
    started_at: datetime | None = None
    declared_at: datetime | None = None
    acknowledged_at: datetime | None = None
    mitigated_at: datetime | None = None
    resolved_at: datetime | None = None
    ticket: str | None = None
    public_title: str = ""
    links: tuple[FrontLink, ...] = ()
    review_due: date | None = None
    reviewed: date | None = None
    other: dict[str, object] = {}

    @classmethod
    def of(cls, keys: Mapping[str, object]) -> "Front":
        """The front matter with these keys; a value that a key cannot have counts as none."""
        own = {name: read(keys[name]) for name, read in _READ.items() if keys.get(name) is not None}
        other = {name: value for name, value in keys.items() if name not in _READ}
        return cls(**{name: value for name, value in own.items() if value is not None}, other=other)

    def keys(self) -> dict[str, object]:
        """The keys as they are written, in their order. Those that say something only where it is so are
        left out where it is not.
        """
        said: dict[str, object] = {name: getattr(self, name) for name in _READ}
        said["services"] = list(self.services)
        said["links"] = [{k: v for k, v in msgspec.to_builtins(link).items() if v} for link in self.links]
        return {
            name: value for name, value in said.items() if value or name not in _ONLY_WHERE_SO
        } | self.other


#: Keys that are written only where they say something.
_ONLY_WHERE_SO: Final = frozenset({"restricted", "drill", "public_title"})


def read_front(text: str) -> Front:
    """The front matter of a document; an empty one where it has none, or none that can be read."""
    return Front.of(front_matter(text.removeprefix(BOM)).keys)


def _text(value: object) -> str | None:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else None


def _texts(value: object) -> tuple[str, ...] | None:
    listed = value if isinstance(value, list) else [value]
    return tuple(found for one in listed if (found := _text(one)))


def _detector(value: object) -> Any:
    return value if value in DETECTORS else None


def _time(value: object) -> datetime | None:
    """A time without a zone is UTC, as YAML has it."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    try:
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    except OverflowError:
        return None


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    return value if isinstance(value, date) else None


def _links(value: object) -> tuple[FrontLink, ...] | None:
    found = [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
    names = FrontLink.__struct_fields__
    return tuple(FrontLink(**{name: _text(one.get(name)) or "" for name in names}) for one in found)


_READ: Final[dict[str, Any]] = {
    **dict.fromkeys(("id", "incident", "title", "severity"), _text),
    "services": _texts,
    "detected_by": _detector,
    **dict.fromkeys(("restricted", "drill"), flag),
    **{f"{name}_at": _time for name in ("started", "declared", "acknowledged", "mitigated", "resolved")},
    **dict.fromkeys(("ticket", "public_title"), _text),
    "links": _links,
    **dict.fromkeys(("review_due", "reviewed"), _day),
}
