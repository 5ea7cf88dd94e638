"""Why a message was not sent: one of four errors, by the evidence that there is."""

import re
import smtplib
from collections.abc import Iterator, Sequence
from typing import Final

from chatops import Rejected, RemoteError, Secret, Unauthorized, Unavailable, Unknown
from chatops_apprise.hearing import Heard

#: How apprise's services write the status of an answer, and how it writes whom a mail server refuses.
_STATUS: Final = re.compile(r"\berror=([1-5]\d\d)\b")
_REFUSED: Final = re.compile(r"\brefused: ([45]\d\d)\b")
_LONGEST: Final = 300

Kind = type[RemoteError]
#: Where the evidence is mixed, as a URL may have several targets, what is tried again comes first.
_ORDER: Final[tuple[Kind, ...]] = (Unknown, Unavailable, Unauthorized, Rejected)
_NEXT: Final[dict[Kind, str]] = {
    Unauthorized: " Check the credentials in this URL.",
    Rejected: " Check this URL.",
}


def verdict(what: str, heard: Heard) -> RemoteError:
    """The error that stands for a message which was not sent, in words without a URL.

    Without evidence it is `Unknown`: it may have arrived.
    """
    found = set(_kinds(heard))
    kind: Kind = next((kind for kind in _ORDER if kind in found), Unknown)
    reasons = dict.fromkeys(words.strip().rstrip(".") for words in (*heard.words, *map(_words, heard.errors)))
    said = " ".join("; ".join(filter(None, reasons)).split()) or "apprise gives no reason"
    return kind(f"{what} did not get the message: {Secret.redact(said)[:_LONGEST]}.{_NEXT.get(kind, '')}")


def first_of(failed: Sequence[RemoteError]) -> RemoteError:
    """One error for several: of the kind that comes first, with the words of all."""
    kind = next(kind for kind in _ORDER if any(isinstance(error, kind) for error in failed))
    return kind(" ".join(map(str, failed)))


def _kinds(heard: Heard) -> Iterator[Kind]:
    for words in heard.words:
        yield from (_of_status(int(code)) for code in _STATUS.findall(words))
        yield from (_of_reply(int(code)) for code in _REFUSED.findall(words))
    for error in heard.errors:
        if kind := _of_error(error):
            yield kind


def _of_status(status: int) -> Kind:
    if status in {401, 403}:
        return Unauthorized
    # Not begun: 408 and 425, 429 (RFC 6585), and the 420 that some services answered before there was one.
    if status in {408, 420, 425, 429}:
        return Unavailable
    # A gateway that gave up waiting does not know what became of the message.
    return Unknown if status >= 500 else Rejected  # noqa: PLR2004


def _of_reply(code: int) -> Kind:
    """A mail server's reply: 4yz asks to be tried later, 5yz is a no for good (RFC 5321, section 4.2.1)."""
    return Rejected if code >= 500 else Unavailable  # noqa: PLR2004


def _of_error(error: BaseException) -> Kind | None:
    """None for an error that says nothing of the network."""
    import socket
    import ssl

    from requests.exceptions import InvalidHeader, InvalidSchema, InvalidURL, MissingSchema
    from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

    chain = [*_chain(error)]
    if any(isinstance(found, NewConnectionError | ConnectTimeoutError) for found in chain):
        return Unavailable
    match below := chain[-1]:
        case smtplib.SMTPAuthenticationError():
            return Unauthorized
        case smtplib.SMTPRecipientsRefused():
            return _of_reply(max(code for code, _ in below.recipients.values()))
        case smtplib.SMTPResponseException():
            return _of_reply(below.smtp_code)
        case smtplib.SMTPNotSupportedError() | ssl.SSLCertVerificationError():
            return Rejected
        case InvalidHeader() | InvalidSchema() | InvalidURL() | MissingSchema():
            return Rejected
        case ConnectionRefusedError() | socket.gaierror():
            return Unavailable
        case OSError() | HTTPError():
            return Unknown
        case _:
            return None


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error, and what requests and urllib3 have wrapped in it, down to the bottom."""
    below: BaseException | None = error
    while below is not None:
        yield below
        wrapped = (getattr(below, "reason", None), *below.args, below.__cause__)
        below = next((found for found in wrapped if isinstance(found, BaseException)), None)


def _words(error: BaseException) -> str:
    """What went wrong; what requests and urllib3 themselves say of it has the address in it."""
    if _of_error(error) is None:
        return ""
    match below := [*_chain(error)][-1]:
        case smtplib.SMTPRecipientsRefused():
            replies = (f"{code} {_text(said)}" for code, said in below.recipients.values())
            return f"the mail server said {', '.join(dict.fromkeys(replies))}"
        case smtplib.SMTPResponseException():
            return f"the mail server said {below.smtp_code} {_text(below.smtp_error)}"
        case OSError() if below.strerror:
            return below.strerror
        case _:
            return type(below).__name__


def _text(said: bytes | str) -> str:
    return said if isinstance(said, str) else said.decode(errors="replace")
