"""Atlassian Documents: what is one (developer.atlassian.com/cloud/jira/platform/apis/document/structure)."""

from collections.abc import Iterator
from typing import Any, Final

_INLINE: Final = frozenset(
    {"text", "hardBreak", "mention", "emoji", "inlineCard", "date", "status", "mediaInline"}
)
_BLOCKS: Final = frozenset(
    {
        "paragraph",
        "bulletList",
        "orderedList",
        "taskList",
        "decisionList",
        "codeBlock",
        "heading",
        "rule",
        "panel",
        "blockquote",
        "table",
        "expand",
        "mediaSingle",
        "mediaGroup",
        "blockCard",
    }
)
_IN_ITEM: Final = frozenset({"paragraph", "bulletList", "orderedList", "codeBlock", "mediaSingle"})
_IN_CELL: Final = _BLOCKS - {"table", "expand"} | {"nestedExpand"}
#: What may stand in what; a node that is not here holds nothing.
CHILDREN: Final = {
    "doc": _BLOCKS,
    "paragraph": _INLINE,
    "heading": _INLINE,
    "bulletList": frozenset({"listItem"}),
    "orderedList": frozenset({"listItem"}),
    "listItem": _IN_ITEM,
    "taskList": frozenset({"taskItem", "taskList"}),
    "taskItem": _INLINE,
    "decisionList": frozenset({"decisionItem"}),
    "decisionItem": _INLINE,
    "codeBlock": frozenset({"text"}),
    "blockquote": frozenset({"paragraph", "bulletList", "orderedList", "codeBlock"}),
    "panel": frozenset({"paragraph", "heading", "bulletList", "orderedList", "codeBlock", "rule"}),
    "expand": _BLOCKS - {"expand"} | {"nestedExpand"},
    "nestedExpand": _IN_CELL - {"nestedExpand"},
    "table": frozenset({"tableRow"}),
    "tableRow": frozenset({"tableCell", "tableHeader"}),
    "tableCell": _IN_CELL,
    "tableHeader": _IN_CELL,
    "mediaSingle": frozenset({"media", "caption"}),
    "mediaGroup": frozenset({"media"}),
    "caption": _INLINE,
}
#: What must hold something.
_NEVER_EMPTY: Final = frozenset(
    {
        "bulletList",
        "orderedList",
        "listItem",
        "taskList",
        "decisionList",
        "blockquote",
        "panel",
        "expand",
        "nestedExpand",
        "table",
        "tableRow",
        "tableCell",
        "tableHeader",
    }
)
#: What a node or a mark cannot do without.
_ATTRS: Final = {
    "heading": ("level",),
    "panel": ("panelType",),
    "mention": ("id",),
    "emoji": ("shortName",),
    "date": ("timestamp",),
    "status": ("text", "color"),
    "taskList": ("localId",),
    "taskItem": ("localId", "state"),
    "link": ("href",),
    "textColor": ("color",),
    "subsup": ("type",),
}
_MARKS: Final = frozenset(
    {"strong", "em", "code", "strike", "underline", "link", "textColor", "subsup", "backgroundColor"}
)
_PANELS: Final = frozenset({"info", "note", "warning", "success", "error", "custom", "tip"})


def is_document(value: Any) -> bool:
    """Whether it means to be a document at all."""
    return isinstance(value, dict) and value.get("type") == "doc" and isinstance(value.get("content"), list)


def faults(document: dict[str, Any]) -> Iterator[str]:
    """What is wrong with the document, each with its place."""
    if document.get("version") != 1:
        yield "doc: version must be 1"
    yield from _in_node(document, "doc")


def _in_node(node: dict[str, Any], path: str) -> Iterator[str]:
    kind = node["type"]
    yield from (f"{path}: attrs.{name} is missing" for name in _missing(node))
    yield from _in_own(node, path)
    content = node.get("content", [])
    if not isinstance(content, list) or (kind in _NEVER_EMPTY and not content):
        yield f"{path}: content must be a list of something"
        return
    for index, child in enumerate(content):
        here = f"{path}/{index}"
        if not isinstance(child, dict) or child.get("type") not in CHILDREN.get(kind, ()):
            yield f"{here}: {child.get('type') if isinstance(child, dict) else child!r} in {kind}"
        else:
            yield from _in_node(child, f"{here}:{child['type']}")


def _in_own(node: dict[str, Any], path: str) -> Iterator[str]:
    attrs = node.get("attrs", {})
    match node["type"]:
        case "text":
            if not isinstance(node.get("text"), str) or not node["text"]:
                yield f"{path}: a text must have text"
            for mark in node.get("marks", []):
                if not isinstance(mark, dict) or mark.get("type") not in _MARKS or list(_missing(mark)):
                    yield f"{path}: mark {mark!r}"
        case "heading" if attrs.get("level") not in range(1, 7):
            yield f"{path}: level {attrs.get('level')!r}"
        case "panel" if attrs.get("panelType") not in _PANELS:
            yield f"{path}: panelType {attrs.get('panelType')!r}"


def _missing(thing: dict[str, Any]) -> Iterator[str]:
    attrs = thing.get("attrs")
    known = attrs if isinstance(attrs, dict) else {}
    return (name for name in _ATTRS.get(thing["type"], ()) if name not in known)
