"""What the stand-in holds, what people do to it by hand, and what all its answers need."""

import time
from collections import deque
from datetime import timedelta
from typing import Any, ClassVar, Final, TypeVar

import msgspec
from werkzeug.wrappers import Request, Response

from chatops.sandbox import Refused, StandIn, answer
from chatops_statuspage.sandbox import changes
from chatops_statuspage.sandbox.settings import COMPONENTS, PAGE, SUBSCRIBERS, TITLE, TOKEN
from chatops_statuspage.sandbox.state import Component, Incident, Mail, Subscriber, Update, new_id, now

PER_PAGE: Final = 100
WINDOW: Final = 60.0
T = TypeVar("T")


class Memory(StandIn):
    """One page with components and subscribers. `incidents` are the newest first, `mails` the oldest.

    `rate` is how many requests it takes in 60 seconds, None for any number. What people do by hand on the
    page: `open`, `edit`, `resolve`, `delete` and `set_component`.
    """

    name = "statuspage"
    root = "/v1/"
    title: ClassVar[str] = TITLE

    def __init__(self, url: str = "", *, rehearsing: bool = False) -> None:
        super().__init__(url, rehearsing=rehearsing)
        self.page = PAGE
        self.token = TOKEN
        self.rate: int | None = None
        self.incidents: list[Incident] = []
        self.mails: list[Mail] = []
        # A rehearsal knows nothing of the real page, so that reads go there.
        self.components = [] if rehearsing else [Component(**known) for known in COMPONENTS]
        self.subscribers = [] if rehearsing else [Subscriber(**known) for known in SUBSCRIBERS]
        self._taken: deque[float] = deque()
        self._made_up = 0

    def incident(self, identity: str) -> Incident | None:
        """The incident with this id."""
        return next((known for known in self.incidents if known.id == identity), None)

    def component(self, identity: str) -> Component | None:
        """The component with this id; a rehearsal takes any."""
        found = next((known for known in self.components if known.id == identity), None)
        if found is None and self.rehearsing:
            found = Component(identity, identity)
            self.components.append(found)
        return found

    def open(self, name: str, status: str = "investigating", body: str = "Opened by hand.") -> Incident:
        """Somebody opens an incident by hand."""
        identity = new_id()
        made = Incident(identity, name, self.shortlink(identity), status="")
        self.incidents.insert(0, made)
        self.edit(identity, status=status, body=body)
        return made

    def edit(self, identity: str, **fields: Any) -> None:
        """Somebody changes an incident by hand: its name, status, body or components."""
        said = msgspec.convert({"deliver_notifications": False, **fields}, changes.Fields)
        self._change(self._known(identity), said)

    def resolve(self, identity: str, body: str = "Resolved by hand.") -> None:
        """Somebody resolves an incident by hand."""
        self.edit(identity, status="resolved", body=body)

    def delete(self, identity: str) -> None:
        """Somebody deletes an incident."""
        self.incidents.remove(self._known(identity))

    def set_component(self, identity: str, status: str) -> None:
        """Somebody changes a component by hand."""
        found = self.component(identity)
        if found is None:
            raise LookupError(identity)
        found.become(status)

    def admit(self, request: Request) -> None:
        if not request.path.startswith(self.root):
            return
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        given = request.args.get("api_key") or (key if scheme in {"OAuth", "Bearer"} else "")
        if not self.rehearsing and given != self.token:
            raise Refused(self.refusal(401, "Could not authenticate"))
        page = (request.path.split("/") + [""] * 4)[3]
        if not self.rehearsing and page not in {"", self.page}:
            raise Refused(self.refusal(404, "Page not found"))
        self._take_turn()

    def refusal(self, status: int, words: str = "") -> Response:
        return answer({"message": words or "Something went wrong"}, status)

    def shortlink(self, identity: str) -> str:
        """Where customers read of the incident: here, where this is served."""
        return f"{self.url or 'https://stspg.io'}/incidents/{identity}"

    def _no_rehearsal(self) -> None:
        """Let a dry run ask the real page what is on it."""
        if self.rehearsing:
            raise Refused(self.refusal(404, "unknown to a rehearsal"))

    def _known(self, identity: str) -> Incident:
        found = self.incident(identity)
        if found is None:
            raise Refused(self.refusal(404, "Incident not found"))
        return found

    def _touched(self, identity: str) -> Incident:
        """An incident that is written to; a rehearsal takes any."""
        if self.rehearsing and self.incident(identity) is None:
            self.incidents.insert(0, Incident(identity, identity, self.shortlink(identity)))
        return self._known(identity)

    def _known_component(self, identity: str) -> Component:
        found = self.component(identity)
        if found is None:
            raise Refused(self.refusal(404, "Component not found"))
        return found

    def _indexed(self) -> list[Incident]:
        """What a list knows of."""
        self._no_rehearsal()
        newest = now() - timedelta(seconds=self.lag())
        return [known for known in self.incidents if known.created_at <= newest]

    def _fields(self, request: Request, name: str) -> changes.Fields:
        try:
            said = msgspec.json.decode(request.get_data())[name]
        except (msgspec.DecodeError, KeyError, TypeError):
            raise Refused(self.refusal(400, f"{name} is missing")) from None
        try:
            return msgspec.convert(said, changes.Fields)
        except msgspec.ValidationError as error:
            raise Refused(self.refusal(422, str(error))) from None

    def _check(self, fields: changes.Fields) -> None:
        if words := changes.wrong(fields, self.component):
            raise Refused(self.refusal(422, words))

    def _change(self, incident: Incident, fields: changes.Fields) -> None:
        words = changes.change(incident, fields, self.component)
        if words and words.deliver_notifications:
            self._mail(incident, words)

    def _mail(self, incident: Incident, words: Update) -> None:
        self._send(incident, words.status.replace("_", " ").capitalize(), words.body)

    def _send(self, incident: Incident, what: str, text: str) -> None:
        subject = f"[{self.title}] {what}: {incident.name}"
        self.mails += [
            Mail(who.address, subject, text, incident.id)
            for who in self.subscribers
            if (who.mode, who.state) == ("email", "active")
        ]

    def _take_turn(self) -> None:
        if self.rate is None:
            return
        at = time.monotonic()
        while self._taken and self._taken[0] <= at - WINDOW:
            self._taken.popleft()
        if len(self._taken) >= self.rate:
            raise Refused(self.refusal(420, "You have exceeded your API rate limit"))
        self._taken.append(at)


def paged(request: Request, found: list[T], size: str, first: int = 1) -> list[T]:
    """The page of the list that was asked for; `size` is the parameter that says how long one is."""
    most = request.args.get(size, PER_PAGE, type=int)
    start = max(0, request.args.get("page", first, type=int) - first) * most
    return found[start : start + most]
