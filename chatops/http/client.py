"""`ctx.http`: what a plugin sends its requests with."""

import threading
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from chatops.errors import CallOver, RemoteError

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
        self._made: Transport | None = None
        self._closed = False
        self._lock = threading.Lock()

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

        from chatops.http.answers import mark_as_reading, strange, unsendable

        said = {"Accept": "application/json", **(headers or {})}
        try:
            asked = requests.Request(method, url, headers=said, params=params, json=json)
            prepared = self.session.prepare_request(asked)
            if reads:
                mark_as_reading(prepared)
            settings = self.session.merge_environment_settings(prepared.url or "", {}, None, None, None)
            response = self.session.send(prepared, allow_redirects=False, **settings)
            return msgspec.json.decode(response.content or b"null", type=answer)
        except requests.RequestException as error:
            # The transport raises none: requests itself did not take the address or a header.
            wrong: RemoteError = unsendable(method, error)
        except msgspec.DecodeError as error:
            wrong = strange(prepared, f"cannot be understood: {error}.")
        raise wrong

    def mount(self, session: "requests.Session") -> None:
        """Make a session of somebody else's, such as an SDK's, send its requests in this way too.

        A `verify` of False is not heeded, nor is ~/.netrc, and the SDK's own retries should be off.
        """
        # Without it, requests would put what ~/.netrc says in place of credentials that are in a header.
        session.auth = session.auth or _as_it_is
        session.mount("https://", self._transport)
        session.mount("http://", self._transport)

    @cached_property
    def session(self) -> "requests.Session":
        """A session of requests' own that sends in this way, for whoever needs more than `request`."""
        import requests

        session = requests.Session()
        self.mount(session)
        return session

    @property
    def clock_skew(self) -> timedelta | None:
        """How far the remote's clock was ahead of ours in its last answer, to a second; None for unknown."""
        return self._made.clock_skew if self._made else None

    def close(self) -> None:
        """The call is over: let go of the connections, and send nothing any more."""
        with self._lock:
            self._closed = True
            if self._made:
                self._made.close()

    @property
    def _transport(self) -> "Transport":
        with self._lock:
            if self._closed:
                raise CallOver
            self._made = self._made or self._make()
            return self._made


def _as_it_is(request: Any) -> Any:
    return request
