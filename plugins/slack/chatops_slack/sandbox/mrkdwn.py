"""Slack's mark-up as HTML, with all else escaped.

https://docs.slack.dev/messaging/formatting-message-text
"""

import re
from collections.abc import Callable
from html import unescape
from typing import Final

from markupsafe import Markup, escape

#: What stands for the mark-up that is put aside; a text cannot contain it.
_ASIDE: Final = "\ue000{}\ue001"
_WHOLE: Final = re.compile(r"```(?P<pre>.+?)```|`(?P<code>[^`\n]+)`|<(?P<tag>[^<>\n]+)>", re.DOTALL)
_MARKS: Final = {"*": "strong", "_": "em", "~": "s"}
_EMOJI: Final = {
    "ballot_box_with_check": "☑️",
    "books": "📚",
    "eyes": "👀",
    "fire": "🔥",
    "large_green_circle": "🟢",
    "large_orange_circle": "🟠",
    "large_yellow_circle": "🟡",
    "link": "🔗",
    "lock": "🔒",
    "mega": "📣",
    "memo": "📝",
    "no_entry_sign": "🚫",
    "pushpin": "📌",
    "red_circle": "🔴",
    "rotating_light": "🚨",
    "test_tube": "🧪",
    "ticket": "🎫",
    "warning": "⚠️",
    "white_check_mark": "✅",
}

Names = Callable[[str], str]


def html(text: str, names: Names) -> Markup:
    """What a reader sees; `names` tells what the user or channel of an id is called."""
    aside: list[Markup] = []

    def put_aside(found: re.Match[str]) -> str:
        aside.append(_shown(found, names))
        return _ASIDE.format(len(aside) - 1)

    rest = _WHOLE.sub(put_aside, re.sub("[\ue000\ue001]", "", text))
    marked = "<br>".join(_line(line) for line in rest.split("\n"))
    marked = marked.replace("</blockquote><br>", "</blockquote>")
    return Markup(re.sub("\ue000(\\d+)\ue001", lambda found: aside[int(found[1])], marked))  # noqa: S704


def plain(text: str) -> Markup:
    """A text without mark-up, as a header has it."""
    return escape(_with_emoji(unescape(text)))


def _shown(found: re.Match[str], names: Names) -> Markup:
    if found["pre"]:
        return Markup("<pre>{}</pre>").format(unescape(found["pre"].strip("\n")))
    if found["code"]:
        return Markup("<code>{}</code>").format(unescape(found["code"]))
    target, _, label = unescape(found["tag"]).partition("|")
    if target.startswith(("@", "#")):
        return Markup('<span class="mention">{}{}</span>').format(target[0], label or names(target[1:]))
    if target.startswith("!"):
        said = label or "@" + target[1:].partition("^")[0]
        return Markup('<span class="mention loud">{}</span>').format(said)
    if re.match(r"(https?|mailto):", target):
        return Markup('<a href="{}" rel="noreferrer">{}</a>').format(target, label or target)
    return escape(label or target)


def _line(line: str) -> str:
    said = unescape(line)
    quoted = said.startswith(">")
    text = str(escape(_with_emoji(said[1:].lstrip() if quoted else said)))
    for mark, tag in _MARKS.items():
        sign = re.escape(mark)
        text = re.sub(
            rf"(?<![\w{sign}]){sign}(?=\S)([^{sign}]+?)(?<=\S){sign}(?![\w{sign}])",
            rf"<{tag}>\1</{tag}>",
            text,
        )
    return f"<blockquote>{text}</blockquote>" if quoted else text


def _with_emoji(text: str) -> str:
    return re.sub(r":([a-z0-9_+-]+):", lambda found: _EMOJI.get(found[1], found[0]), text)
