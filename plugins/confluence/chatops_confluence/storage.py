"""Markdown as Confluence's storage format: what a page shows of a post-mortem."""

import re
from itertools import groupby
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from chatops_confluence.inline import Inline
from chatops_confluence.languages import language_of
from chatops_confluence.markup import cdata, escaped

Node = SyntaxTreeNode
#: Blocks within blocks, and marks within marks, as deep as anybody reads; Markdown ends there.
DEEPEST: Final = 60
_COMMENT: Final = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_TASK: Final = re.compile(r"\[([ xX])\](?:\s+|\Z)")
_ALIGN: Final = re.compile(r"text-align:\s?(left|right|center)")


def storage(text: str, base: str = "") -> str:
    """The Markdown as a page's body: well-formed, whatever the text is.

    Where the document is read, at `base`, its relative links lead on from there; without a base they are
    text. A first heading of the first level is left out, since a page shows its own title.
    """
    markdown = MarkdownIt("commonmark", {"maxNesting": DEEPEST}).enable(["table", "strikethrough"])
    return _Page(SyntaxTreeNode(markdown.parse(text)), base).body()


class _Page(Inline):
    def __init__(self, tree: Node, base: str) -> None:
        super().__init__(tree, base)
        self._tree = tree
        self._task = 0

    def body(self) -> str:
        nodes = [node for node in self._tree.children if not _is_comment(node)]
        if nodes and nodes[0].type == "heading" and nodes[0].tag == "h1":
            nodes = nodes[1:]
        return self._all(nodes)

    def _paragraph(self, node: Node) -> str:
        inner = self._all(node.children)
        return inner if node.hidden or not inner.strip() else f"<p>{inner}</p>"

    def _heading(self, node: Node) -> str:
        slug = self._headings[id(node)]
        anchor = _macro("anchor", f'<ac:parameter ac:name="">{escaped(slug)}</ac:parameter>')
        return f"<{node.tag}>{anchor if slug in self._targets else ''}{self._all(node.children)}</{node.tag}>"

    def _blockquote(self, node: Node) -> str:
        return f"<blockquote>{self._all(node.children)}</blockquote>"

    def _hr(self, _node: Node) -> str:
        return "<hr/>"

    def _fence(self, node: Node) -> str:
        language = language_of(node.info)
        said = f'<ac:parameter ac:name="language">{language}</ac:parameter>' if language else ""
        code = cdata(node.content.removesuffix("\n"))
        return _macro("code", f"{said}<ac:plain-text-body>{code}</ac:plain-text-body>")

    _code_block = _fence

    def _html_block(self, node: Node) -> str:
        shown = _COMMENT.sub("", node.content).strip()
        lines = "<br/>".join(escaped(line) for line in shown.splitlines())
        return f"<p>{lines}</p>" if lines else ""

    def _bullet_list(self, node: Node) -> str:
        return self._list(node, "<ul>", "</ul>")

    def _ordered_list(self, node: Node) -> str:
        start = node.attrs.get("start", 1)
        return self._list(node, "<ol>" if start == 1 else f'<ol start="{start}">', "</ol>")

    def _list(self, node: Node, before: str, after: str) -> str:
        """A list, or where its items have boxes, a list of tasks; what is mixed becomes several."""
        parts = []
        for are_tasks, items in groupby(node.children, key=lambda item: _box(item) is not None):
            if are_tasks:
                parts.append(f"<ac:task-list>{''.join(map(self._boxed, items))}</ac:task-list>")
            else:
                parts.append(f"{before}{''.join(f'<li>{self._all(i.children)}</li>' for i in items)}{after}")
        return "".join(parts)

    def _boxed(self, item: Node) -> str:
        self._task += 1
        number, status = self._task, "complete" if (_box(item) or " ").strip() else "incomplete"
        text = item.children[0].children[0].children[0]
        if text.token:
            text.token.content = _TASK.sub("", text.content, count=1)
        first, *rest = item.children
        body = self._all(first.children) + self._all(rest)
        return (
            f"<ac:task><ac:task-id>{number}</ac:task-id><ac:task-status>{status}</ac:task-status>"
            f"<ac:task-body>{body}</ac:task-body></ac:task>"
        )

    def _table(self, node: Node) -> str:
        rows = [row for part in node.children for row in part.children]
        return f"<table><tbody>{self._all(rows)}</tbody></table>"

    def _tr(self, node: Node) -> str:
        return f"<tr>{self._all(node.children)}</tr>"

    def _td(self, node: Node) -> str:
        aligned = _ALIGN.search(str(node.attrs.get("style", "")))
        style = f' style="text-align: {aligned[1]};"' if aligned else ""
        return f"<{node.tag}{style}>{self._all(node.children)}</{node.tag}>"

    _th = _td


def _macro(name: str, inner: str) -> str:
    return f'<ac:structured-macro ac:name="{name}" ac:schema-version="1">{inner}</ac:structured-macro>'


def _is_comment(node: Node) -> bool:
    return node.type == "html_block" and not _COMMENT.sub("", node.content).strip()


def _box(item: Node) -> str | None:
    """What stands in the box that a list's item begins with."""
    first: Node | None = item
    for kind in ("paragraph", "inline", "text"):
        first = first.children[0] if first and first.children else None
        if first is None or first.type != kind:
            return None
    found = _TASK.match(first.content) if first else None
    return found[1] if found else None
