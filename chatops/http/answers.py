"""What an answer means, or its absence: one of five errors, in words that help."""

import ssl
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

import requests
import urllib3

from chatops.errors import Gone, Rejected, RemoteError, Unauthorized, Unavailable, Unknown
from chatops.http.bodies import LONGEST_WORDS, parsed, words_of
from chatops.http.retry_after import seconds_of
from chatops.text import one_line
from chatops.values import Secret

#: 429 (RFC 6585) and the 420 that some services answered before there was one; 408 and 425 were not begun.
TURNED_AWAY: Final = frozenset({408, 420, 425, 429})
#: Codes of OpenSSL (X509_V_ERR_*) for a certificate that is signed by itself, or by nobody known.
_UNKNOWN_AUTHORITY: Final = frozenset({18, 19, 20, 21})


def mark_as_reading(request: requests.PreparedRequest) -> None:
    """Say that this request changes nothing, whatever its method."""
    request.chatops_reads = True  # type: ignore[attr-defined]


def reads(request: requests.PreparedRequest) -> bool:
    """Whether the request changes nothing at the remote."""
    return request.method in {"GET", "HEAD", "OPTIONS"} or getattr(request, "chatops_reads", False)


def named(request: requests.PreparedRequest) -> str:
    """The request in an error: its method and address, without the query, which may be long."""
    return f"{request.method} {address_of(request)}"


def address_of(request: requests.PreparedRequest, *, whole: bool = False) -> str:
    """Where the request goes, without credentials; with its query where the `whole` is asked for."""
    parts = urlsplit(request.url or "")
    bare = parts._replace(netloc=parts.netloc.rpartition("@")[2])
    return Secret.redact((bare if whole else bare._replace(query="")).geturl())


def refused(response: requests.Response) -> RemoteError | None:
    """The error that the answer's status stands for; None for success."""
    request, status = response.request, response.status_code
    if status < 300 or status == 304:  # noqa: PLR2004
        return None
    said = f"{named(request)} was answered {status} {one_line(Secret.redact(response.reason or ''))}".rstrip()
    words = words_of(response)
    said = f"{said}: {words}" if words else f"{said}."
    retry_after = seconds_of(response.headers.get("Retry-After"))
    if status < 400:  # noqa: PLR2004
        where = one_line(Secret.redact(response.headers.get("Location", "nowhere")))[:LONGEST_WORDS]
        return _of(Rejected(f"{said} It redirects to {where}, which is not followed."), response)
    # A gateway that lost its service says nothing of when to come back; who does has not begun.
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
    if isinstance(error, ValueError):
        return unsendable(named(request), error)
    chain = list(_chain(error))
    below = chain[-1]
    if isinstance(below, ssl.SSLCertVerificationError):
        own = below.verify_code in _UNKNOWN_AUTHORITY
        hint = " If an authority of your own has signed it, name that in core.ca_file." if own else ""
        why = below.verify_message.rstrip(".")
        return Rejected(f"{named(request)} was not sent: the certificate is not accepted: {why}.{hint}")
    said = f"{named(request)} got no answer: {_words(below)}"
    sure = reads(request) or any(map(_never_connected, chain))
    return Unavailable(said) if sure else Unknown(said)


def unsendable(request: str, error: Exception) -> Rejected:
    """The error that stands for a request which cannot be written down: its address is none, or a header."""
    # What cannot be encoded may be the secret, which the error would quote around the bad character.
    what = "it has characters that cannot be sent" if isinstance(error, UnicodeError) else _words(error)
    return Rejected(f"{request} was not sent: {what}. Check the address and the credentials.")


def strange(request: requests.PreparedRequest, problem: str) -> RemoteError:
    """The error that stands for an answer which says nothing: the work may be done nevertheless."""
    said = f"The answer to {named(request)} {one_line(Secret.redact(problem))}"
    return Unavailable(said) if reads(request) else Unknown(said)


def _of(error: RemoteError, response: requests.Response) -> RemoteError:
    error.status = response.status_code
    error.answer = parsed(response.content)
    return error


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error, and what requests, urllib3 and http.client have wrapped in it, down to the bottom."""
    below: BaseException | None = error
    while below is not None:
        yield below
        wrapped = (getattr(below, "reason", None), *below.args, below.__cause__)
        below = next((found for found in wrapped if isinstance(found, BaseException)), None)


def _never_connected(error: BaseException) -> bool:
    # urllib3's ProxyError does not say it: a proxy that breaks off may have passed the request on.
    if isinstance(error, OSError) and str(error).startswith("Tunnel connection failed"):
        return True
    return isinstance(error, urllib3.exceptions.NewConnectionError | urllib3.exceptions.ConnectTimeoutError)


def _words(error: BaseException) -> str:
    text = (isinstance(error, OSError) and error.strerror) or str(error) or type(error).__name__
    return one_line(Secret.redact(text))[:LONGEST_WORDS].rstrip(".")
