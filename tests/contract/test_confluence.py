"""Confluence's own specifications, over what the plugin sends, what its stand-in answers, and what a client
that we did not write makes of it.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from atlassian import ConfluenceV2
from openapi_core import OpenAPI

from chatops.sandbox import Asked, Fault, Sandbox
from chatops.service import Service
from chatops_confluence.sandbox import ConfluenceStandIn
from chatops_confluence.sandbox.state import TOKEN, USER
from tests.contract.specs import Spec, spec_file
from tests.plugins.test_confluence_support import WORDS, Wiki

# The client warns of itself: it looks up an attribute of its own that it has not.
pytestmark = pytest.mark.filterwarnings("ignore:V1 methods are deprecated:DeprecationWarning")
#: What the specifications' copies were cut by, and clients ask for.
UNLISTED: Final = (r"DELETE .*/pages/\d+", r"GET .*/pages/\d+/properties")


class Site(Spec):
    """A specification whose server is a site, as the copies name none that could be asked.

    A body that is written is `oneOf` two shapes there, neither of which requires anything, so that every body
    is both: it is `anyOf` them here, and what the plugin's have to have is asserted below.
    """

    def __init__(self, name: str, root: str) -> None:
        self.document = json.loads(spec_file(name).read_text("utf-8").replace('"oneOf"', '"anyOf"'))
        self._host = "https://example.atlassian.net"
        self._api = OpenAPI.from_dict(self.document | {"servers": [{"url": f"{self._host}{root}"}]})


@pytest.fixture(scope="module")
def specs() -> dict[str, Spec]:
    return {
        "/wiki/api/v2": Site("confluence_v2.json", "/wiki/api/v2"),
        "/wiki/rest/api": Site("confluence_v1.json", ""),
    }


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(only=[ConfluenceStandIn]) as sandbox:
        yield sandbox


def check(specs: dict[str, Spec], asked: list[Asked]) -> None:
    """Every request and answer is as the specification has it; refusals have the shape that v2 gives them."""
    assert asked
    for one in asked:
        (root,) = [root for root in specs if one.path.startswith(root)]
        if any(re.fullmatch(pattern, f"{one.method} {one.path}") for pattern in UNLISTED):
            continue
        if one.status is not None and one.status >= 400:
            assert set(json.loads(one.answer)) == {"errors"}
            continue
        specs[root].check(one)


def test_all_that_the_plugin_does(
    specs: dict[str, Spec], sandbox: Sandbox, make_service: Callable[[str], Service]
) -> None:
    wiki = Wiki(sandbox, make_service)
    incident = wiki.declare()
    wiki.plan(Fault(kind="drop_after", method="POST", path="pages$"))
    wiki.publish(incident)
    wiki.again(incident)
    wiki.publish(incident, WORDS.replace("30", "31"))
    wiki.site.edit(wiki.page.id, body="<p>Mine.</p>")
    wiki.publish(incident)
    wiki.skip(incident)
    wiki.publish(incident, force=True)
    wiki.rename(incident, "Payments fail")
    wiki.publish(incident)
    wiki.site.write("INC-2 Taken", "<p>Mine.</p>", labels=("postmortem",))
    wiki.publish(wiki.declare(title="Taken"))
    wiki.service.resolve_link("wiki", wiki.pages[0].id)
    wiki.source()
    wiki.check()
    wiki.configure('space = "OPS"', 'space = "NOPE"')
    wiki.check()
    asked = sandbox.log.all()
    check(specs, asked)
    bodies = [
        json.loads(one.body)["body"] for one in asked if one.writes and re.search(r"pages(/\d+)?$", one.path)
    ]
    assert {(*body, body["representation"]) for body in bodies} == {("representation", "value", "storage")}
    assert {f"{one.method} {re.sub(r'/[0-9]+', '/ID', one.path)} {one.status}" for one in asked} == {
        "GET /wiki/api/v2/spaces 200",
        "GET /wiki/api/v2/pages 200",
        "GET /wiki/api/v2/pages/ID 200",
        "POST /wiki/api/v2/pages None",
        "POST /wiki/api/v2/pages 400",
        "PUT /wiki/api/v2/pages/ID 200",
        "POST /wiki/api/v2/pages/ID/properties 200",
        "PUT /wiki/api/v2/pages/ID/properties/ID 200",
        "GET /wiki/rest/api/content/search 200",
        "POST /wiki/rest/api/content/ID/label 200",
    }


def client_of(sandbox: Sandbox) -> Any:
    return ConfluenceV2(url=f"{sandbox.url}/confluence/wiki", username=USER, password=TOKEN)


def test_all_that_a_client_of_others_does(specs: dict[str, Spec], sandbox: Sandbox) -> None:
    client = client_of(sandbox)
    assert [space["key"] for space in client.get_spaces()] == ["OPS", "SEC", "DOCS"]
    space = client.get_spaces(keys=["OPS"])[0]["id"]
    page = client.create_page(space_id=space, title="One", body="<p>One.</p>", parent_id="98305")["id"]
    read = client.get_page_by_id(page, body_format="storage")
    assert (read["title"], read["body"]["storage"]["value"], read["version"]["number"]) == (
        "One",
        "<p>One.</p>",
        1,
    )
    changed = client.update_page(page, title="Two", body="<p>Two.</p>", status="current", version=1)
    assert (changed["title"], changed["version"]["number"]) == ("Two", 2)
    found = client.get_pages(space_id=space, title="Two", body_format="storage")
    assert [known["id"] for known in found] == [page]
    made = client.create_page_property(page, "mine", {"a": 1})
    assert [known["id"] for known in client.get_page_properties(page)] == [made["id"]]
    assert client.get_page_labels(page) == []
    client.delete_page(page)
    assert client.get_pages(space_id=space, title="Two", body_format="storage") == []
    check(specs, sandbox.log.all())


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "pages", {"title": 7}),
        ("PUT", "pages/98305", {"id": "98305", "title": "x"}),
        ("POST", "pages/98305/properties", [1]),
    ],
)
def test_the_specification_refuses_what_is_wrong(
    specs: dict[str, Spec], sandbox: Sandbox, method: str, path: str, body: object
) -> None:
    """What is checked above can fail."""
    client_of(sandbox).request(method=method, path=f"api/v2/{path}", data=body, advanced_mode=True)
    (asked,) = sandbox.log.all()
    with pytest.raises(AssertionError):
        specs["/wiki/api/v2"].check_request(asked)
