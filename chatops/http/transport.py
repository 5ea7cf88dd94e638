"""The transport below every session: it waits, checks, sends, reads, and says what went wrong."""

import json
import ssl
import time
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final

import requests
import tenacity
from requests.adapters import HTTPAdapter

from chatops.errors import RemoteError, Unavailable
from chatops.events import utcnow
from chatops.http.answers import named, reads, refused, strange, unanswered
from chatops.http.terms import Exchange, Terms
from chatops.logs import logger
from chatops.values import Secret

CONNECT_SECONDS: Final = 5.0
READ_SECONDS: Final = 30.0
#: An answer that is longer is none: no remote of ours says so much at once.
MOST_BYTES: Final = 16 * 2**20
MOST_TRIES: Final = 4
FIRST_WAIT: Final = 0.2

_log = logger("chatops.http")


def mark_as_reading(request: requests.PreparedRequest) -> None:
    """Say that this request changes nothing, whatever its method."""
    request.chatops_reads = True  # type: ignore[attr-defined]


class Transport(HTTPAdapter):
    """Sends requests on the terms of one call."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.clock_skew: timedelta | None = None
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Trust the authority of one's own besides the usual ones."""
        if self.terms.ca_file:
            kwargs["ssl_context"] = ssl.create_default_context()
            kwargs["ssl_context"].load_verify_locations(self.terms.ca_file)
        super().init_poolmanager(*args, **kwargs)

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
        _hide(request)
        how = {"verify": verify or True, "cert": cert, "proxies": proxies}
        tries = tenacity.Retrying(
            retry=tenacity.retry_if_exception(_may_go_again),
            wait=_wait,
            stop=self._enough,
            sleep=time.sleep,
            reraise=True,
        )
        return tries(self._send, request, how)

    def exchange(self, request: requests.PreparedRequest, how: dict[str, Any]) -> requests.Response:
        """The remote's answer, read whole. Raises what requests raises."""
        left = self.terms.deadline.remaining()
        timeout = (min(CONNECT_SECONDS, left), min(READ_SECONDS, left))
        response = super().send(request, stream=True, timeout=timeout, **how)
        self._read(response)
        return response

    def _send(self, request: requests.PreparedRequest, how: dict[str, Any]) -> requests.Response:
        self._take_turn(request)
        self.terms.check()
        began = time.monotonic()
        status = None
        try:
            response = self.exchange(request, how)
            status = response.status_code
        except (requests.RequestException, OSError) as error:
            raise unanswered(request, error) from error
        finally:
            self._remember(request, status, time.monotonic() - began)
        self._set_skew(response)
        wrong = refused(response) or _not_json(request, response)
        if wrong is not None:
            raise wrong
        return response

    def _read(self, response: requests.Response) -> None:
        """Read the body while there is time: a remote that never ends is no reason to wait for it."""
        content = bytearray()
        for chunk in response.iter_content(2**16):
            content += chunk
            if len(content) > MOST_BYTES or not self.terms.deadline.remaining():
                response.close()
                what = f"more than {MOST_BYTES:,} bytes" if len(content) > MOST_BYTES else "no end in time"
                raise requests.ConnectionError(f"its answer has {what}")
        response._content = bytes(content)  # noqa: SLF001  (as requests itself does for a stream it has read)

    def _take_turn(self, request: requests.PreparedRequest) -> None:
        while self.terms.pace and (wait := self.terms.pace()):
            if wait > self.terms.deadline.remaining() / 2:
                busy = f"{named(request)} was not sent yet: the remote takes only so many requests at a time."
                raise Unavailable(busy, retry_after=wait)
            time.sleep(wait)

    def _enough(self, state: tenacity.RetryCallState) -> bool:
        late = state.upcoming_sleep >= self.terms.deadline.remaining() / 2
        return late or state.attempt_number >= MOST_TRIES

    def _set_skew(self, response: requests.Response) -> None:
        try:
            theirs = parsedate_to_datetime(response.headers.get("Date", ""))
        except ValueError:
            return
        self.clock_skew = (theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC)) - utcnow()

    def _remember(self, request: requests.PreparedRequest, status: int | None, seconds: float) -> None:
        _log.debug("%s: %s answered %s in %.2f s", self.terms.instance, named(request), status, seconds)
        if self.terms.record:
            self.terms.record(
                Exchange(
                    instance=self.terms.instance,
                    method=request.method or "",
                    writes=not reads(request),
                    url=Secret.redact(request.url or ""),
                    body=shown(request.body),
                    status=status,
                    seconds=seconds,
                )
            )


def shown(body: Any) -> Any:
    """A request's body for people: its JSON where it is JSON, without secrets."""
    text = body.decode("utf-8", errors="replace") if isinstance(body, bytes) else body
    if not isinstance(text, str):
        return None
    text = Secret.redact(text)
    try:
        return json.loads(text)
    except ValueError:
        return text


def _hide(request: requests.PreparedRequest) -> None:
    """A remote or a proxy may quote the credentials as they were sent: encoded, and unknown to anybody."""
    for name in ("Authorization", "Proxy-Authorization"):
        Secret.hide(str(request.headers.get(name, "")).rpartition(" ")[2])


def _may_go_again(error: BaseException) -> bool:
    """Nothing has arrived, or it only reads; and the remote did not say that it is the pace."""
    return isinstance(error, Unavailable)


def _wait(state: tenacity.RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked_for = error.retry_after if isinstance(error, Unavailable) else None
    return max(FIRST_WAIT * float(2 ** (state.attempt_number - 1)), asked_for or 0.0)


def _not_json(request: requests.PreparedRequest, response: requests.Response) -> RemoteError | None:
    """An answer that was to be JSON and is none, as a proxy's or a login page's."""
    if not response.content or "json" not in str(request.headers.get("Accept", "")):
        return None
    try:
        json.loads(response.content)
    except (ValueError, RecursionError):
        kind = response.headers.get("Content-Type", "of no named type")
        return strange(
            request,
            f"is no JSON ({kind}): something else answers there, such as a proxy or a login page. "
            f"Check the address in the configuration.",
        )
    return None
