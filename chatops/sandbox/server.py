"""The sandbox: all stand-ins on one port of loopback, a page to look at them, and a way to break them."""

import errno
import os
import socket
import threading
from collections.abc import Iterable
from importlib.metadata import EntryPoint
from types import TracebackType
from typing import Any, Final, Self

from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from chatops.discovery import Discovery
from chatops.logs import logger
from chatops.registry import described
from chatops.sandbox.control import Control
from chatops.sandbox.faults import Faults
from chatops.sandbox.log import Log
from chatops.sandbox.serving import Served
from chatops.sandbox.standin import StandIn

GROUP: Final = "chatops.sandboxes"
HOST: Final = "127.0.0.1"

_log = logger("chatops.sandbox")


class _Quiet(WSGIRequestHandler):
    """Requests are kept in the sandbox's own log."""

    def log(self, *_: Any) -> None:
        pass

    def connection_dropped(self, *_: Any) -> None:
        """There is nothing more to read where the connection was cut."""
        self.close_connection = True


def standin_of(plugin: str) -> type[StandIn] | None:
    """What stands in for the remote of this plugin; None where nothing is installed for it."""
    point = _installed().get(plugin)
    found: type[StandIn] | None = point.load() if point else None
    return found


def standins(url: str) -> list[StandIn]:
    """The stand-ins of every plugin that is installed, as a sandbox at this address serves them."""
    return [standin for point in _installed().values() for standin in _served(point, url)]


def _installed() -> dict[str, EntryPoint]:
    return Discovery(GROUP, "stand-in").usable


def _served(point: EntryPoint, url: str) -> list[StandIn]:
    try:
        return list(point.load().served(url))
    except Exception as error:  # noqa: BLE001  (one that does not work keeps no other away)
        _log.warning("the stand-in of %s cannot be served: %s", point.name, described(error))
        return []


class Sandbox:
    """Serves stand-ins while it is entered. `port` 0 takes a free one.

    Raises OSError, with words in `strerror`, where the port is taken.
    """

    def __init__(self, port: int = 0, only: Iterable[type[StandIn]] = ()) -> None:
        self.faults = Faults()
        self.log = Log()
        self._server = _listening(port, self._wsgi)
        self.url = f"http://{HOST}:{self._server.port}"
        kinds = list(only)
        self._chosen = bool(kinds)
        try:
            made = [s for kind in kinds for s in kind.served(self.url)] if kinds else standins(self.url)
        except BaseException:
            self._server.server_close()
            raise
        self.standins = {standin.name: standin for standin in made}
        served: dict[str, Any] = {
            f"/{standin.name}": Served(standin, self.faults, self.log) for standin in made
        }
        control = Control(self.url, self.standins, self.faults, self.log)
        self._app = DispatcherMiddleware(control, served)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.01,), name="sandbox", daemon=True
        )

    def config(self) -> str:
        """A configuration, in TOML, whose plugins talk to these stand-ins; the optional ones are comments,
        where nobody asked for them by name.
        """
        standins = self.standins.values()
        return "\n".join(s.settings() if self._chosen else s.offered() for s in standins)

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


def _listening(port: int, app: Any) -> BaseWSGIServer:
    # By itself werkzeug would print what is wrong, and exit.
    try:
        with socket.create_server((HOST, port)) as bound:
            return make_server(HOST, port, app, threaded=True, request_handler=_Quiet, fd=bound.fileno())
    except OSError as error:
        why = (
            "another program listens there"
            if error.errno == errno.EADDRINUSE
            else os.strerror(error.errno or 0)
        )
        raise OSError(error.errno, f"the sandbox cannot listen on {HOST}:{port}: {why}") from error
