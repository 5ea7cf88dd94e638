"""The transport below every session: it waits, checks, sends, reads, and says what went wrong."""

import ssl
import time
from typing import TYPE_CHECKING, Any, Final

import requests
import tenacity
import urllib3
from requests.adapters import HTTPAdapter

from chatops.errors import CallOver, DeadlineExceeded, Rejected, RemoteError, Unavailable
from chatops.events import utcnow
from chatops.http.answers import address_of, named, reads, refused, strange, unanswered
from chatops.http.bodies import is_json, shown
from chatops.http.retry_after import date_of
from chatops.http.terms import Exchange, Terms
from chatops.logs import logger
from chatops.values import Secret

if TYPE_CHECKING:
    from datetime import timedelta

CONNECT_SECONDS: Final = 5.0
READ_SECONDS: Final = 30.0
#: Of a call's time this share, and at most so many seconds, are left to say how its last request ended.
KEPT_BACK: Final = 0.05
MOST_KEPT_BACK: Final = 0.5
#: An answer that is longer is none: no remote of ours says so much at once.
MOST_BYTES: Final = 16 * 2**20
MOST_TRIES: Final = 4
FIRST_WAIT: Final = 0.2

_log = logger("chatops.http")


class Transport(HTTPAdapter):
    """Sends requests on the terms of one call."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._closed = False
        self._trust = _trust(terms)
        self.clock_skew: timedelta | None = None
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Trust the authority of one's own besides the usual ones."""
        super().init_poolmanager(*args, **kwargs | self._trust)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        """Trust it behind a proxy, too."""
        return super().proxy_manager_for(proxy, **kwargs | self._trust)

    def close(self) -> None:
        """Let go of the connections, and send nothing any more."""
        self._closed = True
        super().close()

    def send(  # noqa: PLR0913, PLR0917  (as requests has it)
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: ARG002, FBT001, FBT002
        timeout: Any = None,  # noqa: ARG002
        verify: Any = True,  # noqa: FBT002
        cert: Any = None,
        proxies: Any = None,
    ) -> requests.Response:
        """Send the request until it is answered, as often as that is safe and there is time.

        `verify` may name certificates, but not wave them through. Raises RemoteError, CallOver.
        """
        self._hide(request, proxies or {})
        how = {"verify": verify or True, "cert": cert, "proxies": proxies}
        tries = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(Unavailable),
            wait=_wait,
            stop=self._enough,
            sleep=time.sleep,
            reraise=True,
        )
        return tries(self._send, request, how)

    def exchange(self, request: requests.PreparedRequest, how: dict[str, Any]) -> requests.Response:
        """The remote's answer, read whole. Raises what requests and urllib3 raise."""
        # Nought is no timeout to urllib3, and time goes on.
        left = max(0.001, self._left())
        timeout = (min(CONNECT_SECONDS, left), min(READ_SECONDS, left))
        response = super().send(request, stream=True, timeout=timeout, **how)
        try:
            response._content = self._read(response)  # noqa: SLF001  (as requests does once it has read it)
            response._content_consumed = True  # noqa: SLF001
        except BaseException:
            # Whatever is still to come would be taken for the answer to the next request.
            response.close()
            raise
        return response

    def _send(self, request: requests.PreparedRequest, how: dict[str, Any]) -> requests.Response:
        self._take_turn(request)
        self._check()
        answered = self._answered(request, how)
        # Raised where no other error is handled: the one below may hold a secret, and would be kept.
        if isinstance(answered, RemoteError):
            raise answered
        return answered

    def _answered(
        self, request: requests.PreparedRequest, how: dict[str, Any]
    ) -> requests.Response | RemoteError:
        began, status = time.monotonic(), None
        try:
            response = self.exchange(request, how)
            status = response.status_code
        except (OSError, urllib3.exceptions.HTTPError, UnicodeEncodeError) as error:
            return unanswered(request, error)
        finally:
            self._remember(request, status, time.monotonic() - began)
        theirs = date_of(response.headers.get("Date"))
        self.clock_skew = theirs - utcnow() if theirs else self.clock_skew
        return refused(response) or _not_json(request, response) or response

    def _read(self, response: requests.Response) -> bytes:
        """The body, read while there is time: a remote that never ends is no reason to wait for it."""
        if response.status_code < 200:  # noqa: PLR2004
            raise requests.ConnectionError(f"{response.status_code} is the status of no answer")
        content = bytearray()
        while chunk := response.raw.read1(2**16, decode_content=True):
            content += chunk
            if len(content) > MOST_BYTES:
                raise requests.ConnectionError(f"it is longer than {MOST_BYTES:,} bytes")
            if not self._left():
                raise requests.ConnectionError("it did not end in time")
        return bytes(content)

    def _take_turn(self, request: requests.PreparedRequest) -> None:
        while self._terms.pace and (wait := self._terms.pace()):
            if wait > self._left() / 2:
                busy = f"{named(request)} was not sent yet: the remote takes only so many requests at a time."
                raise Unavailable(busy, retry_after=wait)
            time.sleep(wait)

    def _check(self) -> None:
        if self._closed:
            raise CallOver
        self._terms.check()
        if not self._left():
            raise DeadlineExceeded(seconds=self._terms.deadline.seconds)

    def _left(self) -> float:
        deadline = self._terms.deadline
        kept_back = min(MOST_KEPT_BACK, KEPT_BACK * deadline.seconds)
        return max(0.0, deadline.remaining() - kept_back)

    def _enough(self, state: tenacity.RetryCallState) -> bool:
        # What is read from a file as it is sent cannot be sent again.
        again = isinstance(state.args[0].body, str | bytes | None) and state.attempt_number < MOST_TRIES
        return not again or state.upcoming_sleep >= self._left() / 2

    def _hide(self, request: requests.PreparedRequest, proxies: dict[str, str]) -> None:
        """A remote or a proxy may quote the credentials as they were sent: encoded, and known to nobody."""
        own = [request.headers.get(name, "") for name in ("Authorization", "Proxy-Authorization")]
        theirs = [self.proxy_headers(proxy).get("Proxy-Authorization", "") for proxy in proxies.values()]
        for header in own + theirs:
            text = header.decode("latin-1") if isinstance(header, bytes) else header
            Secret.hide(text.rpartition(" ")[2])

    def _remember(self, request: requests.PreparedRequest, status: int | None, seconds: float) -> None:
        _log.debug("%s: %s answered %s in %.2f s", self._terms.instance, named(request), status, seconds)
        if self._terms.record:
            self._terms.record(
                Exchange(
                    instance=self._terms.instance,
                    method=request.method or "",
                    writes=not reads(request),
                    url=address_of(request, whole=True),
                    body=shown(request.body),
                    status=status,
                    seconds=seconds,
                )
            )


def _trust(terms: Terms) -> dict[str, Any]:
    if terms.ca_file is None:
        return {}
    context = ssl.create_default_context()
    try:
        context.load_verify_locations(terms.ca_file)
    except OSError as error:
        problem = error.strerror or str(error)
        raise Rejected(f"core.ca_file, {terms.ca_file}, holds no certificates: {problem}") from error
    return {"ssl_context": context}


def _wait(state: tenacity.RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked_for = error.retry_after if isinstance(error, Unavailable) else None
    return max(FIRST_WAIT * float(2 ** (state.attempt_number - 1)), asked_for or 0.0)


def _not_json(request: requests.PreparedRequest, response: requests.Response) -> RemoteError | None:
    """An answer that was to be JSON and is none, as a proxy's or a login page's."""
    wanted = str(request.headers.get("Accept", ""))
    kind = response.headers.get("Content-Type", "")
    other = "*/*" in wanted and kind and "json" not in kind and "html" not in kind
    if not response.content or "json" not in wanted or other or is_json(response.content):
        return None
    return strange(
        request,
        f"is no JSON ({kind or 'of no named type'}): something else answers there, such as a proxy or a "
        f"login page. Check the address in the configuration.",
    )
