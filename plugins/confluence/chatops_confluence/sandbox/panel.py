"""The pages as people read them: the storage format as HTML in which nothing can run."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup, escape

from chatops_confluence.markup import AC, RI, NotStorage, read
from chatops_confluence.sandbox.state import NAMES, Page

if TYPE_CHECKING:
    from chatops_confluence.sandbox.memory import Memory

#: As many pages are shown as somebody reads.
NEWEST: Final = 30
_PLAIN: Final = frozenset(
    {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "li", "blockquote", "table", "tbody", "thead", "tr"}
    | {"strong", "em", "u", "s", "del", "sub", "sup", "code", "pre"}
)
_TAGS: Final = {
    f"{AC}task-list": ("<ul class='tasks'>", "</ul>"),
    f"{AC}task": ("<li>", "</li>"),
    f"{AC}task-body": ("<span>", "</span>"),
    f"{AC}plain-text-body": ("<pre>", "</pre>"),
    f"{AC}rich-text-body": ("<aside>", "</aside>"),
    f"{AC}image": ("<span class='image'>", "</span>"),
    "br": ("<br>", ""),
    "hr": ("<hr>", ""),
}
_STYLES: Final = {
    **{f"text-align: {side};": side for side in ("left", "center", "right")},
    "text-decoration: line-through;": "struck",
}
_OPEN: Final = Markup("<i class='box' role='img' aria-label='open'></i>")
_DONE: Final = Markup("<i class='box done' role='img' aria-label='done'>\N{CHECK MARK}</i>")
_UNSEEN: Final = frozenset({f"{AC}task-id", f"{AC}task-uuid"})


def html(body: str) -> Markup:
    """A page's body."""
    page = _Html()
    try:
        read(body, page)
    except NotStorage as error:
        return Markup("<p>This cannot be shown: {}</p>").format(str(error))
    return page.whole


def pages(memory: "Memory") -> str:
    """The pages that there are, the latest first."""
    known = sorted(
        (p for p in memory.pages if p.status == "current"), key=lambda p: p.latest.at, reverse=True
    )
    return _render("pages.html", memory=memory, pages=known[:NEWEST])


def document(memory: "Memory", page: Page) -> str:
    """A page at an address of its own."""
    body = _render("pages.html", memory=memory, pages=[page])
    return _render("document.html", title=page.title, body=body)


class _Html:
    def __init__(self) -> None:
        self._parts: list[Markup] = []
        self._ends: list[str] = []
        self._element: list[str] = []
        self._parameter = ""
        self._macro: list[str] = []

    @property
    def whole(self) -> Markup:
        """All of it."""
        return Markup().join(self._parts)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        before, after = self._tags(tag, attributes)
        self._parts.append(Markup(before))  # noqa: S704  (made of our own tags, with what is in them escaped)
        self._ends.append(after)
        self._element.append(tag)

    def end(self, tag: str) -> None:
        """An element ends."""
        self._parts.append(Markup(self._ends.pop()))  # noqa: S704  (one of our own tags)
        self._element.pop()
        if tag == f"{AC}structured-macro":
            self._macro.pop()

    def data(self, text: str) -> None:
        """Text of the element that began last."""
        match self._element[-1] if self._element else "":
            case tag if tag in _UNSEEN:
                return
            case tag if tag == f"{AC}task-status":
                self._parts.append(_DONE if text.strip() == "complete" else _OPEN)
            case tag if tag == f"{AC}parameter":
                self._parts.append(self._told(text.strip()))
            case _:
                self._parts.append(escape(text))

    def _tags(self, tag: str, attributes: dict[str, str]) -> tuple[str, str]:
        if tag == f"{AC}structured-macro":
            self._macro.append(attributes.get(f"{AC}name", ""))
            return ("<div class='code'>", "</div>") if self._macro[-1] == "code" else ("<span>", "</span>")
        if tag == f"{AC}parameter":
            self._parameter = attributes.get(f"{AC}name", "")
        elif tag in _PLAIN:
            return f"<{tag}>", f"</{tag}>"
        return _TAGS.get(tag) or _with_attributes(tag.removeprefix(AC).removeprefix(RI), attributes)

    def _told(self, text: str) -> Markup:
        """What a macro is told, as far as it shows that."""
        match self._macro[-1] if self._macro else "", self._parameter:
            case "code", "language":
                return Markup("<small>{}</small>").format(text)
            case "anchor", "":
                return Markup('<a id="wiki-{}"></a>').format(text)
            case "jira", "key":
                return Markup("<b class='who'>{}</b>").format(text)
        return Markup()


def _with_attributes(tag: str, attributes: dict[str, str]) -> tuple[str, str]:
    said = {name.removeprefix(AC).removeprefix(RI): value for name, value in attributes.items()}
    style = _STYLES.get(said.get("style", ""), "")
    match tag:
        case "a" if _is_web(said.get("href", "")):
            return Markup('<a href="{}" rel="noreferrer">').format(said["href"]), "</a>"
        case "link" if "anchor" in said:
            return Markup('<a href="#wiki-{}">').format(said["anchor"]), "</a>"
        case "td" | "th" | "span":
            return f"<{tag} class='{style}'>", f"</{tag}>"
        case "ol":
            return Markup("<ol start='{}'>").format(said.get("start", "1")), "</ol>"
        case "url":
            return Markup("Image: {}").format(said.get("value", "")), ""
        case "user":
            account = said.get("account-id", "")
            return Markup("<b class='who'>@{}</b>").format(NAMES.get(account, account)), ""
        case "time":
            return Markup("<time>{}</time>").format(said.get("datetime", "")), ""
    return "", ""


def _is_web(address: str) -> bool:
    return address.lower().startswith(("https://", "http://", "mailto:"))


def _render(template: str, **variables: object) -> str:
    return str(_environment().get_template(template).render(variables))


@cache
def _environment() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        autoescape=True,
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"html": html}
    environment.globals |= {"names": NAMES}
    return environment
