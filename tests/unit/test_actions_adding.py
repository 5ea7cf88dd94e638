"""An item is added in the style of its document, reads back as it was meant, and changes no other byte."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chatops.actions import tickets
from chatops.actions.adding import Added, added
from chatops.actions.document import NotRead, read
from chatops.actions.labels import Labels
from chatops.actions.markup import code, escaped
from chatops.actions.model import Item, Ticket
from chatops.actions.places import Place
from chatops.text import one_line
from tests.items import BROWSE, DAY, texts
from tests.kit import shared

ID = "abcdefghjkmn"
STAMP = f" <!-- action:{ID} -->"
FILES = sorted(shared("data/postmortems").glob("PM*.md"))
HOSTILE = (
    *("Done: x", "ask @sam about it", "@sam: look", "fix OPS-5 by 2025-03-01", "call foo() now", "[ ] box"),
    *(
        "1. one",
        "- dash",
        "+ plus",
        "# heading",
        "--- x",
        "a_b _c_ __d__",
        "<!-- x -->",
        "<script>x</script>",
    ),
    *("{{ 7 * 7 }}", "$x$ ~~y~~", "ends with -", "ends:", "Short term:", "| pipe | a\\|b \\", "``` fence"),
    *("&amp; &lt;", "![i](j) [k](l)", "http://x.example/a?b=c", "due 2025-01-01", "Owner: Bob", "x <br> y"),
    *("✅ ok", "(done)", "x (@a, OPS-1)", f"a {STAMP}", "[x]: https://x.example", "a\\", "`a` ``b"),
)


def item(
    text: str = "Alert", owner: str | None = "dana", due: date | None = DAY, ticket: Ticket | None = None
) -> Item:
    place = {"key": "", "line": 0, "stamped_line": 0, "kind": "bullet", "section": ""}
    return Item(**place, text=text, owner=owner, due=due, ticket=ticket, id=ID)  # type: ignore[arg-type]


def add(text: str, new: Item, labels: Labels | None = None) -> Added:
    data = text.encode()
    return added(read(Path("pm.md"), data, labels), data, new, labels)


def is_inserted(line: str, text: str, new: Item, labels: Labels | None = None) -> bool:
    """Whether this is what is new in the document, all of it in one place."""
    after = add(text, new, labels).data.decode()
    ways = (after[:at] + after[at + len(line) :] for at in range(len(after)) if after.startswith(line, at))
    return text in ways


SAID = f"Alert (@dana, due 2025-03-31){STAMP}\n"


@pytest.mark.parametrize(
    ("before", "line"),
    [
        ("# Actions\n- a\n", f"- {SAID}"),
        ("# Actions\n* [x] a\n  - note\n* [ ] b\n\nWords\n", f"* [ ] {SAID}"),
        ("# Actions\n1. a\n2. b\n", f"3. {SAID}"),
        ("# Actions\n1) a\n1) b\n", f"1) {SAID}"),
        ("# Actions\n- a\n\n- b\n", f"\n- {SAID}"),
        ("# Actions\n- Short term:\n  - a\n- Long term:\n\t- b\n", f"\t- {SAID}"),
        ("- **Action item:** a\n- other\n", f"- **Action item:** {SAID}"),
        ("Words\n", f"\n## Action items\n\n- [ ] {SAID}"),
        ("Words\n\n", f"## Action items\n\n- [ ] {SAID}"),
        ("", f"## Action items\n\n- [ ] {SAID}"),
        ("## Actions\n\n_To be written._\n\n## More\n", f"\n- [ ] {SAID}"),
        ("## Actions\n## More\n", f"\n- [ ] {SAID}\n"),
        ("# Actions\n- a\n  - note\n\n  more\n\nEnd\n", f"- {SAID}"),
        ("# Actions\n- a\n\n**Done:**\n\n- x\n", f"- {SAID}"),
    ],
)
def test_it_has_the_style_of_the_others(before: str, line: str) -> None:
    assert is_inserted(line, before, item())


def test_lines_end_as_the_others_do() -> None:
    assert is_inserted(f"\r\n- {SAID[:-1]}\r\n", "# Actions\r\n- a", item())
    assert is_inserted(f"- {SAID[:-1]}\r", "# Actions\r- a\r", item())


@pytest.mark.parametrize(
    ("table", "row"),
    [
        (
            "| # | Action | Owner | Due | Ticket | Status |\n|-|-|-|-|-|-|\n| 9 | a | @bob | | | Done |\n",
            f"| 10 | Alert | @dana | 2025-03-31 | OPS-12 | Open{STAMP} |\n",
        ),
        (
            "| # | Action | Priority |\n|-|-|-|\n| 9 | a | 1 |\n",
            f"| 10 | Alert (@dana, due 2025-03-31, OPS-12) |{STAMP} |\n",
        ),
        (
            "Action | Who\n--- | ---\nlong enough | Bob\n",
            f"Alert (due 2025-03-31, OPS-12) | dana{STAMP}\n",
        ),
        (
            "| Owner | Action |\n|--|--|\n| Bob | a |\n",
            f"| dana | Alert (due 2025-03-31, OPS-12){STAMP} |\n",
        ),
    ],
)
def test_a_table_gets_a_row(table: str, row: str) -> None:
    assert is_inserted(row, f"# Actions\n\n{table}", item(ticket=Ticket("OPS-12")))


@pytest.mark.parametrize("owner", [None, "dana", "dana.smith", "Dana Okafor", "d@example.com", "Ångström"])
@pytest.mark.parametrize("due", [None, DAY])
@pytest.mark.parametrize("url", [None, BROWSE, "https://other.example/x_y"])
@pytest.mark.parametrize("before", ["# Actions\n- a\n", "# Actions\n\n| What | Who |\n|--|--|\n| a | b |\n"])
def test_fields_are_read_as_they_were_said(
    owner: str | None, due: date | None, url: str | None, before: str
) -> None:
    ticket = tickets.of_url(url) if url else None
    made = add(before, item(owner=owner, due=due, ticket=ticket)).item
    assert (made.text, made.owner, made.due) == ("Alert", owner, due)
    assert (made.ticket and made.ticket.key) == (ticket and ticket.key)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(
    "before", ["# Actions\n- a\n", "# Actions\n\n| What | Who |\n|--|--|\n| a | b |\n", "no\n"]
)
def test_words_are_read_as_they_were_said(text: str, before: str) -> None:
    words = one_line(text)
    made = add(before, item(words))
    assert (made.item.text, made.item.owner, made.item.due, made.item.done) == (words, "dana", DAY, False)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=60))
@example("a" * 5000)
@example("_" * 200 + "x")
def test_words_come_back_or_nothing_is_written(text: str) -> None:
    words = one_line(text) or "x"
    try:
        made = add("# Actions\n- first\n", item(words))
    except NotRead:
        return
    assert made.item.text == words


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name[:10])
def test_a_real_post_mortem_gets_one_more(path: Path) -> None:
    data = path.read_bytes()
    before = read(path, data)
    made = added(before, data, item("Take *care* of `it`", "Dana Okafor"))
    at = made.data.index(b"Take")
    at = made.data.rindex(b"\n", 0, at) + 1
    after = read(path, made.data)
    assert len(after.items) == len(before.items) + 1
    rest = made.data.replace(made.data[at : made.data.index(b"\n", at) + 1], b"", 1)
    assert rest.replace(b"\n", b"") == data.replace(b"\n", b"") or not before.items


def test_a_heading_of_the_team_is_its_section() -> None:
    own = Labels(["What we change"])
    assert is_inserted(f"\n- [ ] {SAID}", "# What we change\n\nAfter\n", item(), own)


def test_where_it_would_not_be_read_nothing_is_written() -> None:
    with pytest.raises(NotRead, match="would not be read there as it was meant"):
        add("# Actions\n- a\n", item("None"))
    with pytest.raises(NotRead, match="by hand"):
        add("```\nopen code\n", item())


def test_where_others_would_be_read_otherwise_nothing_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "# Actions\n- first word\n"
    amid = Place(text.index(" word"), b"\n", b"## Other\n", "- ", "  ", "\n")
    monkeypatch.setattr("chatops.actions.adding.places", lambda *_: [amid])
    with pytest.raises(NotRead, match="as it was meant"):
        add(text, item())


def test_code_and_escapes_show_the_words() -> None:
    for text in HOSTILE:
        words = one_line(text)
        assert texts(f"# Actions\n- [ ] {code(words)}") == [words]
    assert escaped("snake_case, 1.5 and a-b") == "snake_case, 1.5 and a-b"
