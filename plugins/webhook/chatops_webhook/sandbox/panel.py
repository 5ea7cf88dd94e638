"""The messages as the sandbox's page shows them."""

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chatops_webhook.sandbox.standin import Received

_SHOWN: Final = 50
_STYLE: Final = Markup(
    "<style>.wh{font:14px/1.4 system-ui,sans-serif}.wh summary{overflow-wrap:anywhere}"
    ".wh small{opacity:.7}.wh pre{white-space:pre-wrap;overflow-wrap:anywhere}</style>"
)


def messages(received: "Sequence[Received]") -> str:
    """The newest messages, the latest first."""
    drawn = Markup().join(_message(one) for one in reversed(received[-_SHOWN:]))
    return str(_STYLE + Markup('<div class="wh">{}</div>').format(drawn))


def _message(one: "Received") -> Markup:
    what = one.data.get("type", "") if isinstance(one.data, dict) else one.content_type
    text = (
        json.dumps(one.data, indent=2, ensure_ascii=False)
        if one.data is not None
        else one.body.decode("utf-8", errors="replace")
    )
    again = f", came {one.copies + 1} times" if one.copies else ""
    return Markup(
        "<details><summary>{} <b>{}</b> <small>/{} {}{}</small></summary><pre>{}</pre></details>"
    ).format(f"{datetime.fromtimestamp(one.timestamp, UTC):%H:%M:%S}", what, one.place, one.id, again, text)
