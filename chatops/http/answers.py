"""What an answer means, or its absence: one of five errors, in words that help."""

import json
from typing import Any, Final

import requests
import urllib3

from chatops.errors import Gone, Rejected, RemoteError, Unauthorized, Unavailable, Unknown
from chatops.http.retry_after import seconds_of
from chatops.text import one_line
from chatops.values import Secret

LONGEST_WORDS: Final = 500
#: 429 (RFC 6585) and the 420 that some services answered before there was one; 408 and 425 were not begun.
TURNED_AWAY: Final = frozenset({408, 420, 425, 429})


def reads(request: requests.PreparedRequest) -> bool:
    """Whether the request changes nothing at the remote."""
    return request.method in {"GET", "HEAD", "OPTIONS"} or getattr(request, "chatops_reads", False)


def named(request: requests.PreparedRequest) -> str:
    """The request in an error: its method and address, without the query, which may be long or secret."""
    address = (request.url or "").split("?", maxsplit=1)[0]
    return Secret.redact(f"{request.method} {address}")


def refused(response: requests.Response) -> RemoteError | None:
    """The error that the answer's status stands for; None for success."""
    request, status = response.request, response.status_code
    if status < 300 or status == 304:  # noqa: PLR2004
        return None
    said = f"{named(request)} was answered {status} {response.reason or ''}".rstrip()
    words = words_of(response)
    said = f"{said}: {words}" if words else f"{said}."
    retry_after = seconds_of(response.headers.get("Retry-After"))
    if status < 400:  # noqa: PLR2004
        where = Secret.redact(response.headers.get("Location", "nowhere"))
        return _of(Rejected(f"{said} It redirects to {where}, which is not followed."), response)
    if status in TURNED_AWAY or (status == 503 and retry_after is not None):  # noqa: PLR2004
        return _of(Unavailable(said, retry_after=retry_after), response)
    if status >= 500:  # noqa: PLR2004
        # A gateway that gave up waiting does not know what became of the request.
        late = Unavailable(said, retry_after=retry_after) if reads(request) else Unknown(said)
        return _of(late, response)
    kind = {401: Unauthorized, 403: Unauthorized, 404: Gone, 410: Gone}.get(status, Rejected)
    return _of(kind(said), response)


def unanswered(request: requests.PreparedRequest, error: Exception) -> RemoteError:
    """The error that stands for no answer, or half of one."""
    cause = _cause(error)
    if isinstance(error, requests.exceptions.SSLError) and "CERTIFICATE_VERIFY_FAILED" in str(error):
        hint = "If it is signed by an authority of your own, name that in core.ca_file."
        return Rejected(f"{named(request)} was not sent: the certificate could not be verified. {hint}")
    said = f"{named(request)} got no answer: {one_line(Secret.redact(str(cause)))[:LONGEST_WORDS]}"
    if _never_connected(error):
        return Unavailable(said)
    return Unavailable(said) if reads(request) else Unknown(said)


def strange(request: requests.PreparedRequest, problem: str) -> RemoteError:
    """The error that stands for an answer which says nothing: the work may be done nevertheless."""
    said = f"The answer to {named(request)} {one_line(Secret.redact(problem))}"
    return Unavailable(said) if reads(request) else Unknown(said)


def words_of(response: requests.Response) -> str:
    """The remote's own words, as a sentence; empty for a page of HTML."""
    found = _texts(_json(response.content))
    if not found and "html" not in response.headers.get("Content-Type", ""):
        found = [response.content[:LONGEST_WORDS].decode("utf-8", errors="replace")]
    return one_line(Secret.redact("; ".join(found)))[:LONGEST_WORDS]


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _texts(data: Any) -> list[str]:
    """Every text in an error's JSON, named where its place is a field of ours rather than the message."""
    if isinstance(data, str):
        return [data] if data else []
    if isinstance(data, list):
        return [text for item in data for text in _texts(item)]
    if not isinstance(data, dict):
        return []
    plain = {"errorMessages", "errors", "error", "message", "errorMessage", "detail", "title"}
    return [
        text if key in plain else f"{key}: {text}" for key, value in data.items() for text in _texts(value)
    ]


def _of(error: RemoteError, response: requests.Response) -> RemoteError:
    error.status = response.status_code
    error.answer = _json(response.content)
    return error


def _cause(error: BaseException) -> object:
    """What lies at the bottom of what requests and urllib3 have wrapped."""
    inner = error.args[0] if error.args else error
    while isinstance(inner, urllib3.exceptions.MaxRetryError) and inner.reason is not None:
        inner = inner.reason
    return inner


def _never_connected(error: Exception) -> bool:
    if isinstance(error, requests.exceptions.ConnectTimeout | requests.exceptions.ProxyError):
        return True
    return isinstance(_cause(error), urllib3.exceptions.NewConnectionError)
