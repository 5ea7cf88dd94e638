"""What a request says, wherever it says it, and how a method says no."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
from werkzeug.wrappers import Request

from chatops.sandbox import Refused, answer

T = TypeVar("T")


def no(error: str, **more: Any) -> Refused:
    """A refusal by this name; `more` stands beside it."""
    return Refused(answer({"ok": False, "error": error, **more}))


@dataclass(frozen=True)
class Said:
    """The arguments of a request: of its query, its form or its JSON.

    Methods that read take no JSON, as the documentation's "accepted content types" says of each.
    """

    arguments: dict[str, Any]

    @classmethod
    def of(cls, request: Request, *, reads: bool) -> "Said":
        """Raises Refused for a body that is not what its type says."""
        arguments: dict[str, Any] = {**request.args.to_dict(), **request.form.to_dict()}
        if request.is_json and not reads:
            try:
                body = msgspec.json.decode(request.get_data() or b"{}")
            except msgspec.DecodeError:
                raise no("invalid_json") from None
            if not isinstance(body, dict):
                raise no("json_not_object")
            arguments |= body
        return cls({key: value for key, value in arguments.items() if value is not None})

    def text(self, name: str) -> str:
        """The argument as a text; empty where it was not given."""
        value = self.arguments.get(name, "")
        return value if isinstance(value, str) else msgspec.json.encode(value).decode()

    def flag(self, name: str) -> bool:
        """The argument as a yes or no, in the many ways to say yes."""
        return self.text(name).lower() in {"true", "1"}

    def several(self, name: str) -> list[str]:
        """The argument as a list: a real one, or one with commas."""
        value = self.arguments.get(name, "")
        items = value if isinstance(value, list) else str(value).split(",")
        return [str(item).strip() for item in items if str(item).strip()]

    def data(self, name: str, wrong: str) -> Any:
        """The argument as an object or list, which a form has as JSON; None where it was not given.

        Raises Refused with the error `wrong`.
        """
        value = self.arguments.get(name)
        if not isinstance(value, str):
            return value
        try:
            return msgspec.json.decode(value)
        except msgspec.DecodeError:
            raise no(wrong) from None

    def page(self, found: Sequence[T], most: int) -> tuple[Sequence[T], str]:
        """The part of what was found that was asked for, and the cursor of the next one, or nothing."""
        limit = self.text("limit") or "100"
        if not limit.isdigit() or int(limit) > most:
            raise no("invalid_limit")
        start = _place(self.text("cursor"))
        end = start + (int(limit) or 100)
        return found[start:end], _cursor(end) if end < len(found) else ""


def _cursor(place: int) -> str:
    return base64.b64encode(f"next:{place}".encode()).decode()


def _place(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        kind, _, place = base64.b64decode(cursor, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise no("invalid_cursor") from None
    if kind != "next" or not place.isdigit():
        raise no("invalid_cursor")
    return int(place)
