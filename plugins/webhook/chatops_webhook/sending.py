"""Makes the request, and says what went wrong with it in words that name a setting."""

import re
import time
from collections.abc import Callable, Iterator
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import unquote, urlsplit

from chatops import Gone, Http, Rejected, RemoteError, Secret, Unauthorized
from chatops_webhook.addresses import Forbidden, allowed
from chatops_webhook.payload import Json, fitted
from chatops_webhook.settings import Unusable, WebhookConfig, problem_of
from chatops_webhook.signing import key_of, message_id, signed

if TYPE_CHECKING:
    from requests import PreparedRequest

T = TypeVar("T")
#: Which setting a status speaks of, where it speaks of one.
_ABOUT: Final = {
    404: ("url", "there is nothing at this address"),
    405: ("url", "nobody takes a POST at this address"),
    413: ("max_bytes", "the body is too long for the receiver"),
    415: ("content_type", "the receiver does not take this type"),
}


class Sending:
    """The deliveries of one instance in one call."""

    def __init__(self, config: WebhookConfig, http: Http, instance: str) -> None:
        self.config = config
        self.setting = f"plugins.{instance}"
        self._http = http

    def send(self, payload: Json, key: str) -> None:
        """Post the payload; `key` is the same on every attempt. Raises RemoteErrors that name a setting."""
        try:
            prepared = self._prepared(payload, key)
            how = self._directed(prepared)
        except Unusable as error:
            raise Rejected(f"{self.setting}.{error.key}: {error.problem}.") from error
        try:
            response = self._http.session.send(prepared, allow_redirects=False, **how)
        except RemoteError as error:
            raise self._explained(error) from error
        # The core takes 304 for success, as a question's answer.
        if response.status_code >= 300:  # noqa: PLR2004
            raise Rejected(f"{self.setting}.url: the receiver answered {response.status_code} to a POST.")

    def check_place(self) -> None:
        """Raise Unusable where the address cannot be posted to, Unavailable where that is not known now."""
        self._directed(self._asked(self._url, b"", {}))

    @cached_property
    def render(self) -> Callable[[Json], bytes]:
        """Makes the body of a payload."""
        if self.config.template:
            from chatops_webhook.template import Template

            return Template(self.config.template, is_json=self.config.is_json).render
        import msgspec

        return msgspec.json.encode

    @property
    def keys(self) -> list[bytes]:
        """What is signed with, the present secret first. Raises Unusable."""
        present = [("secret", self.config.secret)] if self.config.secret else []
        old = [(f"old_secrets[{number}]", secret) for number, secret in enumerate(self.config.old_secrets)]
        return [_tried(name, partial(_key, secret)) for name, secret in [*present, *old]]

    @property
    def headers(self) -> dict[str, str]:
        """The headers that are configured. Raises Unusable."""
        return {name: self._header(name, secret) for name, secret in self.config.headers.items()}

    def _header(self, name: str, secret: Secret) -> str:
        value = _tried(f"headers.{name}", secret.reveal)
        # Behind its scheme a token may be quoted alone.
        Secret.hide(value.rpartition(" ")[2])
        if not (value.isascii() and value.isprintable()):
            raise Unusable(f"headers.{name}", "the secret has characters that a header cannot have")
        return value

    @property
    def _url(self) -> str:
        if self.config.secret_url is None:
            return self.config.url
        url = _tried("secret_url", self.config.secret_url.reveal)
        if problem := problem_of(url, allow_private=self.config.allow_private):
            raise Unusable("secret_url", problem)
        return url

    def _prepared(self, payload: Json, key: str) -> "PreparedRequest":
        url = self._url
        body = fitted(payload, self.config.max_bytes, self.render)
        said = {"Content-Type": self.config.content_type, "User-Agent": "chatops-webhook", **self.headers}
        signature = signed(self.keys, message_id(key), int(time.time()), body)
        return self._asked(url, body, said | signature)

    def _asked(self, url: str, body: bytes, headers: dict[str, str]) -> "PreparedRequest":
        import requests

        try:
            asked = requests.Request("POST", url, headers=headers, data=body)
            prepared = self._http.session.prepare_request(asked)
        except (requests.RequestException, UnicodeError):
            prepared = None
        if prepared is None:
            raise Unusable(self.place, "it cannot be asked: look for a slip in the host's name")
        if self.config.secret_url:
            # An error shows an address without its query.
            parts = urlsplit(prepared.url or "")
            for part in (prepared.url, prepared.path_url, parts.path, parts.query):
                Secret.hide(str(part))
            for token in _tokens(prepared.path_url):
                Secret.hide(token)
        return prepared

    def _directed(self, prepared: "PreparedRequest") -> dict[str, Any]:
        """How to send the request, which may be sent where it now leads to. Raises Unusable, Unavailable."""
        from requests.utils import select_proxy

        url = prepared.url or ""
        how = self._http.session.merge_environment_settings(url, {}, None, None, None)
        by_proxy = select_proxy(url, how["proxies"]) is not None
        try:
            addresses = allowed(url, allow_private=self.config.allow_private, by_proxy=by_proxy)
        except Forbidden as error:
            raise Unusable(self.place, str(error)) from error
        parts = urlsplit(url)
        if parts.scheme == "http" and addresses:
            # Without a certificate nothing else says that it is still the address that was looked at.
            named = f"[{addresses[0]}]" if addresses[0].version == 6 else str(addresses[0])  # noqa: PLR2004
            port = "" if parts.port is None else f":{parts.port}"
            prepared.headers["Host"] = parts.netloc
            prepared.url = parts._replace(netloc=f"{named}{port}").geturl()
        return how

    @property
    def place(self) -> str:
        """The setting that the address is in."""
        return "secret_url" if self.config.secret_url else "url"

    def _explained(self, error: RemoteError) -> RemoteError:
        status = error.status or 0
        if isinstance(error, Unauthorized):
            held = [name for name in ("secret", "headers", "secret_url") if getattr(self.config, name)]
            names = " or ".join(f"{self.setting}.{name}" for name in held)
            if held:
                return Unauthorized(f"{names}: the receiver does not accept what is sent. ({error})")
            return Unauthorized(f"{self.setting}.secret: the receiver wants one, or headers. ({error})")
        where = f"{self.setting}.{self.place}"
        if status == 410:  # noqa: PLR2004
            return Gone(
                f"{where}: the receiver says that it is gone for good, and wants nothing more. Write another"
                f" address and `chatops retry`, or take the instance away: --recreate does nothing here."
                f" ({error})"
            )
        if 300 <= status < 400:  # noqa: PLR2004
            return Rejected(f"{where}: write the address that it redirects to. ({error})")
        if status in _ABOUT:
            key, why = _ABOUT[status]
            return Rejected(f"{where if key == 'url' else f'{self.setting}.{key}'}: {why}. ({error})")
        if isinstance(error, Rejected | Gone):
            about = f"{self.setting}.template" if self.config.template else self.setting
            return Rejected(f"{about}: the delivery was not taken. ({error})")
        return error


def _tokens(path: str) -> Iterator[str]:
    """What of a path and its query may be a token, which a receiver may quote alone, and as it reads it."""
    for piece in re.split(r"[/?&=]+", path):
        read = unquote(piece)
        mixed = re.search(r"\d", read) and re.search(r"[A-Za-z]", read)
        if len(read) >= 20 or (mixed and len(read) >= 8):  # noqa: PLR2004
            yield from (piece, read)


def _key(secret: Secret) -> bytes:
    return key_of(secret.reveal())


def _tried(key: str, ask: Callable[[], T]) -> T:
    try:
        return ask()
    except ValueError as error:
        raise Unusable(key, str(error)) from error
