"""The sandbox: all stand-ins on one port of loopback, a page to look at them, and a way to break them."""

import threading
from collections.abc import Iterable
from importlib.metadata import entry_points
from types import TracebackType
from typing import Any, Final, Self

from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from chatops.sandbox.control import Control
from chatops.sandbox.faults import Faults
from chatops.sandbox.log import Log
from chatops.sandbox.serving import Served
from chatops.sandbox.standin import StandIn

GROUP: Final = "chatops.sandboxes"
HOST: Final = "127.0.0.1"


class _Quiet(WSGIRequestHandler):
    """Requests are kept in the sandbox's own log."""

    def log(self, *_: Any) -> None:
        pass


def standins(url: str) -> list[StandIn]:
    """The stand-ins of every plugin that is installed, as a sandbox at this address serves them."""
    found = sorted(entry_points(group=GROUP), key=lambda point: point.name)
    return [standin for point in found for standin in point.load().served(url)]


class Sandbox:
    """Serves stand-ins while it is entered. `port` 0 takes a free one.

    Raises OSError where the port is taken.
    """

    def __init__(self, port: int = 0, only: Iterable[type[StandIn]] = ()) -> None:
        self.faults = Faults()
        self.log = Log()
        self._server: BaseWSGIServer = make_server(
            HOST, port, self._wsgi, threaded=True, request_handler=_Quiet
        )
        self.url = f"http://{HOST}:{self._server.server_port}"
        kinds = list(only)
        made = [s for kind in kinds for s in kind.served(self.url)] if kinds else standins(self.url)
        self.standins = {standin.name: standin for standin in made}
        served: dict[str, Any] = {
            f"/{standin.name}": Served(standin, self.faults, self.log) for standin in made
        }
        control = Control(self.url, self.standins, self.faults, self.log)
        self._app = DispatcherMiddleware(control, served)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="sandbox", daemon=True
        )

    def config(self) -> str:
        """A configuration, in TOML, whose plugins talk to these stand-ins."""
        return "\n".join(standin.settings() for standin in self.standins.values())

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.faults.over.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _wsgi(self, environ: dict[str, Any], start_response: Any) -> Any:
        return self._app(environ, start_response)
