"""The post-mortems of Statuspage's API."""

from werkzeug.wrappers import Request, Response

from chatops.sandbox import Refused, answer, route
from chatops_statuspage.sandbox import shown
from chatops_statuspage.sandbox.incidents import ITEM
from chatops_statuspage.sandbox.memory import Memory
from chatops_statuspage.sandbox.state import Postmortem, now


class Postmortems(Memory):
    """Drafts, publishes and forgets post-mortems."""

    @route("GET", f"{ITEM}/postmortem")
    def _postmortem(self, _request: Request, page: str, incident: str) -> Response:  # noqa: ARG002
        return answer(shown.postmortem(self._written(incident)))

    @route("PUT", f"{ITEM}/postmortem")
    def _draft(self, request: Request, page: str, incident: str) -> Response:  # noqa: ARG002
        known, fields = self._touched(incident), self._fields(request, "postmortem")
        if "body_draft" not in fields:
            raise Refused(self.refusal(400, "body_draft is missing"))
        known.postmortem = known.postmortem or Postmortem("")
        known.postmortem.draft, known.postmortem.updated_at = fields["body_draft"], now()
        return answer(shown.postmortem(known.postmortem))

    @route("PUT", f"{ITEM}/postmortem/publish")
    def _publish(self, request: Request, page: str, incident: str) -> Response:  # noqa: ARG002
        written, fields = self._written(incident), self._fields(request, "postmortem")
        written.body, written.published_at = written.draft, now()
        if fields.get("notify_subscribers"):
            written.notified = True
            self._send(self._known(incident), "Postmortem", written.body)
        return answer(shown.postmortem(written))

    @route("PUT", f"{ITEM}/postmortem/revert")
    def _revert(self, _request: Request, page: str, incident: str) -> Response:  # noqa: ARG002
        written = self._written(incident)
        written.published_at = None
        return answer(shown.postmortem(written))

    @route("DELETE", f"{ITEM}/postmortem")
    def _forget(self, _request: Request, page: str, incident: str) -> Response:  # noqa: ARG002
        self._written(incident)
        self._known(incident).postmortem = None
        return Response(status=204)

    def _written(self, incident: str) -> Postmortem:
        written = self._known(incident).postmortem
        if written is None:
            raise Refused(self.refusal(404, "Postmortem not found"))
        return written
