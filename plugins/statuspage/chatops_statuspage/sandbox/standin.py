"""Statuspage's API v1, and the page that customers see."""

from collections import Counter
from collections.abc import Mapping

from werkzeug.wrappers import Request, Response

from chatops.sandbox import Refused, answer, route
from chatops_statuspage.sandbox import changes, shown
from chatops_statuspage.sandbox.incidents import Incidents
from chatops_statuspage.sandbox.memory import paged
from chatops_statuspage.sandbox.postmortems import Postmortems
from chatops_statuspage.sandbox.settings import config
from chatops_statuspage.sandbox.state import Subscriber


class StatuspageStandIn(Incidents, Postmortems):
    """Answers as Statuspage does, for one page. `Memory` says what tests look at, and what they change."""

    def made(self) -> list[str]:
        """The incidents, their updates, and the mails that went out."""
        return [
            *(f"incident {incident.name}" for incident in self.incidents),
            *(f"{i.name}: {update.status} {update.body}" for i in self.incidents for update in i.updates),
            *(f"mail {mail.subject}" for mail in self.mails),
        ]

    def settings(self) -> str:
        return config(self.url)

    def panels(self) -> Mapping[str, str]:
        from chatops_statuspage.sandbox.panels import mails, page

        return {"Status page": page(self), "Mails": mails(self)}

    @route("GET", "/")
    def _public(self, _request: Request) -> Response:
        from chatops_statuspage.sandbox.panels import document

        return Response(document(self), mimetype="text/html")

    @route("GET", "/incidents/<incident>")
    def _public_incident(self, _request: Request, incident: str) -> Response:
        from chatops_statuspage.sandbox.panels import document

        return Response(document(self, self._known(incident)), mimetype="text/html")

    @route("GET", "/v1/pages")
    def _pages(self, _request: Request) -> Response:
        self._no_rehearsal()
        return answer([shown.page(self.page, self.title, self.url)])

    @route("GET", "/v1/pages/<page>")
    def _page(self, _request: Request, page: str) -> Response:
        self._no_rehearsal()
        return answer(shown.page(page, self.title, self.url))

    @route("GET", "/v1/pages/<page>/components")
    def _components(self, request: Request, page: str) -> Response:
        self._no_rehearsal()
        found = paged(request, self.components, "per_page")
        return answer([shown.component(known, page) for known in found])

    @route("GET", "/v1/pages/<page>/components/<component>")
    def _component(self, _request: Request, page: str, component: str) -> Response:
        self._no_rehearsal()
        return answer(shown.component(self._known_component(component), page))

    @route("PATCH", "/v1/pages/<page>/components/<component>")
    def _patch_component(self, request: Request, page: str, component: str) -> Response:
        found = self._known_component(component)
        fields = self._fields(request, "component")
        if fields.get("status", "") not in changes.COMPONENT:
            raise Refused(self.refusal(422, "Status is not included in the list"))
        found.become(fields.get("status", found.status))
        found.name = fields.get("name", found.name)
        return answer(shown.component(found, page))

    @route("GET", "/v1/pages/<page>/component-groups")
    def _groups(self, _request: Request, page: str) -> Response:  # noqa: ARG002
        self._no_rehearsal()
        return answer([])

    @route("GET", "/v1/pages/<page>/subscribers")
    def _subscribers(self, request: Request, page: str) -> Response:  # noqa: ARG002
        found = paged(request, self._wanted(request), "limit", first=0)
        return answer([shown.subscriber(who) for who in found])

    @route("GET", "/v1/pages/<page>/subscribers/count")
    def _count(self, request: Request, page: str) -> Response:  # noqa: ARG002
        counted = Counter(who.mode for who in self._wanted(request))
        modes = ("email", "sms", "webhook", "slack", "teams", "integration_partner")
        return answer({mode: counted[mode] for mode in modes})

    def _wanted(self, request: Request) -> list[Subscriber]:
        self._no_rehearsal()
        mode, state = request.args.get("type"), request.args.get("state", "active")
        return [who for who in self.subscribers if mode in {None, who.mode} and state in {"all", who.state}]
