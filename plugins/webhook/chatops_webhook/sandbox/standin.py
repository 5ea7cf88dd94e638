"""A receiver of webhooks, as one should be: it believes nothing that is not signed, fresh and new."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from werkzeug.wrappers import Request, Response

from chatops.sandbox import Refused, StandIn, answer, route
from chatops_webhook.sandbox.settings import SECRET, TOKEN, config

#: Seconds by which a message may be old, or early, as the libraries of Standard Webhooks have it.
TOLERANCE: Final = 300


@dataclass
class Received:
    """A message; `copies` counts how often it came again. `data` is its JSON, None where it is none."""

    id: str
    place: str
    timestamp: int
    content_type: str
    body: bytes
    data: Any
    copies: int = 0


class WebhookStandIn(StandIn):
    """Takes a POST at any path below it. `received` are the messages, the oldest first.

    `secrets` are those that it verifies with, of which one has to match; `token` is what it wants in
    Authorization, empty for none; `now` is its clock, in seconds since 1970.
    """

    name = "webhook"
    title = "Webhooks"
    optional = True

    def __init__(self, url: str = "", *, rehearsing: bool = False) -> None:
        super().__init__(url, rehearsing=rehearsing)
        self.secrets = [SECRET]
        self.token = TOKEN
        self.now: Callable[[], float] = time.time
        self.received: list[Received] = []

    def settings(self) -> str:
        return config(self.name, self.url)

    def made(self) -> Sequence[str]:
        return [f"{one.place} {one.id}" for one in self.received]

    def panels(self) -> Mapping[str, str]:
        from chatops_webhook.sandbox.panel import messages

        return {self.title: messages(self.received)} if self.received else {}

    def refusal(self, status: int, words: str = "") -> Response:
        return answer({"error": words or "no"}, status)

    def admit(self, request: Request) -> None:
        if self.rehearsing:
            return
        if self.token and request.headers.get("Authorization") != f"Bearer {self.token}":
            raise Refused(self.refusal(401, "the token is not known"))
        sent = request.headers.get("webhook-timestamp", "")
        if not sent.isascii() or not sent.isdigit() or abs(self.now() - int(sent)) > TOLERANCE:
            raise Refused(self.refusal(401, "the message is too old, or of no time"))
        if not any(self._signed(request, secret) for secret in self.secrets):
            raise Refused(self.refusal(401, "no signature matches"))

    @route("POST", "/")
    @route("POST", "/<path:place>")
    def _receive(self, request: Request, place: str = "") -> Response:
        known = request.headers.get("webhook-id", "")
        found = next((one for one in self.received if (one.id, one.place) == (known, place)), None)
        if found:
            found.copies += 1
            return answer({"received": known, "copy": True})
        body = request.get_data()
        kind = request.headers.get("Content-Type", "")
        sent = int(request.headers.get("webhook-timestamp", "0"))
        self.received.append(Received(known, place, sent, kind, body, _data(body)))
        return answer({"received": known, "copy": False})

    def _signed(self, request: Request, secret: str) -> bool:
        key = base64.b64decode(secret.removeprefix("whsec_")) if secret[:6] == "whsec_" else secret.encode()
        said = [request.headers.get(f"webhook-{name}", "") for name in ("id", "timestamp")]
        content = ".".join(said).encode() + b"." + request.get_data()
        wanted = b"v1," + base64.b64encode(hmac.digest(key, content, hashlib.sha256))
        signatures = request.headers.get("webhook-signature", "").encode().split()
        return any(hmac.compare_digest(wanted, one) for one in signatures)


class WebhookPublicStandIn(WebhookStandIn):
    """The same for `webhook_public`."""

    name = "webhook_public"
    title = "Public webhooks"


def _data(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None
