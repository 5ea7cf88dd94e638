"""What is taken from a post-mortem's file, and what people read of its page."""

import pytest

from chatops_confluence.document import Document
from chatops_confluence.reading import differences, lines_of
from chatops_confluence.storage import storage


@pytest.mark.parametrize(
    ("document", "front", "text"),
    [
        ("---\nid: x\n---\nWords\n", {"id": "x"}, "Words\n"),
        ("\ufeff---\r\nid: x\r\n--- \r\nWords\r\n", {"id": "x"}, "Words\r\n"),
        ("---\rid: x\r...\rWords", {"id": "x"}, "Words"),
        ("---\n# nothing\n---\nWords", {}, "Words"),
        ("---\nid: [\n---\nWords", {}, "Words"),
        ("---\nid: !!timestamp x\n---\nWords", {}, "Words"),
        ("---\nid: !!float\n---\nWords", {}, "Words"),
        ("---\n\nAn introduction\n\n---\nWords", {}, "---\n\nAn introduction\n\n---\nWords"),
        ("---\n- a list\n---\n", {}, "---\n- a list\n---\n"),
        ("\ufeffWords", {}, "Words"),
        ("---\nnever closed\n", {}, "---\nnever closed\n"),
    ],
)
def test_front_matter_is_read_and_what_only_looks_like_it_is_shown(
    document: str, front: dict[str, object], text: str
) -> None:
    assert Document.of(document) == Document(front, text)


def test_what_is_read_on_a_page_has_a_line_for_each_block() -> None:
    body = storage(
        "## Fault\n\nA *disk*\nwas full.\n\n- [x] one\n- two\n\n|a|b|\n|--|--|\n|1|2|\n\n```\nx\ny\n```"
    )
    assert lines_of(body) == [
        "## Fault",
        "A disk",
        "was full.",
        "[x] one",
        "- two",
        "| a | b",
        "| 1 | 2",
        "x",
        "y",
    ]


def test_differences_are_lines_and_where_only_the_markup_differs_that() -> None:
    assert differences("<p>a</p><p>b</p>", "<p>a</p><p>c</p>") == "- b\n+ c"
    assert "<em" in differences("<p>a</p>", "<p><em>a</em></p>")
    assert differences("<p>-- a</p>", "<p>b</p>") == "- -- a\n+ b"
