"""One request on its way to a stand-in: logged, and hit by a fault where one is due."""

import os
import socket
import struct
from typing import Any

from werkzeug.exceptions import ClientDisconnected
from werkzeug.wrappers import Request, Response

from chatops.events import utcnow
from chatops.sandbox.faults import Fault, Faults
from chatops.sandbox.log import Asked, Log
from chatops.sandbox.standin import StandIn


class Served:
    """A stand-in as a WSGI application."""

    def __init__(self, standin: StandIn, faults: Faults, log: Log) -> None:
        self.standin = standin
        self._faults = faults
        self._log = log
        standin.lag = lambda: faults.lag(standin.name)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        request = Request(environ)
        try:
            request.get_data(cache=True)
        except ClientDisconnected:
            raise ConnectionAbortedError("whoever asked has gone") from None
        fault = self._faults.take(self.standin.name, request.method, request.path)
        response = self._response(request, fault)
        self._remember(request, response, fault)
        if response is None:
            _cut(environ["werkzeug.socket"])
            raise ConnectionAbortedError("the sandbox was asked to cut this connection")
        return response(environ, start_response)

    def _response(self, request: Request, fault: Fault | None) -> Response | None:
        """The answer; None where the connection is to be cut."""
        match fault.kind if fault else "":
            case "status" if fault:
                refusal = self.standin.refusal(fault.status)
                if fault.retry_after is not None:
                    refusal.headers["Retry-After"] = fault.retry_after
                return refusal
            case "drop_before":
                return None
            case "wait" if fault:
                self._faults.over.wait(fault.seconds)
        response = self.standin.respond(request)
        match fault.kind if fault else "":
            case "drop_after":
                return None
            case "garbage" if fault:
                return Response(fault.body, content_type=fault.content_type)
        return response

    def _remember(self, request: Request, response: Response | None, fault: Fault | None) -> None:
        self._log.add(
            Asked(
                at=utcnow(),
                standin=self.standin.name,
                method=request.method,
                path=request.path,
                query=request.query_string.decode("latin-1"),
                headers=dict(request.headers),
                body=request.get_data(),
                status=response.status_code if response is not None else None,
                answer_type=response.content_type or "" if response is not None else "",
                answer=response.get_data() if response is not None else b"",
                fault=fault.kind if fault else "",
            )
        )


def _cut(connection: socket.socket) -> None:
    """Reset the connection, as when a machine in between forgets it."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    # The server would say goodbye before it closes: then it is an end rather than a reset.
    os.close(connection.detach())
