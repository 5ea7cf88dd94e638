"""What a plugin is shown of services, people and components, each with the plugin's own settings."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from chatops.config import Config
from chatops.context import ComponentView, PersonView, ServiceView
from chatops.dispatch.plan import shows
from chatops.events import ComponentStatus
from chatops.public import public_incident, worst
from chatops.registry import Loaded
from chatops.store import Store


@dataclass(frozen=True)
class Views:
    """Makes the views from the configuration, and from what open public incidents ask."""

    store: Store
    config: Config

    def services(self, names: Iterable[str], loaded: Loaded) -> dict[str, ServiceView]:
        """These services, those that are in no catalogue too."""
        known = {name: self.config.services.get(name) for name in names}
        return {
            name: ServiceView(
                name,
                found.public_name if found else "",
                found.owner if found else "",
                loaded.settings.services.get(name),
            )
            for name, found in known.items()
        }

    def people(self, loaded: Loaded) -> dict[str, PersonView]:
        """Everybody who is configured."""
        own = loaded.settings.people
        return {name: PersonView(name, who.email, own.get(name)) for name, who in self.config.people.items()}

    def components(
        self, loaded: Loaded, asked: Mapping[str, ComponentStatus] | None = None
    ) -> tuple[ComponentView, ...]:
        """Every component, as it is asked to be."""
        if not self.config.components:
            return ()
        ids = {name: self.config.component_id(name) for name in self.config.components}
        statuses = asked_of(self.store, loaded.plugin.instance) if asked is None else asked
        return tuple(
            ComponentView(ids[name], known.public_name, statuses.get(ids[name], "operational"), own)
            for name, known in self.config.components.items()
            for own in [loaded.settings.components.get(name)]
        )


def asked_of(store: Store, instance: str) -> dict[str, ComponentStatus]:
    """The worst that open public incidents ask of each component, by the component's public id."""
    row = store.instances.get(instance)
    asked: dict[str, list[ComponentStatus]] = {}
    for incident, joined in store.log.publicly_open(instance):
        shown = public_incident(incident) if shows(row, incident, joined=joined) else None
        for component in shown.components if shown else ():
            asked.setdefault(component.id, []).append(component.status)
    return {known: worst(statuses) for known, statuses in asked.items()}
