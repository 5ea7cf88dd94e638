"""What stands within a line of Markdown, in the storage format."""

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urljoin, urlsplit

from chatops_confluence.anchors import anchors_of
from chatops_confluence.markup import escaped

if TYPE_CHECKING:
    from collections.abc import Callable

    from markdown_it.tree import SyntaxTreeNode as Node

_BREAK: Final = re.compile(r"<br\s*/?>", re.IGNORECASE)
#: An address that is no link in Markdown, and that every reader takes for one.
_BARE: Final = re.compile(r"https?://[^\s<>\"'`|\\^{}]+[^\s<>\"'`|\\^{}.,;:!?)\]*_~]")
_WEB: Final = ("http://", "https://", "mailto:")
_MARKS: Final = {
    "strong": ("<strong>", "</strong>"),
    "em": ("<em>", "</em>"),
    "s": ('<span style="text-decoration: line-through;">', "</span>"),
}


class Inline:
    """Each kind of node is written by the method of its name."""

    def __init__(self, tree: "Node", base: str) -> None:
        self._base = base if base.startswith(_WEB[:2]) else ""
        self._in_link = False
        self._headings = dict(anchors_of(tree))
        anchors = {slug for slug in self._headings.values() if slug}
        #: The headings that a link of the document leads to.
        self._targets = {
            target for node in tree.walk() if node.type == "link" and (target := _target(node)) in anchors
        }

    def _all(self, nodes: "list[Node]") -> str:
        return "".join(self._node(node) for node in nodes)

    def _node(self, node: "Node") -> str:
        known: Callable[[Node], str] | None = getattr(self, f"_{node.type}", None)
        if known:
            return known(node)
        if node.type in _MARKS:
            before, after = _MARKS[node.type]
            return f"{before}{self._all(node.children)}{after}"
        return self._all(node.children)

    def _text(self, node: "Node") -> str:
        if self._in_link:
            return escaped(node.content)
        parts, at = [], 0
        for found in _BARE.finditer(node.content):
            parts += [escaped(node.content[at : found.start()]), _anchor(found[0], escaped(found[0]))]
            at = found.end()
        return "".join([*parts, escaped(node.content[at:])])

    def _softbreak(self, _node: "Node") -> str:
        return "\n"

    def _hardbreak(self, _node: "Node") -> str:
        return "<br/>"

    def _code_inline(self, node: "Node") -> str:
        return f"<code>{escaped(node.content)}</code>"

    def _html_inline(self, node: "Node") -> str:
        if _BREAK.fullmatch(node.content):
            return "<br/>"
        return "" if node.content.startswith("<!--") else escaped(node.content)

    def _link(self, node: "Node") -> str:
        href = str(node.attrs.get("href", ""))
        self._in_link = True
        inner = self._all(node.children)
        self._in_link = False
        if (target := _target(node)) in self._targets:
            body = f"<ac:link-body>{inner}</ac:link-body>"
            return f'<ac:link ac:anchor="{escaped(target)}">{body}</ac:link>'
        return self._leading(href, inner)

    def _image(self, node: "Node") -> str:
        source = str(node.attrs.get("src", ""))
        alt = "".join(child.content for child in node.walk() if child.type in {"text", "code_inline"})
        if source.startswith(_WEB[:2]):
            said = f' ac:alt="{escaped(alt)}"' if alt else ""
            return f'<ac:image{said}><ri:url ri:value="{escaped(source)}"/></ac:image>'
        return escaped(alt) if self._in_link else self._leading(source, escaped(alt))

    def _leading(self, href: str, inner: str) -> str:
        """A link, as far as it leads anywhere from a page; else its text, and what it would lead to."""
        if href.startswith(_WEB):
            return _anchor(href, inner or escaped(href))
        if not _is_path(href):
            return inner
        if self._base:
            return _anchor(urljoin(self._base, href), inner or escaped(href))
        return f"{inner} (<code>{escaped(href)}</code>)" if inner else f"<code>{escaped(href)}</code>"


def _anchor(href: str, inner: str) -> str:
    return f'<a href="{escaped(href)}">{inner}</a>'


def _target(link: "Node") -> str:
    """The anchor within the document that a link leads to; empty where it leads elsewhere."""
    href = str(link.attrs.get("href", ""))
    return unquote(href[1:]) if href.startswith("#") else ""


def _is_path(href: str) -> bool:
    try:
        parts = urlsplit(href)
    except ValueError:
        return False
    return bool(parts.path) and not parts.scheme and not parts.netloc
