"""Walks a document, and finds what stands in its sections of action items."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, Literal, cast

from chatops.actions.fields import Fields
from chatops.actions.found import Found, Inherited, Place
from chatops.actions.inline import STAMP
from chatops.actions.labels import Labels, plain_name
from chatops.actions.tables import roles

if TYPE_CHECKING:
    from markdown_it.tree import SyntaxTreeNode

#: The depth of a section that a label has opened: any heading ends it.
_LABEL: Final = 7
_TASK: Final = re.compile(r"\[([ xX])\](?:\s+|\Z)")
#: `**Action items:** and more`, `**Action items**: and more`, `Action items:`.
_BOLD: Final = re.compile(
    r"(?P<mark>\*\*|__)(?P<name>[^*_\n]{1,120}?)(?P=mark)\s*:?[ \t]*(?P<more>.*)", re.DOTALL
)
_COLON: Final = re.compile(r"[*_]{0,2}(?P<name>[^*_\n:]{1,80}):[*_]{0,2}\s*(?P<more>)")
_GROUP: Final = re.compile(r"[*_]{0,3}[^:]{1,60}:[*_]{0,3}|[*_]{2,3}[^:*_]{1,60}[*_]{2,3}:?")
_GROUP_WORDS: Final = 4
_DONE: Final = frozenset({"done", "completed", "complete", "closed", "finished", "already done", "resolved"})
_MOST_NOTES: Final = 50
_MOST_HEADING: Final = 500


class Walk:
    """Goes through the blocks of a document, one after the other."""

    def __init__(self, labels: Labels, found: Found) -> None:
        self._labels = labels
        self._found = found
        self._depth: int | None = None
        self._section = ""

    def through(self, root: "SyntaxTreeNode") -> None:
        """Find the items of a document. Quotations and code are passed over: they promise nothing."""
        for node in root.children:
            match node.type:
                case "heading":
                    self._heading(int(node.tag[1:]), _content(node))
                case "paragraph":
                    self._paragraph(_content(node))
                case "hr" if self._depth == _LABEL:
                    self._depth = None
                case "bullet_list" | "ordered_list" if self._depth is not None:
                    self._list(node, Inherited(self._section))
                case "bullet_list" | "ordered_list":
                    self._labelled_bullets(node)
                case "table" if self._depth is not None:
                    self._table(node, Inherited(self._section))

    def _heading(self, level: int, raw: str) -> None:
        content = self._name(raw[:_MOST_HEADING])
        if self._labels.match(content):
            self._depth, self._section = level, content
        elif self._depth is not None and (level <= self._depth or self._labels.ends(content)):
            self._depth = None

    def _paragraph(self, content: str) -> None:
        label = _BOLD.fullmatch(content) or _COLON.fullmatch(content)
        if not label:
            return
        if self._labels.match(label["name"]):
            self._depth = self._depth or _LABEL
            self._section = self._name(label["name"])
        elif self._labels.ends(label["name"]) or (self._depth == _LABEL and not label["more"]):
            self._depth = None

    def _name(self, content: str) -> str:
        return " ".join(self._found.words(content).text.split()).rstrip(":")

    def _list(self, node: "SyntaxTreeNode", under: Inherited) -> None:
        kind: Literal["bullet", "number"] = "number" if node.type == "ordered_list" else "bullet"
        for bullet in node.children:
            first = bullet.children[0] if bullet.children else None
            if first is None or first.type != "paragraph":
                self._nested(bullet.children, under)
                continue
            content = _content(first)
            label = _BOLD.fullmatch(content)
            if label and self._labels.match(label["name"]):
                self._after_label(bullet, label["more"], self._name(label["name"]))
            elif (group := self._group(bullet, content, under)) is not None:
                self._below(bullet, group)
            else:
                self._item(bullet, content, kind, under)

    def _labelled_bullets(self, node: "SyntaxTreeNode") -> None:
        """Bullets outside of any section, of which one may begin with its label."""
        for bullet in node.children:
            first = bullet.children[0] if bullet.children else None
            content = _content(first) if first is not None and first.type == "paragraph" else ""
            label = _BOLD.fullmatch(content) or _COLON.fullmatch(content)
            if label and self._labels.match(label["name"]):
                self._after_label(bullet, label["more"], self._name(label["name"]))
            else:
                for child in _lists(bullet):
                    self._labelled_bullets(child)

    def _after_label(self, bullet: "SyntaxTreeNode", more: str, section: str) -> None:
        """`- **Action item:** fix it` is an item; what stands below the label alone are items."""
        if more.strip():
            self._item(bullet, more, "label", Inherited(section))
        else:
            self._below(bullet, Inherited(section))

    def _below(self, bullet: "SyntaxTreeNode", under: Inherited) -> None:
        self._nested(bullet.children[1:], under)

    def _nested(self, nodes: "list[SyntaxTreeNode]", under: Inherited) -> None:
        for child in nodes:
            if child.type in {"bullet_list", "ordered_list"}:
                self._list(child, under)
            elif child.type == "table":
                self._table(child, under)

    def _group(self, bullet: "SyntaxTreeNode", content: str, under: Inherited) -> Inherited | None:
        """What the items below inherit, where the bullet is only their label: `Short term:`, `@dana`."""
        bare = content.strip()
        below = [
            child for child in bullet.children[1:] if child.type in {"bullet_list", "ordered_list", "table"}
        ]
        if _TASK.match(bare) or STAMP.search(bare) or len(bare) > 100:  # noqa: PLR2004
            return None
        fields = Fields(self._found.words(bare))
        if below and fields.owner and fields.text.strip(":") in {"", f"@{fields.owner}"}:
            return under._replace(owner=fields.owner)
        label = _GROUP.fullmatch(bare)
        if not label or len(bare.split()) > _GROUP_WORDS or fields.owner or fields.due or fields.ticket:
            return None
        if bare.strip("*_").endswith(":") or bare.endswith(":") or (below and self._is_term(bare)):
            return under._replace(done=under.done or plain_name(bare) in _DONE)
        return None

    def _is_term(self, bare: str) -> bool:
        return plain_name(bare) in _TERMS or self._labels.match(bare)

    def _item(
        self,
        bullet: "SyntaxTreeNode",
        content: str,
        kind: Literal["bullet", "number", "label"],
        under: Inherited,
    ) -> None:
        task = _TASK.match(content)
        if task:
            content = content[task.end() :]
            under = under._replace(done=under.done or task[1] != " ")
        first, last = cast("tuple[int, int]", bullet.children[0].map)
        notes = []
        for note in _paragraphs(bullet.children[1:]):
            notes.append(note)
            if len(notes) == _MOST_NOTES:
                break
        # A formatter that breaks lines may have put the comment onto one of its own.
        ids = [
            i for child in bullet.children if child.type == "html_block" for i in STAMP.findall(child.content)
        ]
        place = Place(first + 1, last, "task" if task else kind)
        self._found.bullet(content, notes, ids, place, under)

    def _table(self, node: "SyntaxTreeNode", under: Inherited) -> None:
        head, *bodies = node.children
        header = [_content(cell) for cell in head.children[0].children]
        columns = roles([self._found.words(name[:200]).text for name in header])
        if "text" not in columns:
            return
        for row in (row for body in bodies for row in body.children):
            first, last = cast("tuple[int, int]", row.map)
            cells = [_content(cell) for cell in row.children]
            self._found.row(
                cells,
                columns,
                Place(first + 1, last, "row", len(header), {str(name): at for name, at in columns.items()}),
                under,
            )


#: Labels that need no colon, where bullets stand below them.
_TERMS: Final = frozenset({
    *("short term", "medium term", "mid term", "long term", "immediate", "now", "next", "later", "soon"),
    *("prevention", "detection", "mitigation", "response", "process", "monitoring", "documentation"),
    *("high", "medium", "low", "high priority", "medium priority", "low priority", "done", "open"),
    *("completed", "in progress", "technical", "people", "prevent", "detect", "mitigate", "repair"),
})  # fmt: skip


def _content(node: "SyntaxTreeNode") -> str:
    """The Markdown of a heading, paragraph or cell."""
    return node.children[0].content if node.children else ""


def _lists(bullet: "SyntaxTreeNode") -> list["SyntaxTreeNode"]:
    return [child for child in bullet.children if child.type in {"bullet_list", "ordered_list"}]


def _paragraphs(nodes: list["SyntaxTreeNode"]) -> Iterator[str]:
    for node in nodes:
        if node.type == "paragraph":
            yield _content(node)
        elif node.type in {"bullet_list", "ordered_list", "list_item"}:
            yield from _paragraphs(node.children)
