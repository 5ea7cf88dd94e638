"""Jira's stand-in: its tickets as people read them, and the settings that lead to it."""

from pathlib import Path
from typing import Any

import pytest
import requests

from chatops import config
from chatops_jira import Jira as Plugin
from chatops_jira.sandbox import wiki
from chatops_jira.sandbox.panel import html
from tests.plugins.test_jira_sandbox_support import Jira, document, jira, old

__all__ = ["jira", "old"]


def doc(*content: Any) -> dict[str, Any]:
    return {"type": "doc", "version": 1, "content": list(content)}


def text(said: str, *marks: Any) -> dict[str, Any]:
    return {"type": "text", "text": said, "marks": list(marks)}


def paragraph(*content: Any) -> dict[str, Any]:
    return {"type": "paragraph", "content": list(content)}


LINK = {"type": "link", "attrs": {"href": "https://example.com/?a=1&b=2"}}
RICH = doc(
    {"type": "heading", "attrs": {"level": 2}, "content": [text("Impact")]},
    paragraph(text("Who "), text("everybody", {"type": "strong"}), {"type": "hardBreak"}, text("see", LINK)),
    {"type": "bulletList", "content": [{"type": "listItem", "content": [paragraph(text("one"))]}]},
    {"type": "codeBlock", "content": [text("x < 1")]},
    {"type": "rule"},
)
WIKI = """h2. Impact

Who *everybody*
[see|https://example.com/?a=1&b=2]

* one

{code}
x < 1
{code}

----"""


def test_a_document_is_html() -> None:
    assert str(html(RICH)) == (
        "<h5>Impact</h5><p>Who <strong>everybody</strong><br>"
        '<a href="https://example.com/?a=1&amp;b=2" rel="noreferrer">see</a></p>'
        "<ul><li><p>one</p></li></ul><pre>x &lt; 1</pre><hr>"
    )


def test_wiki_text_and_a_document_say_the_same() -> None:
    assert wiki.text(RICH) == WIKI
    assert html(WIKI) == html(RICH)
    assert wiki.text(wiki.document(WIKI)) == WIKI


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("* a\n* b", "<ul><li><p>a</p></li><li><p>b</p></li></ul>"),
        ("# a", "<ol><li><p>a</p></li></ol>"),
        ("snake_case_name 2*3*4", "<p>snake_case_name 2*3*4</p>"),
        ("_slow_ {{x}}", "<p><em>slow</em> <code>x</code></p>"),
        (r"\*not bold\*", "<p>*not bold*</p>"),
        ("See https://x.io.", '<p>See <a href="https://x.io" rel="noreferrer">https://x.io</a>.</p>'),
        ("[x|javascript:alert(1)]", "<p>x</p>"),
        ("<b>", "<p>&lt;b&gt;</p>"),
    ],
)
def test_wiki_text_is_html(said: str, shown: str) -> None:
    assert html(said) == shown


def test_a_ticket_is_shown_whole(jira: Jira) -> None:
    more: dict[str, Any] = {
        "labels": ["incident"],
        "components": [{"name": "API"}],
        "priority": {"name": "High"},
    }
    jira.created(description=RICH, duedate="2026-12-01", **more)
    link = {"globalId": "g", "relationship": "page", "object": {"url": "https://status.x", "title": "Status"}}
    jira.done(201, "POST", "issue/OPS-1/remotelink", link)
    jira.done(201, "POST", "issue/OPS-1/comment", {"body": document("Rolled back")})
    jira.done(204, "POST", "issue/OPS-1/transitions", {"transition": {"id": "41"}})
    shown = jira.standin.panels()["Tickets"]
    for said in (
        "OPS-1", "Checkout is down", "Done", "High", "incident", "API", "<h5>Impact</h5>", "Rolled back",
        "Incident Bot", "<dt>Due</dt><dd>2026-12-01</dd>",
        '<a href="https://status.x" rel="noreferrer">Status</a>',
    ):  # fmt: skip
        assert said in shown


def test_nothing_in_a_ticket_can_run(jira: Jira) -> None:
    evil = "<script>alert(1)</script>"
    link = {"type": "link", "attrs": {"href": "javascript:alert(1)"}}
    jira.created(summary=evil, labels=["<script>"], description=doc(paragraph(text(evil, link))))
    target = {"url": "javascript:alert(1)", "title": evil}
    jira.done(201, "POST", "issue/OPS-1/remotelink", {"object": target})
    jira.done(201, "POST", "issue/OPS-1/comment", {"body": document(evil)})
    shown = jira.standin.panels()["Tickets"]
    assert "<script" not in shown
    assert "javascript:" not in shown


def test_a_link_to_a_ticket_leads_to_it(jira: Jira) -> None:
    jira.created(summary="<b>Down")
    page = requests.get(f"{jira.standin.url}/browse/OPS-1", timeout=10)
    assert (page.status_code, "&lt;b&gt;Down" in page.text) == (200, True)
    assert requests.get(f"{jira.standin.url}/browse/OPS-9", timeout=10).status_code == 404


def test_an_empty_jira_says_so(jira: Jira, old: Jira) -> None:
    assert "No tickets yet." in jira.standin.panels()["Tickets"]
    assert old.standin.panels() == {}
    old.created(description="h2. Impact")
    assert "<h5>Impact</h5>" in old.standin.panels()["Tickets on Data Center"]


def test_the_settings_are_the_plugins(jira: Jira, old: Jira, tmp_path: Path) -> None:
    path = tmp_path / "chatops.toml"
    path.write_text(jira.sandbox.config())
    loaded = config.load(path)
    assert set(loaded.instances) == {"jira"}
    told = loaded.plugin_settings("jira", Plugin)
    table: Any = told.config
    assert (table.server, table.user) == (jira.standin.url, jira.standin.user)
    assert told.people["dana"].account_id == jira.standin.users[1].account
    path.write_text("\n".join(line[2:] for line in old.standin.settings().splitlines()[1:]))
    table = config.load(path).plugin_settings("jira-dc", Plugin).config
    assert (table.deployment, table.server) == ("data_center", old.standin.url)
    assert table.token.reveal() == old.standin.token
