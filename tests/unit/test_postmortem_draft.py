"""A post-mortem as it is drafted: what is in it, and that no words of people break it."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from chatops import events as e
from chatops.actions.document import MOST_BYTES, read
from chatops.postmortem.draft import stamp_of
from chatops.postmortem.sections import sections
from chatops.postmortem.words import UNKNOWN, shown, slug, took
from chatops.text import one_line
from tests.postmortems import HOSTILE, PATH, START, again, facts, new

SECTIONS = [
    "Executive summary",
    "Stats",
    "Timeline",
    "Client impact",
    "Analysis",
    *("Lead-up", "Fault", "Detection", "Response", "Recovery", "Recurrence"),
    "Root cause",
    "Resolution",
    *("Short term", "Long term"),
    "Lessons learned",
    "Action items",
    "For customers",
]
ITEM = e.ActionItem("abcdefghjkmn", "Alert on slow payments", "dana", "2026-12-04", "OPS-9")
FIELDS = {"title": "Payments", "status": "investigating", "impact": "major", "sequence": 1}
MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
#: What a text may become: itself, and links to the addresses in it.
PLAIN = {"text", "text_special", "link_open", "link_close"}


def table(text: str, name: str) -> list[list[str]]:
    """The rows of a section's table, as they are written."""
    (found,) = [s.text for s in sections(text) if s.title == name]
    lines = [line for line in found.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def test_it_has_the_sections_of_a_post_mortem() -> None:
    made = new(facts())
    found = sections(made.data.decode())
    assert [s.title for s in found] == ["Post-mortem: Checkout returns 500s", *SECTIONS]
    assert made.left == ()
    assert all(s.text.strip() for s in found)


def test_stats_are_computed_and_the_unknown_ones_marked() -> None:
    words = (e.PublicUpdatePublished, {**FIELDS, "text": "It fails."})
    text = new(facts(words, (e.Resolved, {}), resolve=6480.0)).data.decode()
    stats = {label: value for label, value, _ in table(text, "Stats")}
    assert stats == {
        "Affected users": UNKNOWN,
        "Detected by": UNKNOWN,
        "Time to detect": "12 min",
        "Time to acknowledge": "3 min",
        "Time to mitigate": "48 min",
        "Time to resolve": "1 h 48 min",
        "Total downtime": UNKNOWN,
        "Public updates": "1, the first after 1 min",
    }


def test_what_is_still_open_has_no_end() -> None:
    stats = {label: value for label, value, _ in table(new(facts()).data.decode(), "Stats")}
    assert stats["Time to resolve"] == "_unknown: it is still open_"
    alarm = new(facts((e.Cancelled, {"reason": "a test"})))
    assert {label: value for label, value, _ in table(alarm.data.decode(), "Stats")}[
        "Time to resolve"
    ] == "none: a false alarm"


def test_the_timeline_is_in_the_order_of_its_times() -> None:
    late = {"text": "It began with a deploy", "at": START - timedelta(minutes=9)}
    text = new(
        facts(
            (e.Acknowledged, {}),
            (e.NoteAdded, late),
            (e.InstanceRenamed, {"old": "a", "new": "b"}),
            (e.Resolved, {"message": "Rolled back"}),
        )
    ).data.decode()
    assert table(text, "Timeline") == [
        ["2026-11-21 11:43", "dana", "note: It began with a deploy"],
        ["2026-11-21 11:52", "dana", "declared sev1: Checkout returns 500s"],
        ["2026-11-21 11:53", "dana", "acknowledged"],
        ["2026-11-21 11:56", "dana", "resolved: Rolled back"],
    ]


def test_a_log_that_was_pasted_is_cut() -> None:
    text = new(facts((e.NoteAdded, {"text": "x" * 20_000}))).data.decode()
    assert len(table(text, "Timeline")[1][2]) == 600
    assert table(text, "Timeline")[1][2].endswith("x…")


def test_an_incident_of_thousands_of_events_can_be_drafted() -> None:
    found = facts(*((e.NoteAdded, {"text": "*|" * 10_000}) for _ in range(2_499)))
    made = new(found)
    assert len(made.data) < MOST_BYTES
    assert len(table(made.data.decode(), "Timeline")) == 2_001
    assert b"\n| | | and 500 more: `chatops timeline INC-12` |\n" in made.data
    assert again(made.data, found) == (made.data, (), ())


def test_action_items_are_read_as_they_were_promised() -> None:
    said = [
        ITEM,
        e.ActionItem(
            "not a stamp", "Write the runbook", "Dana Smith", "next week", "https://e.com/browse/OPS-1"
        ),
        e.ActionItem("nnnnnnnnnnnn", "Tell the team"),
    ]
    made = new(facts(*((e.ActionItemAdded, {"item": item}) for item in said)))
    document = read(PATH, made.data)
    assert (document.problems, document.id, made.left) == ((), "01938a3e-0000-7000-8000-000000000001", ())
    found = [(i.id, i.text, i.owner, str(i.due), i.ticket and i.ticket.key) for i in document.items]
    assert found == [
        ("abcdefghjkmn", "Alert on slow payments", "dana", "2026-12-04", "OPS-9"),
        (stamp_of(said[1]), "Write the runbook", "Dana Smith", "None", "OPS-1"),
        ("nnnnnnnnnnnn", "Tell the team", None, "None", None),
    ]


def test_an_exercise_and_a_restricted_incident_are_marked() -> None:
    text = new(facts((e.Restricted, {"on": True}))).data.decode()
    assert "\nrestricted: true\n" in text
    assert "\n> This incident is restricted" in text
    assert "exercise" not in text


def parts(tokens: list[Token]) -> Iterator[tuple[str, str]]:
    """Which blocks a document has, and for headings which."""
    for before, token in zip([None, *tokens], tokens, strict=False):
        heading = before is not None and before.type == "heading_open" and before.tag != "h1"
        yield token.type, token.content if heading else ""


def cells(tokens: list[Token]) -> Iterator[list[Token]]:
    """The words of every cell of a table, and of the first heading."""
    for before, token in pairwise(tokens):
        if before.type in {"td_open", "heading_open"}:
            yield token.children or []


def body(data: bytes) -> str:
    return data.decode().partition("\n---\n")[2]


@settings(max_examples=20)
@given(st.lists(HOSTILE, min_size=9, max_size=9))
def test_no_words_break_the_document(words: list[str]) -> None:
    def said(some: list[str]) -> Any:
        title, actor, note, role, link, public, _, reason, message = some
        return facts(
            (e.NoteAdded, {"text": note, "actor": actor}),
            (e.RoleAssigned, {"role": role, "person": actor}),
            (e.LinkAdded, {"instance": "tracker", "link": e.Link("ticket", link, title=link)}),
            (e.PublicUpdatePublished, {**FIELDS, "title": public, "text": public}),
            (e.Updated, {"message": message, "title": e.Change(title, message)}),
            (e.Resolved, {"message": message}),
            (e.Reopened, {"reason": reason}),
            title=title,
        )

    tame, wild = new(said(list("abcdefghi"))), new(said(words))
    assert list(parts(MARKDOWN.parse(body(tame.data)))) == list(parts(MARKDOWN.parse(body(wild.data))))
    tokens = MARKDOWN.parse(body(wild.data))
    assert {one.type for cell in cells(tokens) for one in cell} - {"em_open", "em_close"} <= PLAIN
    shown_words = ["".join(one.content for one in cell) for cell in cells(tokens)]
    note = shown_words[shown_words.index("2026-11-21 11:53") + 2]
    # Where an address has characters that no address has, it is shown encoded.
    if "https" not in words[2]:
        assert note == one_line(f"note: {words[2]}")
    assert read(PATH, wild.data).items == ()
    assert again(wild.data, said(words)) == (wild.data, (), ())


@settings(max_examples=15)
@given(st.lists(st.tuples(HOSTILE, HOSTILE, HOSTILE, HOSTILE), max_size=3))
def test_only_what_was_promised_is_an_action_item(words: list[tuple[str, str, str, str]]) -> None:
    items = [e.ActionItem(f"{'abcdefghjkm'}{n}", *said) for n, said in enumerate(words)]
    found = facts(*((e.ActionItemAdded, {"item": item}) for item in items))
    made = new(found)
    read_back = [item.id for item in read(PATH, made.data).items]
    # What cannot be written so that it is read as it was meant is said, and not written otherwise.
    assert len(read_back) + len(made.left) == len(items)
    assert set(read_back) <= {item.id for item in items}
    assert [s.title for s in sections(made.data.decode())][1:] == SECTIONS
    assert again(made.data, found).data == made.data


@given(HOSTILE)
def test_words_arrive_as_text(said: str) -> None:
    (inline,) = MARKDOWN.parseInline(shown(said))
    assert {token.type for token in inline.children or ()} <= PLAIN
    if "https" not in said:
        assert "".join(token.content for token in inline.children or ()) == one_line(said)


def test_addresses_are_links_and_words_stay_readable() -> None:
    assert shown("see https://e.com/a_b?c=1.") == "see <https://e.com/a_b?c=1>."
    assert shown("@dana: snake_case in\nC #") == r"@dana: snake_case in C \#"
    assert shown("abcdef", 4) == "abc…"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (59.6, "1 min"),
        (61, "1 min 1 s"),
        (3600, "1 h"),
        (5400, "1 h 30 min"),
        (90_061, "1 d 1 h"),
    ],
)
def test_lengths_of_time(seconds: float, said: str) -> None:
    assert took(seconds) == said


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Checkout returns 500s", "checkout-returns-500s"),
        ("../../etc/passwd: CON\\x?", "etc-passwd-con-x"),
        ("Züge fahren nicht", "zuge-fahren-nicht"),
        ("日本", ""),
        ("x" * 200, "x" * 50),
        ("word " * 30, "-".join(["word"] * 10)),
    ],
)
def test_names_of_files(title: str, name: str) -> None:
    assert slug(title) == name
