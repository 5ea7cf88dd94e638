"""Whatever a document holds: reading never raises, and stamping changes only the lines of new items."""

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from chatops.actions.document import MOST_BYTES, NotRead, read
from chatops.actions.model import Document, Item
from chatops.actions.stamp import stamped

PATH = Path("pm.md")
HEADINGS = (
    "## Action items",
    "# Follow-ups",
    "**Next steps:**",
    "Remediation\n---",
    "- **Actions:**",
    "## Timeline",
)
PIECES = (
    *(
        "- ",
        "* ",
        "1. ",
        "  - ",
        "\t- ",
        "> ",
        "- [ ] ",
        "- [x] ",
        "    ",
        "| ",
        " | ",
        "|",
        "|---|---|",
        "\\|",
    ),
    *(
        "fix",
        "Owner: Kim",
        "@dana",
        "due 2025-03-01",
        "03/04/2025",
        "OPS-12",
        "(done)",
        "None",
        "~~old~~",
        "Lee",
    ),
    *(
        "`",
        "```",
        "<!--",
        "-->",
        "<b",
        "<br>",
        "](",
        "[a](http://x/browse/OPS-1)",
        "{{ x }}",
        "h2. x",
        "\\",
        "é",
        "😀",
    ),
    *(
        "<!-- action:abcdefghjkmn -->",
        "**",
        "*",
        "&amp;",
        "Short term:",
        "<https://x/issues/1>",
        "---",
        "[x]: y",
    ),
)
ENDS = ("\n", "\r\n", "\r", "\n\n", " ", "")
LINE = st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=6).map(" ".join) | st.sampled_from(
    HEADINGS
)
DOCUMENTS = st.lists(st.tuples(LINE, st.sampled_from(ENDS)), max_size=14).map(
    lambda lines: "## Action items\n\n" + "".join(line + end for line, end in lines)
)
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def seen(item: Item) -> tuple[object, ...]:
    return (
        item.text,
        item.owner,
        item.due,
        item.ticket,
        item.done,
        item.line,
        item.kind,
        item.notes,
        item.section,
    )


def read_or_empty(data: bytes) -> Document:
    try:
        return read(PATH, data)
    except NotRead:
        return Document(PATH)


@QUICK
@given(st.binary(max_size=300) | DOCUMENTS.map(str.encode))
def test_nothing_makes_reading_raise(data: bytes) -> None:
    read_or_empty(b"---\n" + data)
    read_or_empty(data)


@QUICK
@given(DOCUMENTS.map(lambda text: text.encode(errors="replace")))
@example(b"# Actions\n- a <b\n- c\n")
@example(b"# Actions\n| a | b |\n|---|---|\n| 1 |\n| 1 | 2 | 3 |\n|| 2\n| 1 | |")
@example(b"# Actions\r- a `b\r\n- c <!-- x")
def test_stamping(data: bytes) -> None:
    document = read_or_empty(data)
    made = stamped(document, data)
    again = read_or_empty(made.data)
    # The same items, each with its id, but for those of which was said that they get none.
    assert [seen(item) for item in again.items] == [seen(item) for item in document.items]
    refused = {problem.line for problem in made.problems}
    assert [item for item in again.items if item.new and item.line not in refused] == []
    # No byte outside of their lines.
    changed = {item.stamped_line - 1 for item in made.items}
    before, after = (
        text.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n") for text in (data, made.data)
    )
    assert len(before) == len(after)
    assert {n for n, (old, new) in enumerate(zip(before, after, strict=True)) if old != new} == changed
    for char in (b"\r", b"\n"):
        assert data.count(char) == made.data.count(char)
    # And once is enough.
    assert stamped(again, made.data).data == made.data


@pytest.mark.parametrize(
    "body",
    [
        "- " * 1000 + "deep",
        "> " * 1000 + "deep",
        "".join("  " * depth + "- deep\n" for depth in range(1000)),
        "[" * 19_000,
        "- " + "*a **b " * 2_800,
        "- " + "`" * 19_000,
        "- " + "!" * 19_000 + "a",
        "- " + "owner: " * 2_800,
        "- " + "(@a " * 4_900,
        "- " + "http://" * 2_800,
        "- " + "<!--" * 4_900,
        "- " + "due 1 " * 3_300,
        "| a |\n|---|\n" + "| \\| |\n" * 900,
        "- x\r\n" * 900,
        "- " + "word " * 200_000,
    ],
)
def test_no_text_takes_long(body: str) -> None:
    text = f"# Actions\n{body}".encode()
    began = time.process_time()
    document = read_or_empty(text)
    stamped(document, text, make=iter(f"{n:012}" for n in range(10_000)).__next__)
    assert time.process_time() - began < 3


@pytest.mark.parametrize(
    "start",
    [
        "---\r\n" * 2 + "\r\n" * 5_000,
        "---\r\n" + "\r\n" * 5_000,
        "---\n" + "[" * 30_000 + "\n---\n",
        "---\n&a [*a]\n---\n",
    ],
)
def test_no_front_matter_takes_long_or_raises(start: str) -> None:
    began = time.process_time()
    read_or_empty(f"{start}# Actions\n- a".encode())
    assert time.process_time() - began < 3


def test_what_is_too_large_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(NotRead, match=r"pm.md has 50,000,010 bytes; at most 1,048,576 are read\."):
        read(PATH, b"# Actions\n" + b"x" * 50_000_000)
    assert MOST_BYTES < 50_000_000
