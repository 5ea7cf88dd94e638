"""What a call's requests go through: the network on the call's terms, or a rehearsal of it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

from chatops.config import Config
from chatops.deadline import Deadline
from chatops.http import Http, Terms
from chatops.store import Store

if TYPE_CHECKING:
    from typing import Any

    from chatops.http.transport import Transport
    from chatops.plugin import Plugin


class Rehearsal(Protocol):
    """Makes transports that send nothing which writes."""

    def transport(self, plugin: str, terms: Terms) -> "Transport": ...


@dataclass(frozen=True)
class Wire:
    """Makes the `http` of each call."""

    store: Store
    config: Config
    rehearsal: Rehearsal | None = None

    def http(self, plugin: "Plugin[Any]", deadline: Deadline, check: Callable[[], None]) -> Http:
        """What the plugin sends with in a call that may go on for as long as `check` does not raise."""
        pace, name = plugin.pace, plugin.instance
        terms = Terms(
            instance=name,
            deadline=deadline,
            check=check,
            pace=partial(self.store.requests.take, name, pace) if pace else None,
            ca_file=self.config.ca_file,
        )
        # What a plugin is handed leads to no configuration: it has other plugins' settings.
        return Http(partial(_transport, terms, self.config.instances[name].use, self.rehearsal))


def _transport(terms: Terms, plugin: str, rehearsal: Rehearsal | None) -> "Transport":
    from chatops.http.transport import Transport

    return rehearsal.transport(plugin, terms) if rehearsal else Transport(terms)
