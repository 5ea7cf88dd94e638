"""What is posted: its shape, which stays, and how long texts are cut so that it fits."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid5

import msgspec

from chatops import Link
from chatops_webhook.settings import Unusable

if TYPE_CHECKING:
    from chatops import (
        Context,
        Event,
        Incident,
        OwnedLink,
        PublicContext,
        PublicCorrection,
        PublicIncident,
        PublicPostmortem,
        PublicUpdate,
    )

Json = dict[str, Any]
#: The lengths that texts are cut to, in characters, until the body fits.
LENGTHS: Final = (20_000, 10_000, 5_000, 2_000, 1_000, 250)
#: An identifier or an address that is cut is none.
_WHOLE: Final = re.compile(r"(?:.*\.)?(?:id|ticket|\w*url)")
_INCIDENT: Final = (
    "id",
    "number",
    "name",
    "title",
    "severity",
    "status",
    "state",
    "services",
    "components",
    "restricted",
    "drill",
    "detected_by",
    "declared_by",
    "declared_at",
    "started_at",
    "acknowledged_by",
    "acknowledged_at",
    "monitoring_at",
    "closed_by",
    "closed_at",
    "updated_at",
    "roles",
    "postmortem_url",
    "version",
)
_PUBLIC_INCIDENT: Final = (
    "id",
    "title",
    "status",
    "impact",
    "components",
    "drill",
    "created_at",
    "monitoring_at",
    "resolved_at",
    "updated_at",
)


def internal(event: "Event", ctx: "Context") -> Json:
    """What is posted of any event."""
    return internal_of(event, ctx.incident, ctx.links, ctx.key)


def internal_of(event: "Event", incident: "Incident", links: "tuple[OwnedLink, ...]", key: str) -> Json:
    """The same, of an event that need not have happened."""
    return {
        "id": key,
        "type": event.kind,
        "timestamp": plain(event.at),
        "event": plain(event),
        "incident": {name: plain(getattr(incident, name)) for name in _INCIDENT},
        "links": [{"instance": owned.instance, **plain(owned.link)} for owned in links],
        "cut": [],
    }


def public(
    kind: str, event: "PublicUpdate | PublicCorrection | PublicPostmortem", ctx: "PublicContext"
) -> Json:
    """What is posted of words to customers: the public view, and no link."""
    return public_of(kind, event, ctx.incident, ctx.key)


def public_of(
    kind: str,
    event: "PublicUpdate | PublicCorrection | PublicPostmortem",
    incident: "PublicIncident",
    key: str,
) -> Json:
    """The same, of words that nobody need have said."""
    # Our own ids begin with the time of their making, which is when the incident was declared.
    known = str(uuid5(incident.id, "public"))
    return {
        "id": key,
        "type": kind,
        "timestamp": plain(event.at),
        "event": plain(event) | {"incident": known},
        "incident": {name: plain(getattr(incident, name)) for name in _PUBLIC_INCIDENT} | {"id": known},
        "cut": [],
    }


def plain(value: Any) -> Any:
    """The value as JSON has it, with every field of a struct, set or not; of a link without its `data`."""
    if isinstance(value, msgspec.Struct):
        fields = (field.name for field in msgspec.structs.fields(value))
        kept = (name for name in fields if not (isinstance(value, Link) and name == "data"))
        return {name: plain(getattr(value, name)) for name in kept}
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return msgspec.to_builtins(value)


def fitted(payload: Json, most: int, render: Callable[[Json], bytes]) -> bytes:
    """The body that `render` makes, of at most so many bytes: long texts are cut where it is longer, and
    `cut` says which. Raises Unusable where no cutting helps.
    """
    body = render(payload)
    for length in LENGTHS:
        if len(body) <= most:
            return body
        cut: list[str] = []
        shorter = _shortened(payload, length, "", cut)
        body = render({**shorter, "cut": cut})
    if len(body) <= most:
        return body
    problem = f"the body has {len(body):,} bytes with every text cut; {most:,} may be sent"
    raise Unusable("max_bytes", f"{problem}: allow more, or write a template that says less")


def _shortened(value: Any, length: int, path: str, cut: list[str]) -> Any:
    if isinstance(value, dict):
        below = f"{path}." if path else ""
        return {key: _shortened(inner, length, f"{below}{key}", cut) for key, inner in value.items()}
    if isinstance(value, list):
        return [_shortened(inner, length, f"{path}.{number}", cut) for number, inner in enumerate(value)]
    if not isinstance(value, str) or len(value) <= length or _WHOLE.fullmatch(path):
        return value
    cut.append(path)
    return f"{value[: length - 1]}…"
