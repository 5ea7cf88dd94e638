"""Drafting again: what is computed is brought up to date, and what people wrote stays, byte for byte."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatops import events as e
from chatops.actions.document import read
from tests.postmortems import PATH, again, facts, new

NOTE = (e.NoteAdded, {"text": "It is the cache"})
DONE = (e.Resolved, {"message": "Rolled back"})
ITEMS = [e.ActionItem(f"abcdefghjkm{letter}", f"Do the thing {letter}", "dana") for letter in "npq"]
PROMISED = [(e.ActionItemAdded, {"item": item}) for item in ITEMS]
OPEN = facts(NOTE)
OVER = facts(NOTE, DONE, resolve=6480.0)


def draft() -> str:
    return new(OPEN).data.decode()


def test_it_says_what_was_refreshed() -> None:
    made = again(draft(), OVER)
    assert made.refreshed == (
        "front matter (mitigated_at, resolved_at, review_due)",
        "stats (time to resolve, total downtime)",
        "timeline (1 new event)",
    )
    assert made.left == ()
    assert made.data == new(OVER).data


def test_a_second_time_there_is_nothing_to_refresh() -> None:
    made = new(OVER).data
    assert again(made, OVER) == (made, (), ())


def test_a_link_that_is_said_again_keeps_its_place_and_is_no_news() -> None:
    def said(instance: str, key: str, title: str = "") -> tuple[type[e.Event], dict[str, object]]:
        link = e.Link("ticket", key, f"https://example.com/{key}", title)
        return e.LinkAdded, {"instance": instance, "link": link}

    linked = (said("status", "S-1"), said("jira", "OPS-7"))
    first = new(facts(*linked))
    assert again(first.data, facts(*linked, said("status", "S-1"))) == (first.data, (), ())
    named = again(first.data, facts(*linked, said("status", "S-1", "Checkout")))
    assert named.refreshed == ("front matter (links)",)
    assert named.data.count(b"instance: status") == 1
    assert named.data.index(b"instance: status") < named.data.index(b"instance: jira")
    other = again(first.data, facts(*linked, said("status", "S-2"), said("status", "S-1")))
    assert other.refreshed == ("timeline (2 new events)",)
    renamed = (e.InstanceRenamed, {"old": "status", "new": "page"})
    assert [link.instance for link in facts(*linked, renamed, said("page", "S-1")).front.links] == [
        "page",
        "jira",
    ]


def test_what_people_wrote_elsewhere_stays() -> None:
    mine = (
        draft()
        .replace("_Two or three", "We broke it.\n\n\t_Two or three")
        .replace("## Lessons", "## What we")
    )
    mine = mine.replace("# Post-mortem", "# POST-MORTEM").removesuffix("\n")
    made = again("\ufeff" + mine.replace("\n", "\r\n"), OVER)
    expected = again(mine, OVER).data.decode()
    assert made.data.decode() == "\ufeff" + expected.replace("\n", "\r\n")
    assert "We broke it.\n\n\t_Two or three" in expected
    assert not expected.endswith("\n")


def test_a_row_that_somebody_filled_in_stays() -> None:
    mine = draft().replace("| Affected users | _unknown: fill in_ |", "| Affected users | about 1,200 |")
    mine = mine.replace("| Time to resolve | _unknown: it is still open_ |", "| Time to resolve | 2 h |")
    made = again(mine, OVER)
    assert made.left == ("stats > time to resolve (you wrote 2 h; it is 1 h 48 min)",)
    assert made.refreshed[1] == "stats (total downtime)"
    assert b"| Affected users | about 1,200 |" in made.data
    assert b"| Time to resolve | 2 h |" in made.data
    # The others are still computed.
    later = again(made.data, facts(NOTE, DONE, resolve=6480.0, acknowledge=300.0))
    assert later.refreshed == ("stats (time to acknowledge)",)
    assert b"| Time to acknowledge | 5 min |" in later.data


def test_a_row_that_was_taken_out_or_added_stays_so() -> None:
    mine = draft()
    row = next(line for line in mine.splitlines(keepends=True) if line.startswith("| Time to resolve"))
    mine = mine.replace(row, "| Lost orders | 40 | ours |\n")
    made = again(mine, OVER)
    assert b"| Lost orders | 40 | ours |" in made.data
    assert b"Time to resolve" not in made.data


def test_a_table_that_a_formatter_aligned_is_still_computed() -> None:
    mine = draft().replace("| 3 min | from", "| 3 min                   | from")
    mine = mine.replace("|---|---|---|", "| ------ | :-- | -----  |")
    made = again(mine, facts(NOTE, acknowledge=300.0))
    assert made.refreshed == ("stats (time to acknowledge)",)
    assert b"| 5 min                   | from" in made.data


def test_events_are_added_below_a_timeline_that_people_edited() -> None:
    mine = draft().replace("note: It is the cache |", "**The cache, we thought** |")
    mine = mine.replace("| Time (UTC) | Who | What happened |\n|---|---|---|\n", "$&")
    mine = mine.replace(
        "$&", "| Time (UTC) | Who | What happened |\n|---|---|---|\n| 2026-11-21 11:40 | | a deploy |\n"
    )
    made = again(mine, OVER)
    assert made.refreshed[2] == "timeline (1 new event, below the lines that you changed)"
    rows = [line for line in made.data.decode().splitlines() if line.startswith("| 2026")]
    assert rows == [
        "| 2026-11-21 11:40 | | a deploy |",
        "| 2026-11-21 11:52 | dana | declared sev1: Checkout returns 500s |",
        "| 2026-11-21 11:53 | dana | **The cache, we thought** |",
        "| 2026-11-21 11:54 | dana | resolved: Rolled back |",
    ]
    assert again(made.data, OVER) == (made.data, (), ())


def test_an_event_that_was_taken_out_stays_out() -> None:
    mine = "".join(line for line in draft().splitlines(keepends=True) if "It is the cache" not in line)
    made = again(mine, OVER).data
    assert b"It is the cache" not in made
    assert b"Rolled back" in made


def test_a_timeline_that_is_no_table_any_more_is_left() -> None:
    mine = "".join(line for line in draft().splitlines(keepends=True) if not line.startswith("| 2026"))
    mine = mine.replace("| Time (UTC) | Who | What happened |\n|---|---|---|\n", "- 11:52 all is lost\n")
    made = again(mine, OVER)
    assert made.left == ("timeline (its table is gone; 1 new event since)",)
    assert "- 11:52 all is lost\n" in made.data.decode()


@pytest.mark.parametrize("gone", ["<!-- chatops:stats", "<!-- /chatops:stats"])
def test_a_part_without_its_marks_is_left_and_that_is_said(gone: str) -> None:
    mine = "".join(line for line in draft().splitlines(keepends=True) if not line.startswith(gone))
    made = again(mine, OVER)
    assert made.left == ("stats (its marks, <!-- chatops:stats ... -->, are gone)",)
    assert b"| Time to resolve | _unknown: it is still open_ |" in made.data


def test_marks_that_were_mixed_up_are_left() -> None:
    mine = (
        draft()
        .replace("<!-- /chatops:stats -->", "")
        .replace("<!-- /chatops:timeline", "<!-- /chatops:stats")
    )
    assert len(again(mine, OVER).left) == 2


def test_items_that_were_promised_since_are_added() -> None:
    mine = new(facts(PROMISED[0])).data.decode()
    mine = mine.replace("- [ ] Do the thing n (@dana)", "- [x] It is done OPS-1")
    made = again(mine, facts(*PROMISED))
    assert made.refreshed == ("action items (2 new)",)
    found = [(item.id, item.text, item.done) for item in read(PATH, made.data).items]
    assert found == [
        ("abcdefghjkmn", "It is done", True),
        ("abcdefghjkmp", "Do the thing p", False),
        ("abcdefghjkmq", "Do the thing q", False),
    ]


def test_an_item_that_was_taken_out_or_is_there_already_is_not_added() -> None:
    made = new(facts(*PROMISED[:2])).data.decode()
    mine = "".join(line for line in made.splitlines(keepends=True) if "thing n" not in line)
    mine = mine.replace("## For customers", "- [ ] By hand <!-- action:abcdefghjkmq -->\n\n## For customers")
    done = again(mine, facts(*PROMISED))
    assert (done.refreshed, done.left) == ((), ())
    assert [item.id for item in read(PATH, done.data).items] == ["abcdefghjkmp", "abcdefghjkmq"]
    assert again(done.data, facts(*PROMISED)).data == done.data


def test_an_item_that_cannot_be_written_is_said_each_time() -> None:
    odd = e.ActionItem("abcdefghjkmz", "None")
    found = facts((e.ActionItemAdded, {"item": odd}), PROMISED[0])
    made = new(found)
    assert made.left == ("action item 'None' (it cannot be written so that it is read as meant)",)
    assert [item.id for item in read(PATH, made.data).items] == ["abcdefghjkmn"]
    assert again(made.data, found) == (made.data, (), made.left)


def test_a_mark_that_somebody_edited_does_no_harm() -> None:
    mine = draft().replace("<!-- chatops:action-items 0 -->", "<!-- chatops:action-items abc -->")
    mine = mine.replace("<!-- chatops:timeline 2 ", "<!-- chatops:timeline feed ")
    assert again(mine, facts(NOTE, PROMISED[0])).refreshed[-1] == "action items (1 new)"


def test_a_document_by_hand_gets_what_it_can() -> None:
    made = again("---\nid: x\n---\n# Ours\n\n## Timeline\n\nIt broke.\n", facts(*PROMISED))
    assert made.data.decode().endswith("---\n# Ours\n\n## Timeline\n\nIt broke.\n")
    assert made.left == (
        "stats (its marks, <!-- chatops:stats ... -->, are gone)",
        "timeline (its marks, <!-- chatops:timeline ... -->, are gone)",
        "action items (3 are not in the document, and its mark <!-- chatops:action-items 0 --> is gone)",
    )


LINES = draft().splitlines(keepends=True)
BELOW = LINES.index("---\n", 1) + 1
CHANGES = st.sampled_from(["drop", "edit", "add"])


@settings(max_examples=60)
@given(st.dictionaries(st.integers(BELOW, len(LINES) - 1), CHANGES, max_size=12))
def test_no_words_of_people_are_ever_lost(changes: dict[int, str]) -> None:
    """Lines are changed, taken out and added anywhere below the front matter: what was written is there
    afterwards, in its order, and a second time changes nothing.
    """
    mine = []
    for number, line in enumerate(LINES):
        match changes.get(number):
            case "edit":
                mine.append(f"{line.rstrip()} <{number}>\n")
            case "add":
                mine += [line, f"<{number}>\n"]
            case None:
                mine.append(line)
    made = again("".join(mine), OVER)
    words = re.compile(r"<\d+>")
    assert words.findall(made.data.decode()) == words.findall("".join(mine))
    assert again(made.data, OVER).data == made.data
