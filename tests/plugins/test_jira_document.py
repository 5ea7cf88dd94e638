"""Texts for Jira: documents, markup, and what is cut."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops_jira.document import TEXT_LIMIT, one_line, written
from chatops_jira.sandbox.adf import faults
from chatops_jira.wiki import escaped, span
from tests.plugins.test_jira_support import texts


def document(words: str) -> Any:
    return written([], cloud=True, words=words)


def test_paragraphs_lines_and_addresses() -> None:
    assert document("One\ntwo\n\n\nSee https://example.com/a_b?c=d.") == {
        "type": "doc",
        "version": 1,
        "content": [
            {
                "type": "paragraph",
                "content": [
                    {"type": "text", "text": "One"},
                    {"type": "hardBreak"},
                    {"type": "text", "text": "two"},
                ],
            },
            {
                "type": "paragraph",
                "content": [
                    {"type": "text", "text": "See "},
                    {
                        "type": "text",
                        "text": "https://example.com/a_b?c=d",
                        "marks": [{"type": "link", "attrs": {"href": "https://example.com/a_b?c=d"}}],
                    },
                    {"type": "text", "text": "."},
                ],
            },
        ],
    }


@pytest.mark.parametrize(
    "hostile", ["javascript:alert(1)", "[x|http:y]", "<b>x</b>", '{"type":"panel"}', "\x00"]
)
def test_nothing_in_words_is_markup(hostile: str) -> None:
    (paragraph,) = document(f"a {hostile}")["content"]
    assert paragraph["content"] == [{"type": "text", "text": f"a {hostile}"}]


@pytest.mark.parametrize("cloud", [True, False])
@pytest.mark.parametrize("word", ["word ", "a\n", "x", "😀 ", "{a}", "https://example.com/ "])
def test_what_is_too_long_is_cut_with_a_notice(word: str, *, cloud: bool) -> None:
    made = written([], cloud=cloud, words=f"begin {word * (40_000 // len(word))}end")
    shown = texts(made) if cloud else made
    size = len((json.dumps(made, ensure_ascii=False) if cloud else made).encode("utf-16-le")) // 2
    assert size <= TEXT_LIMIT
    assert shown.startswith("begin")
    assert "The text was cut here" in shown
    assert size > TEXT_LIMIT * 0.99


def test_what_just_fits_is_whole() -> None:
    words = "word " * 6_000 + "end"
    assert texts(document(words)).strip() == words


def test_a_line_is_cut_at_a_word() -> None:
    assert one_line("a  b\nc") == "a b c"
    assert one_line("word " * 100) == "word " * 49 + "word…"
    assert len(one_line("x" * 300)) == 255
    assert len(one_line("😀" * 300).encode("utf-16-le")) // 2 <= 255


@pytest.mark.parametrize(
    ("hostile", "harmless"),
    [
        ("{html}<script>", "\\{html\\}<script>"),
        ("[~admin]", "\\[\\~admin\\]"),
        ("!https.png!", "\\!https.png\\!"),
        ("h1. Loud", "h1&#46; Loud"),
        ("bq. said", "bq&#46; said"),
        ("* one", "\\* one"),
        ("# one", "\\# one"),
        ("----", "\\-\\-\\-\\-"),
        ("||a|b||", "\\|\\|a\\|b\\|\\|"),
        ("*bold* _it_", "\\*bold\\* \\_it\\_"),
        ("C:\\{x}", "C:&#92;\\{x\\}"),
        ("snake_case is well-known", "snake_case is well-known"),
        ("2 + 2 = 4; a+b", "2 \\+ 2 = 4; a+b"),
    ],
)
def test_markup_in_words_is_shown_as_it_is(hostile: str, harmless: str) -> None:
    assert escaped(hostile) == harmless


def test_a_link_cannot_be_left_early() -> None:
    shown = span("a|b", href="https://example.com/x|y]{html}")
    assert shown == "[a\\|b|https://example.com/x%7Cy%5D%7Bhtml%7D]"


@given(st.text())
def test_any_words_make_a_sound_document(words: str) -> None:
    assert list(faults(written([], cloud=True, words=words))) == []


@given(st.text(alphabet="{}[]|!#*_-+^~?\\h1bq. ax\n"))
def test_any_words_make_harmless_markup(words: str) -> None:
    """What opens a macro, a link, an image or a table never stands without its backslash."""
    plain = escaped(words).replace("&#92;", "").replace("&#46;", "")
    assert [m for m in "{}[]|!#" if m in plain.replace(f"\\{m}", "")] == []
