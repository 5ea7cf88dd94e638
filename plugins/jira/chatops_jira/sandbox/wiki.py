"""Wiki text, as Data Center and REST v2 have it, and what of it a document says."""

import re
from collections.abc import Iterator
from typing import Any, Final

from chatops_jira.sandbox.model import Rich

_HEADING: Final = re.compile(r"h([1-6])\.\s+(.*)")
_ITEM: Final = re.compile(r"([*#-])\s+(.*)")
_CODE: Final = re.compile(r"\{(?:code|noformat)(?::[^}]*)?\}")
_SPAN: Final = re.compile(
    r"\[(?P<text>[^\]|\n]+)\|(?P<href>[^\]\s|]+)\]"
    r"|\[(?P<bare>https?://[^\]\s]+)\]"
    r"|\{\{(?P<code>[^}\n]+)\}\}"
    r"|(?<!\w)\*(?P<strong>[^*\s](?:[^*\n]*[^*\s])?)\*(?!\w)"
    r"|(?<!\w)_(?P<em>[^_\s](?:[^_\n]*[^_\s])?)_(?!\w)"
    r"|(?P<url>https?://[^\s|\]<>\"]*[^\s|\]<>\".,;:!?)])"
    r"|\\(?P<escaped>[^\w\s])"
)
_SIGNS: Final = {"strong": "*{}*", "em": "_{}_", "code": "{{{{{}}}}}", "strike": "-{}-", "underline": "+{}+"}


def document(value: Rich) -> dict[str, Any]:
    """The text as a document; what is one already stays as it is."""
    if isinstance(value, dict):
        return value
    return {"type": "doc", "version": 1, "content": list(_blocks(value.replace("\r\n", "\n").split("\n")))}


def text(value: Rich) -> str:
    """The document as wiki text; what is text already stays as it is."""
    if isinstance(value, str):
        return value
    return "\n\n".join(_block(node) for node in value.get("content", []))


def plain(value: Rich) -> str:
    """Its words alone."""
    if isinstance(value, str):
        return value
    if value.get("type") == "hardBreak":
        return "\n"
    own = str(value.get("text", ""))
    between = "" if value.get("type") in {"paragraph", "heading", "codeBlock"} else "\n"
    return own or between.join(plain(child) for child in value.get("content", []))


def _blocks(lines: list[str]) -> Iterator[dict[str, Any]]:
    at = 0
    while at < len(lines):
        line = lines[at]
        if not line.strip():
            at += 1
        elif _CODE.fullmatch(line.strip()):
            end = next(
                (n for n in range(at + 1, len(lines)) if _CODE.fullmatch(lines[n].strip())), len(lines)
            )
            yield {"type": "codeBlock", "content": _said("\n".join(lines[at + 1 : end]))}
            at = end + 1
        elif found := _HEADING.fullmatch(line):
            content = list(_spans(found[2]))
            yield {"type": "heading", "attrs": {"level": int(found[1])}, "content": content}
            at += 1
        elif line.strip() == "----":
            yield {"type": "rule"}
            at += 1
        else:
            is_item = bool(_ITEM.fullmatch(line))
            end = next((n for n in range(at, len(lines)) if _ends(lines[n], is_item=is_item)), len(lines))
            yield _list(lines[at:end]) if is_item else _paragraph(lines[at:end])
            at = end


def _ends(line: str, *, is_item: bool) -> bool:
    """Whether a list or a paragraph is over before this line."""
    if is_item != bool(_ITEM.fullmatch(line)):
        return True
    stripped = line.strip()
    return not stripped or bool(_HEADING.fullmatch(line) or _CODE.fullmatch(stripped)) or stripped == "----"


def _list(lines: list[str]) -> dict[str, Any]:
    found = [match for line in lines if (match := _ITEM.fullmatch(line))]
    kind = "orderedList" if found[0][1] == "#" else "bulletList"
    return {"type": kind, "content": [{"type": "listItem", "content": [_paragraph([m[2]])]} for m in found]}


def _paragraph(lines: list[str]) -> dict[str, Any]:
    content: list[dict[str, Any]] = []
    for number, line in enumerate(lines):
        content += [{"type": "hardBreak"}] if number else []
        content += _spans(line)
    return {"type": "paragraph", "content": content}


def _spans(line: str) -> Iterator[dict[str, Any]]:
    at = 0
    for match in _SPAN.finditer(line):
        yield from _said(line[at : match.start()])
        at = match.end()
        kind = match.lastgroup or ""
        shown = match["text"] or match[kind]
        if href := match["href"] or match["bare"] or match["url"]:
            yield {"type": "text", "text": shown, "marks": [{"type": "link", "attrs": {"href": href}}]}
        elif kind == "escaped":
            yield from _said(shown)
        else:
            yield {"type": "text", "text": shown, "marks": [{"type": kind}]}
    yield from _said(line[at:])


def _said(words: str) -> list[dict[str, Any]]:
    return [{"type": "text", "text": words}] if words else []


def _block(node: dict[str, Any], bullets: str = "") -> str:
    content = node.get("content", [])
    match node["type"]:
        case "heading":
            return f"h{node['attrs']['level']}. {_inline(content)}"
        case "codeBlock":
            return f"{{code}}\n{_inline(content)}\n{{code}}"
        case "rule":
            return "----"
        case "bulletList" | "orderedList" as kind:
            sign = bullets + ("*" if kind == "bulletList" else "#")
            return "\n".join(_item(item, sign) for item in content)
        case "blockquote":
            return "{quote}\n" + "\n\n".join(_block(child) for child in content) + "\n{quote}"
        case "panel" | "expand" | "nestedExpand":
            return "{panel}\n" + "\n\n".join(_block(child) for child in content) + "\n{panel}"
        case "table":
            return "\n".join(_row(row) for row in content)
    return _inline(content)


def _item(item: dict[str, Any], sign: str) -> str:
    lines = [
        _block(child, sign) if child["type"].endswith("List") else f"{sign} {_block(child)}"
        for child in item["content"]
    ]
    return "\n".join(lines)


def _row(row: dict[str, Any]) -> str:
    bar = "||" if row["content"][0]["type"] == "tableHeader" else "|"
    return bar + bar.join(" ".join(_block(b) for b in cell["content"]) for cell in row["content"]) + bar


def _inline(nodes: list[dict[str, Any]]) -> str:
    return "".join(_span(node) for node in nodes)


def _span(node: dict[str, Any]) -> str:
    if node["type"] == "hardBreak":
        return "\n"
    attrs = node.get("attrs", {})
    said = str(node.get("text") or attrs.get("text") or attrs.get("shortName") or attrs.get("url") or "")
    for mark in node.get("marks", []):
        kind = mark["type"]
        if kind == "link":
            href = mark["attrs"]["href"]
            said = f"[{href}]" if said == href else f"[{said}|{href}]"
        else:
            said = _SIGNS.get(kind, "{}").format(said)
    return said
