"""The figures of the report, whose an item is, and what it lacks."""

from datetime import date, timedelta

import pytest

from chatops.actions.people import is_owner, owners, person
from chatops.actions.reported import About, Case, Promise, report
from chatops.actions.standing import is_overdue, lacks
from chatops.cli.actions_report_markdown import markdown
from chatops.cli.actions_report_page import page
from chatops.settings import PersonSettings
from chatops.tracking import Lack
from tests.items import item

TODAY = date(2026, 11, 22)
PEOPLE = {
    "dana": PersonSettings(email="Dana@Example.com", names=("Dana Okafor", "@do")),
    "sam": PersonSettings(names=("Sam", "the lead")),
    "sam.b": PersonSettings(names=("The Lead",)),
}
HOSTILE = "<script>alert(1)</script> | *x* [y](https://z.example) `c` {{ 7 * 7 }}"


def promise(
    *owners: str, done: bool = False, due: int | None = None, lacking: tuple[Lack, ...] = ()
) -> Promise:
    """An item that is due in so many days."""
    day = None if due is None else TODAY + timedelta(days=due)
    late: tuple[Lack, ...] = ("overdue",) if due is not None and due < 0 and not done else ()
    return Promise("key", owners, day, done, frozenset((*lacking, *late)))


def case(*promises: Promise, days: int | None = None, title: str = "It broke", services: str = "") -> Case:
    """A post-mortem of an incident so many days ago."""
    day = None if days is None else TODAY - timedelta(days=days)
    about = About(title=title, incident="INC-7", services=tuple(services.split()), day=day)
    return Case(about, "pm.md", promises)


@pytest.mark.parametrize(
    ("written", "who"),
    [
        ("dana", "dana"),
        ("@DANA", "dana"),
        ("Dana  Okafor", "dana"),
        ("dana@example.com", "dana"),
        ("do", "dana"),
        ("sam", "sam"),
        ("the lead", ""),
        ("dan", ""),
        ("", ""),
        ("@", ""),
    ],
)
def test_who_an_owner_is(written: str, who: str) -> None:
    assert person(written, PEOPLE) == who


def test_owners_are_named_as_in_the_configuration() -> None:
    assert owners("@Dana Okafor", PEOPLE) == ("dana",)
    assert owners("do, lee", PEOPLE) == ("dana", "lee")
    assert owners("dana, do", PEOPLE) == ("dana",)
    assert owners("", PEOPLE) == ()
    asked = ("dana", "@do", "DANA OKAFOR", "dana@example.com", "lee", "@Lee")
    assert [is_owner("do, Lee", one, PEOPLE) for one in asked] == [True] * 6
    assert not is_owner("do, Lee", "sam", PEOPLE)
    assert not is_owner("", "", PEOPLE)


def test_what_is_open_may_lack_something() -> None:
    bare = item("- fix")
    assert lacks(bare, TODAY) == {"unlinked", "ownerless", "undated"}
    late = item("- fix @dana (due 2026-11-21, OPS-1)")
    assert lacks(late, TODAY) == {"overdue"}
    assert lacks(late, TODAY - timedelta(days=1)) == frozenset()
    assert lacks(item("- [x] fix (due 2020-01-01)"), TODAY) == frozenset()
    assert not is_overdue(item("- [x] fix (due 2020-01-01)"), TODAY)


def test_the_figures_of_all() -> None:
    found = report(
        [
            case(promise("dana", done=True, due=-9), promise("dana", due=-1), promise(due=0), days=30),
            case(promise("sam", done=True, due=3), promise("sam", lacking=("unlinked",)), days=10),
            case(promise("sam"), days=None),
        ],
        TODAY,
    )
    total = found.total
    assert (found.documents, total.items, total.done, total.open, total.overdue) == (3, 6, 2, 4, 1)
    assert (total.past, total.past_done, total.share) == (2, 1, 0.5)
    assert (total.age, total.aged, total.unlinked) == (30, 3, 1)
    assert [group.name for group in found.owners] == ["dana", "sam", None]
    assert [group.figures.items for group in found.owners] == [2, 3, 1]
    assert [(month.name, month.figures.items) for month in found.months] == [("2026-10", 3), ("2026-11", 2)]


def test_an_item_of_two_is_with_each_and_counted_once() -> None:
    found = report([case(promise("dana", "sam"), services="checkout ledger checkout")], TODAY)
    assert [(group.name, group.figures.items) for group in found.owners] == [("dana", 1), ("sam", 1)]
    assert [(group.name, group.figures.items) for group in found.services] == [("checkout", 1), ("ledger", 1)]
    assert found.total.items == 1


def test_where_nothing_is_done_the_oldest_come_first() -> None:
    found = report(
        [
            case(promise(), title="new", days=1),
            case(promise(), title="undated"),
            case(promise(), promise(due=-1), title="old", days=99),
            case(promise(), promise(done=True), title="begun", days=200),
            case(promise(), title="tomorrow", days=-1),
        ],
        TODAY,
    )
    said = [(one.about.title, one.items, one.overdue, one.days) for one in found.untouched]
    assert said == [("old", 2, 1, 99), ("new", 1, 0, 1), ("tomorrow", 1, 0, 0), ("undated", 1, 0, None)]


def test_of_nothing_there_are_no_figures() -> None:
    found = report([], TODAY)
    assert (found.total.items, found.total.share, found.total.age) == (0, None, None)
    assert (found.owners, found.untouched) == ((), ())
    assert "0 action items" in markdown(found, "", 0)
    assert "<table>" not in page(found, "", 0)


def test_a_restricted_incident_has_no_title() -> None:
    assert About(title="", incident="INC-8", restricted=True).label == "INC-8"
    assert About(title="", restricted=True).label == "a restricted incident"
    assert About(title="It broke").label == "It broke"


def test_nobodys_words_mark_up_the_report() -> None:
    found = report([case(promise(HOSTILE), title=HOSTILE, services="<b>", days=3)], TODAY)
    written = markdown(found, "", 1)
    for line in written.splitlines():
        if "alert" in line:
            assert r"\<script\>alert(1)\</script\> \| \*x\* \[y\](https://z.example) \`c\`" in line
    assert "1 document says no day, and is left out." in written
    drawn = page(found, "", 1)
    assert "<script>" not in drawn
    assert "<b></b>" not in drawn
    assert "&lt;script&gt;alert(1)&lt;/script&gt; | *x*" in drawn


def test_a_table_of_markdown_has_a_cell_for_each_column() -> None:
    from markdown_it import MarkdownIt

    found = report([case(promise("a|b"), promise("c\\"), services="x|y", days=3)], TODAY)
    html = MarkdownIt("commonmark").enable("table").render(markdown(found, "", 0))
    assert html.count("<td") == 7 * 3
    assert "<td>a|b</td>" in html
    assert "<td>c\\</td>" in html
