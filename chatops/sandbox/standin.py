"""What a stand-in is made of: routes, a memory, and the remote's own way of refusing."""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar, TypeVar

import msgspec
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from chatops.logs import logger

_log = logger("chatops.sandbox")
F = TypeVar("F", bound=Callable[..., Response])


def route(method: str, path: str) -> Callable[[F], F]:
    """Mark a method that answers such requests; `path` is a rule of werkzeug's: `/rooms/<name>`."""

    def mark(function: F) -> F:
        function.__dict__.setdefault("chatops_routes", []).append((method, path))
        return function

    return mark


def answer(data: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """An answer in JSON; without a body for None."""
    body = b"" if data is None else msgspec.json.encode(data)
    return Response(body, status, dict(headers or {}), mimetype="application/json")


class Refused(Exception):
    """A request that the remote would not take; `response` is what it answers."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


class StandIn:
    """Answers as a remote service does, and remembers.

    `name` is where the sandbox serves it, `root` what the path of every request to the remote has in it
    (`/rest/`): what stands before that belongs to the remote's address. Requests are answered one at a
    time, so that methods need no locks.

    With `rehearsing` it answers for a dry run: then it takes what refers to objects that it does not know,
    as the remote may know them, and what it makes up is named so that the remote surely has none of that
    name.
    """

    name: ClassVar[str]
    root: ClassVar[str] = "/"
    optional: ClassVar[bool] = False
    """Whether the sandbox's configuration has it as a comment: most who try things out do without."""
    _routes: ClassVar[Map]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        members = ((name, getattr(cls, name)) for name in dir(cls))
        cls._routes = Map(
            [
                Rule(path, methods=[method], endpoint=name)
                for name, member in members
                for method, path in getattr(member, "chatops_routes", ())
            ],
            strict_slashes=False,
        )

    def __init__(self, url: str = "", *, rehearsing: bool = False) -> None:
        self.url = url
        self.rehearsing = rehearsing
        #: Seconds by which a search knows less than there is.
        self.lag: Callable[[], float] = lambda: 0.0
        self._one = threading.RLock()

    @classmethod
    def served(cls, url: str) -> "Iterable[StandIn]":
        """The stand-ins that a sandbox at this address serves of this kind; mostly one."""
        return [cls(f"{url}/{cls.name}")]

    def respond(self, request: Request) -> Response:
        """The answer to a request, whatever it is."""
        with self._one:
            try:
                adapter = self._routes.bind_to_environ(request.environ)
                endpoint, values = adapter.match()
                self.admit(request)
                response: Response = getattr(self, endpoint)(request, **values)
            except Refused as refused:
                return refused.response
            except HTTPException as error:
                return self.refusal(error.code or 500, error.description or error.name)
            except Exception:  # noqa: BLE001  (a stand-in's own mistake is a remote's, to whoever asks)
                _log.exception("the stand-in %s failed at %s %s", self.name, request.method, request.path)
                return self.refusal(500, "the stand-in failed, and its log says where")
            else:
                return response

    def admit(self, request: Request) -> None:
        """Raise Refused for a request without the right credentials."""

    def refusal(self, status: int, words: str = "") -> Response:
        """How the remote says no with this status."""
        return answer({"message": words}, status)

    def settings(self) -> str:
        """The configuration, in TOML, of a plugin that is to talk to this stand-in."""
        raise NotImplementedError

    def offered(self) -> str:
        """What the sandbox's configuration has of it."""
        lines = self.settings().splitlines()
        return "".join(f"# {line}".rstrip() + "\n" for line in lines) if self.optional else self.settings()

    def made(self) -> Sequence[str] | None:
        """What was created here and is there now, a line each, so that it can be seen whether something is
        there twice; None where it cannot be told.
        """
        return None

    def drawn(self) -> Mapping[str, str]:
        """Its panels, as they are between two requests; one that cannot be drawn says so."""
        with self._one:
            try:
                return dict(self.panels())
            except Exception:  # noqa: BLE001  (it hides no other panel)
                _log.exception("the stand-in %s cannot be drawn", self.name)
                return {self.name: "<p>It cannot be drawn, and its log says why.</p>"}

    def panels(self) -> Mapping[str, str]:
        """What the sandbox's page shows of it: HTML by title, with every text escaped."""
        return {}
