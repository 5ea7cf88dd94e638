"""The tickets as people read them."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from markupsafe import Markup, escape

from chatops_jira.sandbox import wiki
from chatops_jira.sandbox.model import Issue, Rich

_TAGS = {
    "paragraph": "p",
    "bulletList": "ul",
    "orderedList": "ol",
    "listItem": "li",
    "blockquote": "blockquote",
    "codeBlock": "pre",
    "panel": "aside",
    "expand": "div",
    "nestedExpand": "div",
    "tableRow": "tr",
    "tableCell": "td",
    "tableHeader": "th",
    "taskList": "ul",
    "taskItem": "li",
    "decisionList": "ul",
    "decisionItem": "li",
}
_MARKS = {"strong": "strong", "em": "em", "code": "code", "strike": "s", "underline": "u"}


def tickets(issues: Iterable[Issue]) -> str:
    """These tickets as HTML, the newest first."""
    shown = sorted(issues, key=lambda issue: issue.created, reverse=True)
    rendered: str = _template().render(issues=shown)
    return rendered


def html(value: Rich | None) -> Markup:
    """Rich text as HTML in which nothing can run."""
    if not value:
        return Markup()
    return _all(wiki.document(value).get("content", []))


def _all(nodes: list[dict[str, Any]]) -> Markup:
    return Markup().join(_node(node) for node in nodes)


def _node(node: dict[str, Any]) -> Markup:
    kind, attrs = node["type"], node.get("attrs", {})
    match kind:
        case "text":
            return _text(node)
        case "hardBreak":
            return Markup("<br>")
        case "rule":
            return Markup("<hr>")
        case "heading":
            return Markup("<h5>{}</h5>").format(_all(node.get("content", [])))
        case "table":
            return Markup("<table>{}</table>").format(_all(node["content"]))
    inner = _all(node.get("content", []))
    if tag := _TAGS.get(kind):
        return Markup(f"<{tag}>{{}}</{tag}>").format(inner)  # noqa: S704  (the tag is one of ours)
    return inner or escape(attrs.get("text") or attrs.get("url") or attrs.get("shortName") or "")


def _text(node: dict[str, Any]) -> Markup:
    said = escape(node["text"])
    for mark in node.get("marks", []):
        if tag := _MARKS.get(mark["type"]):
            said = Markup(f"<{tag}>{{}}</{tag}>").format(said)  # noqa: S704  (the tag is one of ours)
        elif mark["type"] == "link" and is_web(mark["attrs"]["href"]):
            said = Markup('<a href="{}" rel="noreferrer">{}</a>').format(mark["attrs"]["href"], said)
    return said


def is_web(address: str) -> bool:
    """Whether a click on it leads to a page, and runs nothing."""
    return address.lower().startswith(("https://", "http://", "mailto:"))


@cache
def _template() -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        autoescape=True,
        loader=PackageLoader("chatops_jira.sandbox"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"html": html}
    environment.tests["web"] = is_web
    return environment.get_template("tickets.html")
