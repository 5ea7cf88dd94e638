"""What is read as an action item: each heading, shape and spelling, and what only looks like one."""

from pathlib import Path

import pytest

from chatops.actions.document import NotRead, read
from chatops.actions.labels import NAMES, Labels
from chatops.actions.model import Document
from tests.items import BROWSE, DAY, LINKED, OPS, document, item, texts


@pytest.mark.parametrize("name", NAMES)
def test_every_name_of_the_section(name: str) -> None:
    assert texts(f"## {name.title()}\n\n- fix\n") == ["fix"]


@pytest.mark.parametrize(
    "heading",
    [
        *(
            "# Action Items",
            "###### Action items:",
            "Action Items\n---",
            "## 5. Action Items",
            "## 3.2) Follow-ups ##",
        ),
        *("## 🚀 Next Steps", "## :memo: TODO", "## **Action items** (draft)", "## [Actions](#actions)"),
        *(
            "## Remediation & follow-up",
            "**Action items**",
            "**Action items:**",
            "__Follow-ups__:",
            "Next steps:",
        ),
        *(
            "**Actions:** these were agreed on.",
            "## Action\u00a0Items {#ai}",
            "## _Action items_",
            "## IV. Actions",
        ),
    ],
)
def test_a_heading_or_label_however_it_is_dressed(heading: str) -> None:
    assert texts(f"Before\n\n- no\n\n{heading}\n\n- fix\n") == ["fix"]


@pytest.mark.parametrize(
    "heading",
    [
        *(
            "## Actions taken",
            "## Transactions",
            "## Lessons learned",
            "## Interaction",
            "Actions were taken",
        ),
        *(
            "**Lessons learned**",
            "## No action items",
            "> ## Action items",
            "    # Action items",
            "`# Actions`",
        ),
    ],
)
def test_what_is_no_such_heading(heading: str) -> None:
    assert texts(f"{heading}\n\n- no\n") == []


@pytest.mark.parametrize(
    "after",
    [
        *("## Timeline", "# Stats", "### Lessons learned", "**Lessons learned:**", "**Timeline**"),
    ],
)
def test_where_a_section_ends(after: str) -> None:
    assert texts(f"## Actions\n\n- fix\n\n{after}\n\n- no\n") == ["fix"]


def test_what_does_not_end_a_section() -> None:
    text = "## Actions\n\nWords.\n\n### Prevention\n\n- a\n\n**Soon**\n\n1. b\n\n---\n\n* c\n"
    assert texts(text) == ["a", "b", "c"]
    assert {i.section for i in document(text).items} == {"Actions"}


def test_a_label_ends_at_the_next_one() -> None:
    assert texts("**Actions:**\n\n- fix\n\n**Other things:**\n\n- no\n") == ["fix"]
    assert texts("**Actions:**\n\n- fix\n\n***\n\n- no\n") == ["fix"]


def test_a_label_at_the_start_of_a_bullet() -> None:
    assert texts("- **Cause:** a\n- **Action items:**\n  - fix\n  - mend\n- **Action:** check\n- b\n") == [
        *("fix", "mend", "check"),
    ]
    assert texts("# Actions\n- **Action item:** fix\n") == ["fix"]
    assert texts("- Review\n  - Follow-ups:\n    1. fix\n") == ["fix"]


def test_a_heading_of_ones_own() -> None:
    text = "## What we will do\n\n- fix\n"
    assert document(text).items == ()
    assert len(document(text, Labels(["What we will do"])).items) == 1


@pytest.mark.parametrize(
    ("text", "kind"),
    [("- x", "bullet"), ("+ x", "bullet"), ("3) x", "number"), ("- [ ] x", "task"), ("1. [X] x", "task")],
)
def test_the_shapes_of_an_item(text: str, kind: str) -> None:
    assert (item(text).text, item(text).kind, item(text).line) == ("x", kind, 2)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Words.",
            "- None",
            "- none.",
            "- N/A",
            "- No action items",
            "- TBD",
            "-",
            "- [ ]",
            "- ...",
            "- **None**",
        ),
        *("```\n- x\n```", "~~~md\n- x\n~~~", "        - x", "> - x", "<!--\n- x\n-->", "<pre>\n- x\n</pre>"),
        *(
            "- Short term:",
            "- No follow-ups identified",
            "- - -",
            "| a |\n| b |",
            "- <!-- fix -->",
            "- ```\n  x\n  ```",
        ),
        *("| Action |\n|---|\n| None |\n|  |", "| # | Priority |\n|---|---|\n| 1 | x |"),
    ],
)
def test_what_is_no_item(text: str) -> None:
    assert document(f"# Actions\n\n{text}\n").items == ()


def test_what_is_nested_belongs_to_its_parent() -> None:
    one = item("- fix\n  it **all**\n  - because\n    - it broke\n\n  Also.\n")
    assert (one.text, one.notes, one.stamped_line) == ("fix it all", ("because", "it broke", "Also."), 3)


def test_what_is_below_a_label_alone_is_an_item() -> None:
    text = "- Short term:\n  - a\n- **Long term**\n  - b\n- @kim\n  - c\n- Done:\n  1. d\n- **Fix**\n  - e\n"
    found = document(f"# Actions\n{text}").items
    assert [i.text for i in found] == ["a", "b", "c", "d", "Fix"]
    assert [i.owner for i in found] == [None, None, "kim", None, None]
    assert [i.done for i in found] == [False, False, False, True, False]


@pytest.mark.parametrize(
    "header",
    [
        "Action item | Owner | Due date | Ticket | Status",
        "Description | Assignee(s) | Deadline | Issue | Done",
        "**What** | **Who** | **When** | **Link** | State",
        "Task | DRI | ETA | Tracking issue | Complete?",
        "Follow-up | Responsible | Target date | Bug | Progress",
    ],
)
def test_tables(header: str) -> None:
    cells = f"fix `a \\| b` | Dana Smith | 31 March 2025 | [OPS-12]({BROWSE}) | Closed"
    one = item(f"\n| {header} |\n|---|:-:|---|---|---|\n| {cells} |")
    assert (one.text, one.owner, one.due, one.ticket, one.done) == (
        "fix a | b",
        "Dana Smith",
        DAY,
        LINKED,
        True,
    )
    assert (one.kind, one.line, one.cells) == ("row", 5, 5)


def test_a_table_that_says_its_state_beside_the_ticket() -> None:
    rows = "| fix | @a/@b | n/a **DONE** |\n| mend | Team A & B | OPS-12, OPS-13 **TODO** |\n"
    first, second = document(f"# Actions\n| Action Item | Owner | Bug |\n|--|--|--|\n{rows}").items
    assert (first.owner, first.ticket, first.done) == ("a, b", None, True)
    assert (second.owner, second.ticket, second.done) == ("Team A & B", OPS, False)


def test_a_table_with_little_in_it() -> None:
    rows = document("# Actions\n\n# | Improve\n-|-\n1 | fix @dana (OPS-12)\n2 |\n3 | mend | more\n").items
    assert [(i.text, i.owner, i.ticket) for i in rows] == [("fix", "dana", OPS), ("mend", None, None)]


@pytest.mark.parametrize(
    "text", ["{{ item }}", "<% x %>", "h2. Fix [it|http://x]", "[[Fix]]", "fix<br>it", "${X} & \\*y\\*"]
)
def test_markup_of_other_kinds_is_words(text: str) -> None:
    assert item(f"- {text}").text


def test_an_item_of_five_thousand_characters() -> None:
    assert len(item("- " + "word " * 1000 + "@dana").text) == 4999
    found = document("# Actions\n- " + "x" * 20_001 + "\n- fix")
    assert [i.text for i in found.items] == ["fix"]
    assert str(found.problems[0]) == "line 2: An item of 20,001 characters is not read; at most 20,000 are."


def test_what_an_item_is_known_by() -> None:
    stamped, linked, plain, twin, other = document(
        "# Actions\n- a OPS-1 <!-- action:abcdefghjkmn -->\n- b OPS-12\n- C\n- c\n- d\n"
    ).items
    assert (stamped.key, stamped.id, stamped.new) == ("item:abcdefghjkmn", "abcdefghjkmn", False)
    assert (linked.key, linked.new) == ("ticket:OPS-12", False)
    assert plain.new
    assert plain.key.startswith("text:")
    assert twin.key == f"{plain.key}-2"
    assert other.key != plain.key


def test_what_is_neither_stamped_nor_linked_is_known_by_its_document() -> None:
    def key(front: str, name: str = "pm.md", text: str = "fix") -> str:
        return read(Path(name), f"{front}# Actions\n- {text}\n".encode()).items[0].key

    front = "---\nid: pm-7\n---\n"
    assert key(front) == key(front, "moved.md") == key(front, text="**Fix** @kim")
    assert (
        len({key(front), key("---\nid: pm-8\n---\n"), key(""), key("", "other.md"), key(front, text="mend")})
        == 5
    )


@pytest.mark.parametrize(
    "text",
    [
        "- a\n  <!-- action:abcdefghjkmn -->",
        "- a <!--action: abcdefghjkmn-->\n  b",
        "| Action | Who |\n|-|-|\n| a <!-- action:abcdefghjkmn --> | |",
    ],
)
def test_an_id_is_found_where_an_editor_may_have_put_it(text: str) -> None:
    assert item(f"\n{text}").id == "abcdefghjkmn"


def test_an_id_that_was_copied_is_reported() -> None:
    found = document("# Actions\n- a <!-- action:abcdefghjkmn -->\n- b <!-- action:abcdefghjkmn -->\n")
    assert [str(p) for p in found.problems] == [
        "line 3: The item has the id of the one on line 2. Delete the copy's comment."
    ]


def test_front_matter() -> None:
    found = document("\ufeff---\r\nid: pm-7\r\ntags: [a]\r\n---\r\n# Actions\r\n- fix\r\n")
    assert (found.id, found.front) == ("pm-7", {"id": "pm-7", "tags": ["a"]})
    assert found.items[0].line == 6
    assert texts("---\nJust words.\n---\n# Actions\n- fix\n") == ["fix"]
    broken = document("---\nid: [\n---\n# Actions\n- fix\n")
    assert [i.line for i in broken.items] == [5]
    assert "The front matter is no YAML" in broken.problems[0].message
    for odd in ("a: !!timestamp x", "a: !!float"):
        (problem,) = read(Path("pm.md"), f"---\n{odd}\n---\n# Actions\n- fix\n".encode()).problems
        assert "The front matter is no YAML" in problem.message


@pytest.mark.parametrize("data", [b"\0\1# Actions\n- a", b"\x89PNG\xff", b"caf\xe9 without any", b""])
def test_what_is_no_text_says_nothing(data: bytes) -> None:
    assert read(Path("pm.md"), data) == Document(Path("pm.md"))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"# Actions\r\n- caf\xe9\r\n", r"pm.md is not UTF-8 \(line 2\), so it is not read\."),
        (b"# Actions\n" + b"- a\n" * 1_001, "pm.md has more than 1,000 action items, so it is not read."),
        (
            b"# Actions\n" + b"- " * 1_000 + b"a",
            "pm.md is nested more than 30 levels deep, so it is not read.",
        ),
        (
            b"# Actions\n" + b"> " * 1_000 + b"a",
            "pm.md is nested more than 30 levels deep, so it is not read.",
        ),
    ],
)
def test_what_is_refused_in_words(data: bytes, why: str) -> None:
    with pytest.raises(NotRead, match=why):
        read(Path("pm.md"), data)
