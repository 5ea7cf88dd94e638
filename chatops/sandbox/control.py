"""The sandbox's own address: its page, its faults, and the log of what was asked."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
from werkzeug.wrappers import Request, Response

from chatops.sandbox.faults import Fault, Faults
from chatops.sandbox.log import Log
from chatops.sandbox.standin import StandIn, answer

_PAGE: Final = Path(__file__).with_name("page.html")
_OF_A_LINE: Final = ("at", "standin", "method", "path", "status", "fault")
#: A page of another site that was given our address is not answered.
_OURS: Final = frozenset({"127.0.0.1", "localhost", "::1"})


class Control:
    """Answers what is asked of the sandbox itself.

    * GET / is the page, GET /-/panels what it shows
    * GET /-/faults lists what is planned, POST plans one or a list, DELETE clears them
    * GET /-/requests lists what was asked (`?standin=NAME`), DELETE forgets it; with `?latest=40` only so
      many of them, without headers and bodies, and how many there are
    """

    def __init__(self, url: str, standins: Mapping[str, StandIn], faults: Faults, log: Log) -> None:
        self._url = url
        self._standins = standins
        self._faults = faults
        self._log = log

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        request = Request(environ)
        return self._respond(request)(environ, start_response)

    def _respond(self, request: Request) -> Response:
        if not _is_ours(request):
            return answer({"error": "the sandbox answers this machine alone"}, 403)
        match request.method, request.path:
            case "GET", "/":
                return Response(_PAGE.read_text("utf-8"), mimetype="text/html")
            case "GET", "/-/panels":
                return answer(self._panels())
            case "GET", "/-/faults":
                return answer(self._faults.planned)
            case "POST", "/-/faults":
                return self._plan(request.get_data())
            case "DELETE", "/-/faults":
                self._faults.clear()
                return answer([])
            case "GET", "/-/requests":
                return self._asked(request.args)
            case "DELETE", "/-/requests":
                self._log.clear()
                return answer([])
        valid = ["/", *(f"/{name}/" for name in self._standins), "/-/panels", "/-/faults", "/-/requests"]
        return answer({"error": f"there is no {request.path} here", "valid": valid}, 404)

    def _plan(self, body: bytes) -> Response:
        try:
            said = msgspec.json.decode(body, type=list[Fault] | Fault)
        except (msgspec.MsgspecError, ValueError) as error:
            return answer({"error": str(error)}, 400)
        faults = said if isinstance(said, list) else [said]
        for fault in faults:
            if fault.standin and fault.standin not in self._standins:
                valid = list(self._standins)
                return answer({"error": f"there is no stand-in {fault.standin!r}", "valid": valid}, 400)
        self._faults.plan(*faults)
        return answer(self._faults.planned, 201)

    def _asked(self, said: Mapping[str, str]) -> Response:
        asked = self._log.all(said.get("standin", ""))
        if "latest" not in said:
            return answer(asked)
        most = int(said["latest"]) if said["latest"].isdecimal() else 0
        lines = [{name: getattr(one, name) for name in _OF_A_LINE} for one in asked[-most:]] if most else []
        return answer({"count": len(asked), "latest": lines})

    def _panels(self) -> list[dict[str, str]]:
        return [
            {"standin": name, "title": title, "html": html}
            for name, standin in self._standins.items()
            for title, html in standin.drawn().items()
        ]


def _is_ours(request: Request) -> bool:
    """Whether a program asks, or our own page: not one of another site that was given our address."""
    try:
        named = urlsplit(f"//{request.host}").hostname
        origin = request.headers.get("Origin")
        return named in _OURS and (origin is None or urlsplit(origin).netloc == request.host)
    except ValueError:
        return False
