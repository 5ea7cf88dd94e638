"""The incidents of Statuspage's API."""

from typing import Final

from werkzeug.wrappers import Request, Response

from chatops.sandbox import Refused, answer, route
from chatops_statuspage.sandbox import shown
from chatops_statuspage.sandbox.memory import Memory, paged
from chatops_statuspage.sandbox.state import OVER, SCHEDULED, Incident, Update, new_id, now

ITEMS: Final = "/v1/pages/<page>/incidents"
ITEM: Final = f"{ITEMS}/<incident>"


class Incidents(Memory):
    """Creates, lists, changes and deletes incidents."""

    @route("POST", ITEMS)
    def _create(self, request: Request, page: str) -> Response:
        fields = self._fields(request, "incident")
        self._check({"name": "", **fields})
        self._made_up += 1
        identity = f"rehearsal{self._made_up:03}" if self.rehearsing else new_id()
        made = Incident(identity, fields["name"], self.shortlink(identity), status="")
        self.incidents.insert(0, made)
        self._change(made, {"status": "investigating", **fields})
        return answer(shown.incident(made, page), 201)

    @route("GET", ITEMS)
    def _list(self, request: Request, page: str) -> Response:
        wanted = request.args.get("q", "").lower()
        found = [i for i in self._indexed() if wanted in i.name.lower() or wanted in i.id]
        return answer([shown.incident(known, page) for known in paged(request, found, "limit")])

    @route("GET", f"{ITEMS}/unresolved")
    def _unresolved(self, request: Request, page: str) -> Response:
        found = [i for i in self._indexed() if i.status not in OVER | set(SCHEDULED)]
        return answer([shown.incident(known, page) for known in paged(request, found, "per_page")])

    @route("GET", f"{ITEMS}/scheduled")
    def _scheduled(self, request: Request, page: str) -> Response:
        found = [i for i in self._indexed() if i.status in SCHEDULED]
        return answer([shown.incident(known, page) for known in paged(request, found, "per_page")])

    @route("GET", ITEM)
    def _get(self, _request: Request, page: str, incident: str) -> Response:
        return answer(shown.incident(self._known(incident), page))

    @route("PATCH", ITEM)
    @route("PUT", ITEM)
    def _patch(self, request: Request, page: str, incident: str) -> Response:
        known = self._touched(incident)
        fields = self._fields(request, "incident")
        self._check(fields)
        self._change(known, fields)
        return answer(shown.incident(known, page))

    @route("DELETE", ITEM)
    def _delete(self, _request: Request, page: str, incident: str) -> Response:
        known = self._known(incident)
        self.incidents.remove(known)
        return answer(shown.incident(known, page))

    @route("PATCH", f"{ITEM}/incident_updates/<update>")
    def _patch_update(self, request: Request, page: str, incident: str, update: str) -> Response:  # noqa: ARG002
        known, fields = self._touched(incident), self._fields(request, "incident_update")
        words = next((found for found in known.updates if found.id == update), None)
        if words is None and self.rehearsing:
            words = Update("investigating", "", False, [], id=update)  # noqa: FBT003
        if words is None:
            raise Refused(self.refusal(404, "Incident update not found"))
        self._check(fields)
        words.body = fields.get("body") or words.body
        if "display_at" in fields:
            words.display_at = fields["display_at"]
        words.updated_at = now()
        if fields.get("deliver_notifications"):
            self._mail(known, words)
        return answer(shown.update(words, known))
