"""An incident that never was, in which everything happens: to see what a plugin makes of each event."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from chatops import events as e
from chatops.config import Config
from chatops.errors import UnknownName
from chatops.incident import Incident
from chatops.service.act import Act
from chatops.service.incidents import Changes, Declaration
from chatops.service.publishing import Publication, publish
from chatops.service.service import Service

if TYPE_CHECKING:
    from uuid import UUID

#: Who adds the link that others are told of: no instance is called so.
ELSEWHERE: Final = "somebody else"


@dataclass(frozen=True, kw_only=True)
class Sample:
    """What is said in the incident, internally and to customers.

    `services` and `components` have to be in the catalogue, where there is one, and so has `person`.
    """

    title: str = "Checkout returns 500s"
    text: str = "A bad deploy took the database's connections"
    person: str = "dana"
    public_title: str = "Checkout"
    public_text: str = "Some card payments fail. We are working on it."
    services: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    severities: tuple[str, str] = ("sev2", "sev1")

    @classmethod
    def of(cls, config: Config) -> "Sample":
        """The sample incident in the words of the configuration's catalogue."""
        severities = [*config.severities][:2]
        return cls(
            person=next(iter(config.people), "dana"),
            services=tuple(config.services),
            components=tuple(config.components),
            severities=(severities[-1], severities[0]),
        )


class Playing:
    """Lets one thing after the other happen to one incident of the service; delivers nothing."""

    def __init__(self, service: Service, sample: Sample) -> None:
        self._service = service
        self._sample = sample
        self._incident: UUID | None = None
        self._happened: Counter[str] = Counter()

    @property
    def begun(self) -> bool:
        """Whether the incident is declared."""
        return self._incident is not None

    @property
    def incident(self) -> Incident:
        """The incident as it is now. Raises AttributeError before it is declared."""
        if self._incident is None:
            raise AttributeError("nothing has happened yet")
        return self._service.incident(self._incident)

    def before(self, hook: str) -> list[str]:
        """What has to happen first, in its order, so that the hook can be called. Raises UnknownName."""
        happening = happens(hook)
        if happening not in self.HAPPENINGS:
            raise UnknownName("hook that something happens for", hook, self.HAPPENINGS)
        needed = [] if happening == "incident_declared" else ["incident_declared"]
        needed += _BEFORE.get(happening, ())
        return [name for name in needed if name not in self._happened]

    def happen(self, hook: str) -> None:
        """Let happen what the hook is called for, and before it whatever has to. Raises UnknownName."""
        for happening in (*self.before(hook), happens(hook)):
            self.HAPPENINGS[happening](self)
            self._happened[happening] += 1

    def _declare(self) -> None:
        said = Declaration(
            title=self._sample.title,
            severity=self._sample.severities[0],
            services=self._sample.services,
            components=dict.fromkeys(self._sample.components, "partial_outage"),
        )
        self._incident = self._service.declare(said, self._act, anew=True).incident.id

    def _acknowledge(self) -> None:
        self._service.acknowledge(self.incident.id, self._act)

    def _update(self) -> None:
        changes = Changes(message=self._sample.text, status="identified", severity=self._sample.severities[1])
        self._service.update(self.incident.id, changes, self._act)

    def _note(self) -> None:
        self._service.note(self.incident.id, self._sample.text, self._act)

    def _assign(self) -> None:
        self._service.assign(self.incident.id, "commander", self._sample.person, self._act)

    def _link(self) -> None:
        number = str(self.incident.number)
        link = e.Link("dashboard", number, f"https://example.com/dashboards/{number}", self._sample.title)
        self._service.add_link(self.incident.id, ELSEWHERE, link, self._act)

    def _promise(self) -> None:
        self._service.add_action_item(
            self.incident.id, self._sample.text, self._act, owner=self._sample.person
        )

    def _publish(self) -> None:
        before = self._happened["public_update_published"]
        # The same words are not said twice.
        text = f"{self._sample.public_text} ({before + 1})" if before else self._sample.public_text
        words = self._service.compose(self.incident, text, title=self._sample.public_title)
        self._service.publish(self.incident.id, words, self._act)

    def _correct(self) -> None:
        self._service.correct(self.incident.id, f"{self._sample.public_text} Again.", self._act)

    def _resolve(self) -> None:
        self._service.resolve(self.incident.id, self._sample.text, self._act)
        if self.incident.public:
            words = self._service.compose(self.incident, self._sample.public_text, status="resolved")
            self._service.publish(self.incident.id, words, self._act)

    def _review(self) -> None:
        said = Publication(
            document=f"# {self._sample.title}\n\n{self._sample.text}\n",
            url="https://example.com/postmortems/1",
            public_section=self._sample.public_text,
        )
        publish(self._service, self.incident.id, said, self._act)

    def _reopen(self) -> None:
        self._service.reopen(self.incident.id, self._sample.text, self._act)

    def _restrict(self) -> None:
        self._service.restrict(self.incident.id, self._act)

    def _cancel(self) -> None:
        if not self.incident.open:
            self._reopen()
        self._service.cancel(self.incident.id, self._sample.text, self._act)

    @property
    def _act(self) -> Act:
        return Act(actor=self._sample.person)

    #: Everything that happens, in its order, by the hook that responders' plugins are told by.
    HAPPENINGS: ClassVar[dict[str, Callable[["Playing"], None]]] = {
        "incident_declared": _declare,
        "incident_acknowledged": _acknowledge,
        "incident_updated": _update,
        "note_added": _note,
        "role_assigned": _assign,
        "links_changed": _link,
        "action_item_added": _promise,
        "public_update_published": _publish,
        "public_update_corrected": _correct,
        "incident_resolved": _resolve,
        "postmortem_published": _review,
        "incident_reopened": _reopen,
        "incident_cancelled": _cancel,
        "incident_restricted": _restrict,
    }


def happens(hook: str) -> str:
    """The happening that the hook is called for: customers and responders are told by different hooks."""
    return _TOLD_OF.get(hook, hook)


_TOLD_OF: Final[dict[str, str]] = {
    **{kind.public_hook: kind.hook for kind in e.Event.__subclasses__() if kind.public_hook and kind.hook},
    "event_recorded": "incident_declared",
}
_BEFORE: Final = {
    "public_update_corrected": ("public_update_published",),
    "postmortem_published": ("public_update_published", "incident_resolved"),
    "incident_reopened": ("incident_resolved",),
}
