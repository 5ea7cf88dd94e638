"""Statuspage's API, as far as it is needed, and what goes wrong with it in words that name a setting."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final, TypeVar

import msgspec

from chatops import Gone, Http, Rejected, Unauthorized
from chatops_statuspage.settings import StatuspageConfig

#: The name under which our identity stands in an incident's metadata.
OURS: Final = "chatops"
#: An incident that is looked for is among the newest; a page with so many newer ones is not read on.
MOST_PAGES: Final = 5
PER_PAGE: Final = 100
#: The most components that one request lists (specification of the API, `per_page`).
MOST_COMPONENTS: Final = 1100

T = TypeVar("T")


class Named(msgspec.Struct, frozen=True):
    """A page or a component."""

    id: str
    name: str | None = None
    status: str | None = None


class Update(msgspec.Struct, frozen=True):
    """Words of an incident."""

    id: str
    body: str | None = None


class Postmortem(msgspec.Struct, frozen=True):
    """A post-mortem: what its writers see, and what customers read once it is published."""

    body_draft: str | None = None
    body: str | None = None
    published_at: str | None = None


class Incident(msgspec.Struct, frozen=True):
    """An incident as Statuspage has it now; its updates are the newest first."""

    id: str
    name: str | None = None
    status: str | None = None
    shortlink: str | None = None
    metadata: Any = None
    components: tuple[Named, ...] | None = None
    incident_updates: tuple[Update, ...] | None = None

    @property
    def over(self) -> bool:
        """Whether it is resolved; one with a post-mortem has that for its status."""
        return self.status in {"resolved", "postmortem"}

    @property
    def ours(self) -> str:
        """The incident of ours that it is of, or nothing."""
        match self.metadata:
            case {"chatops": {"incident": str(incident)}}:
                return incident
        return ""

    @property
    def said(self) -> int:
        """The number of the words of ours that were last said in it, or 0."""
        match self.metadata:
            case {"chatops": {"seq": int(number)}}:
                return number
        return 0

    def update_of(self, text: str) -> str:
        """The id of the update with this text, else of the newest."""
        updates = self.incident_updates or ()
        return next((u.id for u in (*(u for u in updates if u.body == text), *updates)), "")


class Api:
    """The API of one page."""

    def __init__(self, http: Http, config: StatuspageConfig, instance: str) -> None:
        self._http = http
        self._config = config
        self._setting = f"plugins.{instance}"

    def pages(self) -> list[Named]:
        """Every page that the key may manage."""
        return self._ask("GET", "pages", list[Named])

    def components(self) -> list[Named]:
        """Every component of the page."""
        return self._of_page("GET", "components", list[Named], params={"per_page": MOST_COMPONENTS})

    def subscribers(self) -> dict[str, Any]:
        """How many subscribers there are, by the way in which they are told."""
        return self._of_page("GET", "subscribers/count", dict[str, Any])

    def newest(self) -> Iterator[Incident]:
        """The open incidents, then those of all states, the newest first, read as you go."""
        yield from self._listed("incidents/unresolved", "per_page")
        yield from self._listed("incidents", "limit")

    def incident(self, incident: str) -> Incident:
        """One incident. Raises Gone where there is none of this id."""
        return self._of_incident("GET", incident, "", Incident)

    def create(self, fields: dict[str, Any]) -> Incident:
        """A new incident."""
        return self._of_page("POST", "incidents", Incident, json={"incident": fields})

    def change(self, incident: str, fields: dict[str, Any]) -> Incident:
        """The incident after these changes."""
        return self._of_incident("PATCH", incident, "", Incident, json={"incident": fields})

    def change_update(self, incident: str, update: str, fields: dict[str, Any]) -> None:
        """Put words right that were said, or the time that they bear; nobody is mailed."""
        said = {"incident_update": {**fields, "deliver_notifications": False}}
        self._of_incident("PATCH", incident, f"/incident_updates/{update}", Any, json=said)

    def change_component(self, component: str, status: str) -> None:
        """Set the component's status."""
        said = {"component": {"status": status}}
        self._of_page("PATCH", f"components/{component}", Any, json=said)

    def postmortem(self, incident: str) -> Postmortem | None:
        """The incident's post-mortem, where it has one."""
        with suppress(Gone):
            return self._of_incident("GET", incident, "/postmortem", Postmortem)
        return None

    def draft_postmortem(self, incident: str, text: str) -> None:
        """Write the incident's post-mortem, as a draft."""
        said = {"postmortem": {"body_draft": text}}
        self._of_incident("PUT", incident, "/postmortem", Any, json=said)

    def publish_postmortem(self, incident: str) -> None:
        """Let customers read the draft; nobody is mailed."""
        said = {"postmortem": {"notify_subscribers": False, "notify_twitter": False}}
        self._of_incident("PUT", incident, "/postmortem/publish", Any, json=said)

    def _listed(self, path: str, size: str) -> Iterator[Incident]:
        for page in range(1, MOST_PAGES + 1):
            params = {size: PER_PAGE, "page": page}
            found = self._of_page("GET", path, list[Incident], params=params)
            yield from found
            if len(found) < PER_PAGE:
                return

    def _of_page(self, method: str, path: str, answer: type[T], **more: Any) -> T:
        try:
            return self._ask(method, f"pages/{self._config.page}/{path}", answer, **more)
        except Gone as error:
            raise Rejected(
                f"{self._setting}.page: the page {self._config.page} is not one that the key in"
                f" {self._setting}.token may manage; chatops doctor lists those that are. ({error})"
            ) from error

    def _of_incident(self, method: str, incident: str, path: str, answer: type[T], **more: Any) -> T:
        path = f"pages/{self._config.page}/incidents/{incident}{path}"
        try:
            return self._ask(method, path, answer, **more)
        except Gone as error:
            raise Gone(
                f"The public incident {incident} is no longer on the page {self._config.page}. Where somebody"
                " has deleted it, chatops retry --recreate says the latest words in a new one; where"
                f" {self._setting}.page has changed, change it back. ({error})"
            ) from error

    def _ask(self, method: str, path: str, answer: type[T], **more: Any) -> T:
        try:
            headers = {"Authorization": f"OAuth {self._config.token.reveal()}"}
        except ValueError as error:
            raise Unauthorized(f"{self._setting}.token: {error}") from error
        url = f"{self._config.url.rstrip('/')}/{path}"
        try:
            return self._http.request(method, url, answer=answer, headers=headers, **more)
        except Unauthorized as error:
            raise Unauthorized(
                f"{self._setting}.token: Statuspage does not accept the API key for this. It takes one that"
                f" manage.statuspage.io shows under your name, API info. ({error})"
            ) from error
