"""A dry run's transport: reads go out, writes are recorded and answered by the plugin's own stand-in."""

import threading
from dataclasses import replace
from io import BytesIO
from typing import Any

import requests
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from chatops.errors import NotRehearsed
from chatops.http.answers import named, reads
from chatops.http.terms import Exchange, Terms
from chatops.http.transport import Transport
from chatops.sandbox.server import standin_of
from chatops.sandbox.standin import StandIn


class Rehearsal:
    """What would have been sent; `sent` has the requests that write, in the order of their making."""

    def __init__(self) -> None:
        self.sent: list[Exchange] = []
        self._standins: dict[str, StandIn | None] = {}
        self._lock = threading.Lock()

    def transport(self, plugin: str, terms: Terms) -> Transport:
        """A transport for one call of the plugin, which sends nothing that writes."""
        with self._lock:
            if terms.instance not in self._standins:
                kind = standin_of(plugin)
                self._standins[terms.instance] = kind(rehearsing=True) if kind else None
        return _Rehearsing(replace(terms, record=self._record), self._standins[terms.instance])

    def _record(self, exchange: Exchange) -> None:
        if exchange.writes:
            self.sent.append(exchange)


class _Rehearsing(Transport):
    def __init__(self, terms: Terms, standin: StandIn | None) -> None:
        super().__init__(terms)
        self._standin = standin

    def exchange(self, request: requests.PreparedRequest, how: dict[str, Any]) -> requests.Response:
        """The stand-in's answer, where it can give one; a read of what it does not know goes out."""
        made_up = _answered(self._standin, request) if self._standin else None
        if reads(request):
            return made_up if made_up is not None and made_up.ok else super().exchange(request, how)
        if made_up is None:
            raise NotRehearsed(request=named(request))
        return made_up


def _answered(standin: StandIn, request: requests.PreparedRequest) -> requests.Response | None:
    """The stand-in's answer; None where it is not for such a request."""
    path = request.path_url
    _, root, rest = path.partition(standin.root)
    if not root:
        return None
    body = request.body.encode() if isinstance(request.body, str) else request.body
    headers = [(name, str(value)) for name, value in request.headers.items()]
    content = body if isinstance(body, bytes) else None
    builder = EnvironBuilder(
        path=f"{root}{rest}", method=request.method or "GET", headers=headers, data=content
    )
    made_up = standin.respond(Request(builder.get_environ()))
    response = requests.Response()
    response.status_code = made_up.status_code
    response.reason = made_up.status.partition(" ")[2]
    response.headers.update(dict(made_up.headers))
    response.raw = BytesIO(made_up.get_data())
    response.url, response.request = request.url or "", request
    return response
