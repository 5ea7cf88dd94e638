"""The stand-in: what it refuses, what it answers in a dry run, and the pages as people see them."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from chatops.sandbox import Fault, Sandbox
from chatops_confluence.sandbox import DANA, ConfluenceStandIn
from chatops_confluence.sandbox.cql import NotCql, clauses
from chatops_confluence.sandbox.panel import html, pages
from chatops_confluence.sandbox.state import TOKEN, USER
from chatops_confluence.storage import storage
from tests.kit import shared

BODY = {"representation": "storage", "value": "<p>x</p>"}
V2 = "/wiki/api/v2"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(only=[ConfluenceStandIn]) as sandbox:
        yield sandbox


@pytest.fixture
def site() -> ConfluenceStandIn:
    return ConfluenceStandIn("http://127.0.0.1:1/confluence")


def ask(site: ConfluenceStandIn, method: str, path: str, body: object = None) -> tuple[int, Any]:
    """The status and the JSON of an answer."""
    pair = base64.b64encode(f"{USER}:{TOKEN}".encode()).decode()
    data = json.dumps(body).encode() if body is not None else None
    headers = [("Authorization", f"Basic {pair}")]
    response = site.respond(
        Request(EnvironBuilder(path=path, method=method, data=data, headers=headers).get_environ())
    )
    return response.status_code, json.loads(response.get_data() or b"null")


def new(title: str = "One", **more: object) -> dict[str, object]:
    return {"spaceId": "65538", "status": "current", "title": title, "body": BODY} | more


@pytest.mark.parametrize(
    ("said", "status", "words"),
    [
        (new("POST-MORTEMS"), 400, "A page with this title already exists"),
        (new(""), 400, "Title cannot be empty"),
        (new("x" * 256), 400, "longer than 255"),
        (new(body={"representation": "storage", "value": "<p>"}), 400, "Error parsing xhtml"),
        (new(spaceId="1"), 404, "does not exist"),
        (new(parentId="1"), 404, "does not exist"),
        ({"title": "x"}, 400, "spaceId"),
        (new(body={"representation": "storage", "value": "x" * 5_000_000}), 413, "Request Entity Too Large"),
    ],
)
def test_a_page_that_confluence_would_refuse_is_refused(
    site: ConfluenceStandIn, said: object, status: int, words: str
) -> None:
    found, answer = ask(site, "POST", f"{V2}/pages", said)
    assert (found, len(site.pages)) == (status, 1)
    assert words in answer["errors"][0]["title"]


@pytest.mark.parametrize("number", [1, 3])
def test_a_version_that_is_not_the_next_is_a_conflict(site: ConfluenceStandIn, number: int) -> None:
    said = {"id": "98305", "status": "current", "title": "x", "body": BODY, "version": {"number": number}}
    assert ask(site, "PUT", f"{V2}/pages/98305", said)[0] == 409
    property_ = {"key": "k", "value": 1}
    _, made = ask(site, "POST", f"{V2}/pages/98305/properties", property_)
    changed = property_ | {"version": {"number": number}}
    assert ask(site, "PUT", f"{V2}/pages/98305/properties/{made['id']}", changed)[0] == 409
    assert ask(site, "POST", f"{V2}/pages/98305/properties", property_)[0] == 409


def test_a_page_in_the_bin_is_shown_and_not_changed_and_its_title_is_free(site: ConfluenceStandIn) -> None:
    site.trash("98305")
    assert ask(site, "GET", f"{V2}/pages/98305")[1]["status"] == "trashed"
    said = {"id": "98305", "status": "current", "title": "x", "body": BODY, "version": {"number": 2}}
    assert ask(site, "PUT", f"{V2}/pages/98305", said)[0] == 404
    assert ask(site, "POST", f"{V2}/pages", new("Post-mortems"))[0] == 200


def test_credentials_are_looked_at(sandbox: Sandbox) -> None:
    url = f"{sandbox.url}/confluence/wiki"
    assert requests.get(f"{url}/api/v2/spaces", auth=(USER, "wrong"), timeout=9).status_code == 401
    assert requests.get(f"{url}/api/v2/spaces", auth=(USER, TOKEN), timeout=9).status_code == 200
    # People read pages in their browser.
    assert "What we learned" in requests.get(f"{url}/spaces/OPS/pages/98305/x", timeout=9).text


def test_the_search_lags_where_it_is_to(sandbox: Sandbox) -> None:
    url = f"{sandbox.url}/confluence/wiki/rest/api/content/search?cql=type=page"
    assert len(requests.get(url, auth=(USER, TOKEN), timeout=9).json()["results"]) == 1
    sandbox.faults.plan(Fault(kind="lag", seconds=60))
    assert requests.get(url, auth=(USER, TOKEN), timeout=9).json()["results"] == []


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ('space = "OPS" and type = page', [("space", "OPS"), ("type", "page")]),
        (r'label="a \"b\" \\" AND id = 7', [("label", 'a "b" \\'), ("id", "7")]),
    ],
)
def test_queries(query: str, wanted: list[tuple[str, str]]) -> None:
    assert clauses(query) == wanted


@pytest.mark.parametrize("query", ["", "x", "a = 1", "id = 1 or id = 2", 'id = "1', "id = 1 and", "id ~ 1"])
def test_what_is_no_query_is_refused(site: ConfluenceStandIn, query: str) -> None:
    with pytest.raises(NotCql):
        clauses(query)
    assert ask(site, "GET", f"/wiki/rest/api/content/search?cql={query}")[0] == 400


@pytest.mark.parametrize(
    "path", [f"{V2}/spaces", f"{V2}/pages", f"{V2}/pages/1", "/wiki/rest/api/content/search?cql=id=1"]
)
def test_in_a_dry_run_only_the_real_site_knows_what_it_has(path: str) -> None:
    assert ask(ConfluenceStandIn(rehearsing=True), "GET", path)[0] == 404


def test_in_a_dry_run_what_the_real_site_may_have_can_be_written_to() -> None:
    site = ConfluenceStandIn(rehearsing=True)
    said = {"id": "7", "status": "current", "title": "x", "body": BODY, "version": {"number": 9}}
    assert ask(site, "PUT", f"{V2}/pages/7", said)[1]["version"]["number"] == 9
    value = {"key": "k", "value": 1, "version": {"number": 4}}
    assert ask(site, "PUT", f"{V2}/pages/7/properties/8", value)[0] == 200
    assert ask(site, "POST", "/wiki/rest/api/content/7/label", [{"prefix": "global", "name": "a"}])[0] == 200
    assert ask(site, "POST", f"{V2}/pages", new(spaceId="9", parentId="7"))[1]["id"] == "rehearsal1"


def test_a_page_looks_as_it_would_and_nothing_in_it_can_run() -> None:
    shown = html(
        storage(
            "- [ ] a\n- [x] b\n\n```sh\nls <x>\n```\n\n[t](#h) [w](https://x.y) ~~s~~\n"
            "\n|a|\n|-:|\n|1|\n\n## h"
        )
        + f'<script>alert(1)</script><p onclick="x()"><a href="javascript:x()">j</a><ac:link><ri:user'
        f' ri:account-id="{DANA}"/></ac:link><time datetime="2026-12-01"/><ac:image><ri:url'
        ' ri:value="https://x.y/&quot;&gt;&lt;script&gt;"/></ac:image><ol start="&lt;">&lt;b&gt;</ol></p>'
    )
    for wanted in (
        "<div class='code'><small>bash</small><pre>ls &lt;x&gt;</pre></div>",
        '<a href="#wiki-h">t</a>',
        '<a id="wiki-h"></a></span>h</h2>',
        '<a href="https://x.y" rel="noreferrer">w</a>',
        "<span class='struck'>s</span>",
        "<td class='right'>1</td>",
        "<p>j<b class='who'>@Dana Okafor</b><time>2026-12-01</time>",
        "&lt;b&gt;",
    ):
        assert wanted in shown
    assert shown.count("class='box'") == shown.count("class='box done'") == 1
    assert [bad for bad in ("<script", "onclick", "javascript:", 'start="') if bad in shown] == []


def test_a_page_that_cannot_be_read_says_so_and_hides_no_other(site: ConfluenceStandIn) -> None:
    site.write("Broken <title>", "<p>")
    shown = site.drawn()["Wiki"]
    assert "This cannot be shown" in shown
    assert "Broken &lt;title&gt;" in shown
    assert "What we learned." in shown


def test_the_real_post_mortems_can_be_shown(site: ConfluenceStandIn) -> None:
    for path in sorted(shared("data/postmortems").glob("*.md")):
        site.write(path.stem, storage(path.read_text("utf-8")))
    assert len(site.pages) > 38
    assert "cannot be shown" not in pages(site)
