"""A message in the form of one service: within its limits, and nothing in it but text."""

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from apprise import NotifyBase

Tone = Literal["info", "success", "warning", "failure"]
CUT: Final = "\N{HORIZONTAL ELLIPSIS}"
#: What a service may put around a title that it shows in the body, or keep free: `<b></b><br/>`, ` [01/02]`.
_FRAME: Final = 32
_JOINER: Final = "\N{WORD JOINER}"
#: `@everyone`, `@**all**`, `<!channel>`, `<@U024BE7LH>`, `<#C024BE7LR>`, `[words](address)`, `[1]: address`,
#: `<address|words>`: a mention, or a link with other words, is none any more with an invisible character in
#: it. An address of mail stays as it is.
_LIVE: Final = re.compile(r"(?<![\w.+-])@(?=[\w!&*])|!(?=\w)|(?<=<)#(?=\w)|\](?=[(:])|<(?=[^<>|\s]+\|)")
_MARKUP: Final = re.compile(r"(https?://[\w./:?#=&%+~-]+)|[\\`*_\[\]<>#|~!&@(){}+$^=-]|(?<=\d)[.](?=\s)")


@dataclass(frozen=True)
class Message:
    """What is said: `title` is one line, `end` what follows the text where it had to be cut."""

    title: str
    text: str
    tone: Tone
    end: str = ""


@dataclass(frozen=True)
class Fitted:
    """A message as a service takes it; `form` is its format in apprise's own type."""

    title: str
    body: str
    form: Any


def fitted(message: Message, service: "NotifyBase") -> Fitted:
    """The message as this service shows it as it is written; what is too long is cut, and says so."""
    resolve = getattr(service, "resolve_format", None)
    form = resolve("text") if resolve else service.notify_format
    kind = str(getattr(form, "value", form))
    most = service.body_maxlen
    inside = service.title_maxlen <= 0
    shares = inside or service.overflow_amalgamate_title
    title = _defused(message.title)
    room = most // 2 if inside else min(service.title_maxlen, most // 2 if shares else most)
    title = _cut(title, room, kind if inside else "text", CUT)
    taken = len(title) + _FRAME if shares else 0
    end = f"{CUT} {message.end}".rstrip()
    # A service that takes few lines would leave out the others, and say nothing of it.
    text = " ".join(message.text.split()) if service.body_max_line_count else message.text
    body = _cut(_defused(text), most - taken, kind, end)
    return Fitted(title, body, form)


def _defused(text: str) -> str:
    return _LIVE.sub(rf"\g<0>{_JOINER}", text)


def _cut(text: str, most: int, kind: str, end: str) -> str:
    """The text in this format, at most so many characters long."""
    whole = _written(text, kind)
    if len(whole) <= most:
        return whole
    if len(end) > most // 2:
        end = CUT
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        short = _written(f"{text[:middle].rstrip()}{end}", kind)
        low, high = (middle, high) if len(short) <= most else (low, middle - 1)
    return _written(f"{text[:low].rstrip()}{end}", kind)[: max(most, 1)]


def _written(text: str, kind: str) -> str:
    """Text in a format that shows it as it is."""
    match kind:
        case "html":
            return html.escape(text).replace("\n", "<br/>")
        case "markdown":
            # Of an address a chat would show the backslashes, and open another one.
            marked = _MARKUP.sub(lambda found: found[1] or rf"\{found[0]}", text)
            # Two spaces at its end keep a line apart from the next.
            return marked.replace("\n", "  \n")
        case _:
            return text
