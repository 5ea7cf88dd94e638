"""Pages that people wrote, as a source of action items."""

from datetime import date

import pytest

from chatops.sandbox import Fault
from chatops.tracking import ItemDocument, SourceItem
from chatops_confluence.sandbox import DANA, MARTA
from chatops_confluence.tasks import items_of
from tests.plugins.test_confluence_support import Wiki, a_wiki

wiki = a_wiki

TASKS = f"""\
<h2>Action items</h2>
<ac:task-list>
<ac:task><ac:task-id>7</ac:task-id><ac:task-uuid>1-2-3</ac:task-uuid><ac:task-status>incomplete</ac:task-status>
<ac:task-body><span class="placeholder-inline-tasks">Alert on a full disk, <ac:link><ri:user
 ri:account-id="{DANA}"/></ac:link> by <time datetime="2026-12-01"/> see <a href="https://x.y/runbook">this</a>
<ac:structured-macro ac:name="jira"><ac:parameter ac:name="server">System Jira</ac:parameter><ac:parameter
 ac:name="key">OPS-7</ac:parameter></ac:structured-macro></span></ac:task-body></ac:task>
<ac:task><ac:task-id>8</ac:task-id><ac:task-status>complete</ac:task-status>
<ac:task-body>Buy&nbsp;a larger one
<a href="https://example.atlassian.net/browse/OPS-8">OPS-8</a>
<ac:task-list><ac:task><ac:task-id>9</ac:task-id><ac:task-status>incomplete</ac:task-status>
<ac:task-body>And its cable</ac:task-body></ac:task></ac:task-list></ac:task-body></ac:task>
</ac:task-list>
"""
#: An account that nobody in the configuration has.
CONFIG = f'[people.dana]\nwiki.account_id = "{DANA}"\n'


def test_tasks_are_items_with_owner_date_and_ticket() -> None:
    assert list(items_of(TASKS, {DANA: "dana"})) == [
        SourceItem(
            id="task-7",
            text="Alert on a full disk, by see this",
            owner="dana",
            person="dana",
            due=date(2026, 12, 1),
            ticket="OPS-7",
        ),
        SourceItem(
            id="task-8",
            text="Buy a larger one OPS-8",
            done=True,
            ticket="https://example.atlassian.net/browse/OPS-8",
        ),
        SourceItem(id="task-9", text="And its cable"),
    ]


def test_an_account_that_nobody_has_here_is_an_owner_and_no_person() -> None:
    item = next(items_of(TASKS, {MARTA: "marta"}))
    assert (item.owner, item.person) == (DANA, "")


@pytest.mark.parametrize(
    "heading", ["Action items", "ACTIONS:", "Follow-ups", "Next steps", "Review actions"]
)
def test_bullets_below_a_heading_that_says_so_are_items(heading: str) -> None:
    body = (
        f"<h3><strong>{heading}</strong></h3><ul><li><p>Watch it</p><ul><li>closely</li></ul></li><li> </li>"
        f'<li>Fix it <ac:link><ri:user ri:account-id="{DANA}"/></ac:link></li><li>watch it</li></ul>'
        "<h2>Lessons</h2><ul><li>Disks fill up</li></ul>"
    )
    items = list(items_of(body, {DANA: "dana"}))
    assert [(item.text, item.person) for item in items] == [
        ("Watch it", ""),
        ("Fix it", "dana"),
        ("watch it", ""),
    ]
    assert len({item.id for item in items}) == 3
    assert items[2].id == f"{items[0].id}-2"


def test_an_item_keeps_its_id_while_others_come_and_go() -> None:
    before = list(items_of("<h2>Actions</h2><ul><li>a</li><li>b</li></ul>", {}))
    after = list(items_of("<h2>Actions</h2><ul><li>c</li><li>b</li></ul>", {}))
    assert before[1].id == after[1].id


@pytest.mark.parametrize("depth", [5000])
def test_a_page_of_any_depth_is_read(depth: int) -> None:
    nested = "<div>" * depth + TASKS + "</div>" * depth
    assert len(list(items_of(nested, {}))) == 3


def test_the_pages_with_the_label_are_documents(wiki: Wiki) -> None:
    wiki.configure("[plugins.wiki]", f"{CONFIG}[plugins.wiki]")
    page = wiki.site.write("Disk full", TASKS, labels=("postmortem",))
    wiki.site.write("Elsewhere", TASKS, space="DOCS", labels=("postmortem",))
    wiki.site.write("Notes", TASKS)
    wiki.site.trash(wiki.site.write("Old", TASKS, labels=("postmortem",)).id)
    (found,) = wiki.source()
    url = f"{wiki.sandbox.url}/confluence/wiki/spaces/OPS/pages/{page.id}"
    assert found.document == ItemDocument(id=f"confluence-page-{page.id}", title="Disk full", url=url)
    assert [(item.id, item.person) for item in found.items] == [
        ("task-7", "dana"),
        ("task-8", ""),
        ("task-9", ""),
    ]


def test_what_chatops_published_is_not_counted_twice(wiki: Wiki) -> None:
    wiki.publish(wiki.declare())
    assert wiki.source() == []
    # Before our property is there, as after a lost answer, the page is known by its last line.
    wiki.page.properties.clear()
    assert wiki.source() == []


def test_only_reading_is_done_and_many_pages_take_few_requests(wiki: Wiki) -> None:
    for number in range(120):
        wiki.site.write(f"Page {number}", TASKS, labels=("postmortem",))
    assert len({found.document.id for found in wiki.source()}) == 120
    assert wiki.requests() == ["GET content/search"] * 3


def test_a_page_that_cannot_be_read_keeps_no_other_away(wiki: Wiki, caplog: pytest.LogCaptureFixture) -> None:
    broken = wiki.site.write("Broken", "<p>", labels=("postmortem",))
    wiki.site.write("Disk full", TASKS, labels=("postmortem",))
    assert [found.document.title for found in wiki.source()] == ["Disk full"]
    assert f"pages/{broken.id} cannot be read" in caplog.text


@pytest.mark.parametrize(
    "said",
    [
        "<p>---<br/>id: pm-7<br/>restricted: true<br/>---</p>",
        "<p>Restricted: maybe</p>",
        "<table><tbody><tr><th>Restricted</th><td>Yes</td></tr></tbody></table>",
    ],
)
def test_a_page_that_says_that_it_is_restricted_is_left_alone(
    wiki: Wiki, caplog: pytest.LogCaptureFixture, said: str
) -> None:
    kept = wiki.site.write("Someone is inside", f"<h1>Post-mortem</h1>{said}{TASKS}", labels=("postmortem",))
    for number, no in enumerate(("<p>Restricted: no</p>", "<p>Restricted: access to the panel</p>", "")):
        wiki.site.write(f"Disk full {number}", no + TASKS, labels=("postmortem",))
    assert len(wiki.source()) == 3
    assert f"pages/{kept.id} says that it is restricted" in caplog.text
    assert "Someone" not in caplog.text


def test_another_label_can_be_set(wiki: Wiki) -> None:
    label = "r\N{LATIN SMALL LETTER U WITH DIAERESIS}ckblick"
    wiki.configure('space = "OPS"', f'space = "OPS"\nsource_label = "{label}"')
    wiki.site.write("Disk full", TASKS, labels=(label,))
    assert len(wiki.source()) == 1


def test_a_list_that_never_ends_is_not_read_for_ever(wiki: Wiki) -> None:
    hit = '{"id": "7", "title": "x", "_links": {}}'
    body = f'{{"results": [{hit}], "_links": {{"next": "/rest/api/content/search?cursor=1"}}, "size": 1}}'
    wiki.plan(Fault(kind="garbage", body=body, content_type="application/json", times=None))
    assert len(wiki.source()) == 200
