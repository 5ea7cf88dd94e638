"""Signatures in the way of Standard Webhooks 1.0.0: HMAC-SHA256 over `id.timestamp.body`.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable
from typing import Final

PREFIX: Final = "whsec_"
#: The specification's least for a secret (192 bits), in bytes.
LEAST: Final = 24
_ADVICE: Final = 'make one: echo "whsec_$(openssl rand -base64 32)"'


def key_of(secret: str) -> bytes:
    """The bytes that a secret stands for: behind `whsec_` stands base64, anything else is as it is.

    Raises ValueError, without the secret in it, where it is none or too short.
    """
    key = secret.encode()
    if secret.startswith(PREFIX):
        # Raised where no other error is handled: the one below would be kept beside it.
        decoded = _decoded(secret.removeprefix(PREFIX))
        if decoded is None:
            raise ValueError(f"behind {PREFIX} has to stand base64; {_ADVICE}")
        key = decoded
    if len(key) < LEAST:
        raise ValueError(f"a secret has at least {LEAST} bytes; {_ADVICE}")
    return key


def signed(keys: Iterable[bytes], message: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers of a message with this id; `timestamp` is in seconds since 1970 in UTC, and there is
    no signature without a key.
    """
    headers = {"webhook-id": message, "webhook-timestamp": str(timestamp)}
    content = f"{message}.{timestamp}.".encode() + body
    signatures = [f"v1,{_base64(hmac.digest(key, content, hashlib.sha256))}" for key in keys]
    return headers | ({"webhook-signature": " ".join(signatures)} if signatures else {})


def message_id(key: str) -> str:
    """`key` as the id of a message, which must have no full stop: that separates it from what follows."""
    return key.replace(".", "_")


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
