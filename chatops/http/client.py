"""`ctx.http`: what a plugin sends its requests with."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

if TYPE_CHECKING:
    import requests

    from chatops.http.transport import Transport

T = TypeVar("T")


class Http:
    """Sends requests that keep to the call's deadline, and turns whatever goes wrong into one of
    Rejected, Unauthorized, Gone, Unavailable and Unknown.

    A request that may be sent again at no risk is, within the deadline; a plugin repeats none itself.
    Nothing is followed that redirects. Certificates are verified, proxies are those of the environment.
    """

    def __init__(self, make: Callable[[], "Transport"]) -> None:
        self._make = make

    def request(  # noqa: PLR0913  (a request has so many sides)
        self,
        method: str,
        url: str,
        *,
        answer: type[T],
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        reads: bool = False,
    ) -> T:
        """Send one request, and return its answer's JSON as an `answer`; an empty one reads as null.

        GET and HEAD read, everything else writes; `reads` says that this request reads nevertheless, as a
        search by POST does. Raises a RemoteError, as `Http` says, also where the answer is no `answer`.
        """
        import requests

        said = {"Accept": "application/json", **(headers or {})}
        asked = requests.Request(method, url, headers=said, params=params, json=json)
        prepared = self.session.prepare_request(asked)
        if reads:
            from chatops.http.transport import mark_as_reading

            mark_as_reading(prepared)
        settings = self.session.merge_environment_settings(prepared.url or "", {}, None, None, None)
        response = self.session.send(prepared, allow_redirects=False, **settings)
        try:
            return msgspec.convert(response.json() if response.content else None, answer)
        except msgspec.ValidationError as error:
            from chatops.http.answers import strange

            raise strange(prepared, f"cannot be understood: {error}") from error

    def mount(self, session: "requests.Session") -> None:
        """Make a session of somebody else's, such as an SDK's, send its requests in this way too."""
        session.mount("https://", self._transport)
        session.mount("http://", self._transport)

    @cached_property
    def session(self) -> "requests.Session":
        """A session of requests' own that sends in this way, for whoever needs more than `request`."""
        import requests

        session = requests.Session()
        # Without it, requests would put what ~/.netrc says in place of the plugin's own credentials.
        session.auth = _as_it_is
        self.mount(session)
        return session

    @property
    def clock_skew(self) -> timedelta | None:
        """How far the remote's clock was ahead of ours in its last answer, to a second; None for unknown."""
        return self._transport.clock_skew

    def close(self) -> None:
        """Let go of the connections."""
        if "_transport" in self.__dict__:
            self._transport.close()

    @cached_property
    def _transport(self) -> "Transport":
        return self._make()


def _as_it_is(request: Any) -> Any:
    return request
