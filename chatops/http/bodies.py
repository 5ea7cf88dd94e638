"""What requests and answers say, for people and plugins: never with a secret in it."""

import json
from typing import Any, Final

import requests

from chatops.text import one_line
from chatops.values import Secret

LONGEST_WORDS: Final = 500
#: In an error's JSON these name the message itself; any other key names what the message is about.
_PLAIN: Final = frozenset({"errorMessages", "errors", "error", "message", "errorMessage", "detail", "title"})


def shown(body: Any) -> Any:
    """A body as its JSON where it is JSON, else as text; None where it is neither text nor bytes."""
    text = body.decode("utf-8", errors="replace") if isinstance(body, bytes) else body
    if not isinstance(text, str):
        return None
    found = parsed(text)
    return Secret.redact(text) if found is None else found


def parsed(content: bytes | str) -> Any:
    """The JSON that this is; None where it is none."""
    try:
        return _without_secrets(json.loads(content))
    except (ValueError, RecursionError):
        return None


def is_json(content: bytes) -> bool:
    """Whether this is JSON, `null` included."""
    try:
        json.loads(content)
    except (ValueError, RecursionError):
        return False
    return True


def words_of(response: requests.Response) -> str:
    """The remote's own words, as a sentence; empty for a page of HTML."""
    try:
        said = parsed(response.content)
        found = _texts(said)
    except RecursionError:
        said, found = None, []
    if said is None and "html" not in response.headers.get("Content-Type", ""):
        found = [Secret.redact(response.content.decode("utf-8", errors="replace"))]
    return one_line("; ".join(found)[: 4 * LONGEST_WORDS])[:LONGEST_WORDS]


def _texts(data: Any) -> list[str]:
    """Every text in an error's JSON, named where its place is a field of ours rather than the message."""
    if isinstance(data, str):
        return [data] if data else []
    if isinstance(data, list):
        return [text for item in data for text in _texts(item)]
    if not isinstance(data, dict):
        return []
    return [
        text if key in _PLAIN else f"{key}: {text}" for key, value in data.items() for text in _texts(value)
    ]


def _without_secrets(data: Any) -> Any:
    # In JSON a secret may be spelled with escapes: it is looked for in what they stand for.
    if isinstance(data, str):
        return Secret.redact(data)
    if isinstance(data, list):
        return [_without_secrets(item) for item in data]
    if isinstance(data, dict):
        return {Secret.redact(key): _without_secrets(value) for key, value in data.items()}
    return data
