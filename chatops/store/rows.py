"""What the store keeps beside the event log."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from chatops.events import ComponentStatus
from chatops.settings import When

DeliveryState = Literal["pending", "retry", "unconfirmed", "failed", "done", "superseded", "skipped"]
SETTLED: frozenset[DeliveryState] = frozenset({"done", "superseded", "skipped"})


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One event on its way to one hook of one plugin instance.

    `position` is its place in the lane, which is one incident at one instance. `pending` was never
    tried, `retry` is tried again at `due_at`, `unconfirmed` may have arrived and is asked about at
    `due_at`, `failed` waits for a person and stops its lane; the others are settled. `gone` says that it
    failed for want of what somebody has taken away from the remote.
    """

    id: int
    event: UUID
    incident: UUID
    instance: str
    hook: str
    position: int
    state: DeliveryState
    due_at: datetime
    attempts: int
    reason: str
    gone: bool
    changed_at: datetime
    settled_at: datetime | None


class Traits(msgspec.Struct, frozen=True):
    """What was learnt of an instance's plugin when it was last loaded."""

    hooks: tuple[str, ...]
    public: bool
    drills: bool


class ComponentRow(msgspec.Struct, frozen=True, kw_only=True):
    """What we made of a component: from `baseline`, which it had before us, to `set_to`.

    While it is not known whether that has arrived, it may still be `unsure_from`.
    """

    baseline: ComponentStatus
    set_to: ComponentStatus
    unsure_from: ComponentStatus | None = None


class Instance(msgspec.Struct, frozen=True, kw_only=True):
    """An instance that some configuration (`source`) enabled; `traits` are None until it was loaded.

    `became` is the new name of one that was renamed, and is enabled no more under this one.
    """

    name: str
    plugin: str
    source: str
    enabled: bool
    filters: When
    traits: Traits | None
    paused_until: datetime | None
    became: str | None = None


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """How far the creation of one remote object got."""

    posted_at: datetime | None
    not_before: datetime | None
    result: str | None
