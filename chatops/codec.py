"""Events as JSON, as they are stored.

An event of a kind that this version does not know decodes to `Opaque`, and unknown fields are ignored,
so that a store written by a newer minor version can still be read.
"""

from datetime import datetime
from typing import get_args
from uuid import UUID

import msgspec

from chatops import events as e


class Opaque(e.Event, frozen=True):
    """An event of a kind that this version does not know; it changes nothing here, and is kept."""

    kind_name: str = ""

    @property
    def kind(self) -> str:
        """The unknown kind, as it is stored."""
        return self.kind_name


AnyEvent = (
    e.Declared
    | e.Acknowledged
    | e.Updated
    | e.NoteAdded
    | e.RoleAssigned
    | e.Resolved
    | e.Cancelled
    | e.Reopened
    | e.Restricted
    | e.LinkAdded
    | e.ActionItemAdded
    | e.PublicUpdatePublished
    | e.PublicUpdateCorrected
    | e.PublicUpdateDrafted
    | e.PublicUpdateApproved
    | e.PublicUpdateRejected
    | e.PostmortemPublished
    | e.InstanceRenamed
)
KINDS: dict[str, type[e.Event]] = {str(kind.__struct_config__.tag): kind for kind in get_args(AnyEvent)}

_decoder: msgspec.json.Decoder[e.Event] = msgspec.json.Decoder(AnyEvent)


class _Envelope(msgspec.Struct, tag_field=None):
    kind: str
    id: UUID
    incident: UUID
    seq: int
    at: datetime
    actor: str
    key: str | None = None


def encode(event: e.Event) -> bytes:
    """The event as JSON, as it is stored."""
    return msgspec.json.encode(event)


def decode(data: bytes | str) -> e.Event:
    """The event that `encode` wrote, by this version or another.

    Raises msgspec.ValidationError where a known kind holds a value of the wrong type.
    """
    try:
        return _decoder.decode(data)
    except msgspec.ValidationError:
        envelope = msgspec.json.decode(data, type=_Envelope)
        if envelope.kind in KINDS:
            raise
    return Opaque(
        id=envelope.id,
        incident=envelope.incident,
        seq=envelope.seq,
        at=envelope.at,
        actor=envelope.actor,
        key=envelope.key,
        kind_name=envelope.kind,
    )
