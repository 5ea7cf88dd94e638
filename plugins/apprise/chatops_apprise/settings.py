"""`[plugins.NAME]` with `use = "apprise"` or `"apprise_public"`: where messages go, and about what."""

from collections.abc import Iterator
from typing import Final, Literal, get_args

import msgspec

from chatops import Secret, suggest

Hook = Literal[
    "incident_declared",
    "incident_acknowledged",
    "incident_updated",
    "incident_resolved",
    "incident_cancelled",
    "incident_reopened",
    "note_added",
    "role_assigned",
    "action_item_added",
    "public_update_published",
    "public_update_corrected",
    "postmortem_published",
]
HOOKS: Final[tuple[Hook, ...]] = get_args(Hook)
#: What somebody who does not work on the incident wants to know of it.
CALM: Final[tuple[Hook, ...]] = (
    "incident_declared",
    "incident_updated",
    "incident_resolved",
    "incident_cancelled",
    "incident_reopened",
    "postmortem_published",
)


class ApprisePublicConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The settings of an instance that customers read."""

    urls: tuple[Secret, ...]
    """Where to send to; a URL holds credentials, so that each is a secret."""

    def __post_init__(self) -> None:
        if faults := [*self._faults()]:
            raise ValueError("; ".join(faults))

    def _faults(self) -> Iterator[str]:
        from chatops_apprise.library import fault_of

        if not self.urls:
            yield 'urls: name at least one, such as urls = [{ env = "OPS_MAIL_URL" }]'
        known: dict[str, int] = {}
        for number, secret in enumerate(self.urls, 1):
            try:
                url = secret.reveal()
            except ValueError as error:
                yield f"urls: number {number}: {error}"
                continue
            if url in known:
                yield f"urls: number {number} is the same as number {known[url]}"
            elif fault := fault_of(url):
                yield f"urls: number {number} {fault}"
            known.setdefault(url, number)


class AppriseConfig(ApprisePublicConfig, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The settings of an instance for responders and colleagues."""

    events: tuple[str, ...] = CALM
    """The hooks that are told of."""

    def _faults(self) -> Iterator[str]:
        if not self.events:
            yield f"events: name at least one. There are: {', '.join(HOOKS)}."
        for name in self.events:
            if name not in HOOKS:
                yield f"events: there is no {name!r}. {suggest(name, HOOKS)}"
        yield from super()._faults()
