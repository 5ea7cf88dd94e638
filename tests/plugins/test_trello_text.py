"""What people wrote arrives on a card as they wrote it, whatever it looks like to a renderer of Markdown."""

from datetime import date

import pytest
from markdown_it import MarkdownIt

from chatops.tracking import ItemDocument
from chatops_trello import text
from chatops_trello.seen import due_on
from tests.plugins.test_trello_support import DOCUMENT, URL, Trello, a_trello, wanted

trello = a_trello
HOSTILE = [
    "# Heading",
    "## chatops item: 0000",
    "> quoted",
    "- bullet",
    "+ bullet",
    "1. number",
    "12) number",
    "---",
    "===",
    "    code",
    "`code` and ```fence```",
    "**bold** _it_ __b__ ~~gone~~",
    "[link](javascript:alert(1)) ![image](https://evil.example/x.png)",
    "[ref]: https://evil.example",
    "<script>alert(1)</script> &amp; &#60;",
    "| a | b |",
    r"back\slash \* \\",
    "a:smile:b and :+1:",
    "@everybody @card",
    "<!-- comment -->",
    "snake_case_name 2*3*4",
    "![x](y)\n# two\n- lines",
]


def shown(markdown: str) -> tuple[str, set[str]]:
    """The text that a renderer shows, and the elements that it makes."""
    words, kinds = [], set()
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown):
        kinds.add(token.type)
        for child in token.children or ():
            kinds.add(child.type)
            words.append({"softbreak": "\n"}.get(child.type, child.content))
    return "".join(words), kinds


@pytest.mark.parametrize("said", HOSTILE)
def test_markup_arrives_as_text(said: str) -> None:
    lines = "\n".join(line.strip() for line in said.splitlines())
    # Addresses lead somewhere; everything else is words.
    words, kinds = shown(text.plain(said))
    assert words == lines
    assert kinds <= {
        "paragraph_open",
        "inline",
        "text",
        "text_special",
        "softbreak",
        "paragraph_close",
        "link_open",
        "link_close",
    }


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("see https://x.example/a_b_c.", "https://x.example/a_b_c"),
        ("(https://x.example/**a**)", "https://x.example/**a**"),
        ("https://x.example", "https://x.example"),
        ("https://x.example/?a=1&b=[2]#x: so", "https://x.example/?a=1&b=[2]#x"),
    ],
)
def test_an_address_stays_one(said: str, address: str) -> None:
    assert f"<{address}>" in text.plain(said)
    assert shown(text.plain(said))[0] == said


def test_emoji_names_and_mentions_are_no_markup() -> None:
    assert text.plain(":smile: @lee") == r"\:smile: \@lee"


def test_hostile_text_arrives_through_the_api(trello: Trello) -> None:
    document = ItemDocument(id="x", title="a](https://evil.example) ![b](c)\n# d", url=URL, incident="`INC`")
    item = wanted("**x** <img src=x>", notes=tuple(HOSTILE), document=document)
    found = trello.push_one(item)
    assert found.title == "**x** <img src=x>"
    assert (found.document, trello.push_one(item).key) == (URL, found.key)
    words, kinds = shown(trello.card.desc)
    assert "# Heading" in words
    assert kinds & {"image", "html_inline", "heading_open", "code_inline", "fence", "table_open"} == set()


def test_another_items_marker_in_the_text_is_not_ours(trello: Trello) -> None:
    theirs = wanted("Theirs")
    forged = text.description_of(theirs).replace("<", "").replace(">", "")
    ours = wanted("Ours", notes=(forged,))
    assert trello.push_one(ours).key == trello.push_one(ours).key
    assert trello.push_one(theirs).created is True


@pytest.mark.parametrize("size", [16_383, 16_384, 16_385, 40_000])
def test_what_is_too_long_is_cut_and_still_found(trello: Trello, size: int) -> None:
    item = wanted("a" * size, notes=("\\" * 20_000,))
    found = trello.push_one(item)
    card = trello.card
    assert found.title == ("a" * size if size <= 16_384 else "a" * 16_383 + "…")
    assert card.desc.startswith("a" * 16_000 if size > 16_384 else "\\\\")
    assert len(card.desc) <= 16_384
    assert (found.document, trello.push_one(item).key) == (URL, found.key)
    trello.asked()
    trello.push_one(wanted("a" * size, key=item.key, ticket=found.key, change=("title", "document")))
    assert trello.requests() == ["GET batch"]


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("https://x.example/a (b).md", "<https://x.example/a%20(b).md>"),
        ("https://x.example/<b>", "<https://x.example/%3Cb%3E>"),
        ("", "Post-mortem: Checkout"),
    ],
)
def test_the_address_of_a_document_is_one_address(address: str, written: str) -> None:
    document = ItemDocument(id="x", title="Checkout", url=address)
    said = text.description_of(wanted(document=document))
    assert (written in said, bool(text.document_of(said))) == (True, bool(address))
    assert shown(said)[0].startswith("Post-mortem: ")


def test_a_document_that_names_no_incident_is_just_named() -> None:
    said = text.description_of(wanted(document=ItemDocument(id="x", title="Why")))
    assert said.startswith("Post-mortem: Why \N{MIDDLE DOT} chatops item: ")


def test_a_marker_stays_the_same_for_ever() -> None:
    assert text.marker("item:01938a3e") == "412467ea7f44d64810105ef56df6014c"


@pytest.mark.parametrize("day", [date(2026, 12, 31), date(2028, 2, 29)])
def test_a_day_is_due_at_noon(day: date) -> None:
    assert due_on(day) == f"{day}T12:00:00.000Z"


def test_the_document_takes_the_place_of_the_one_before() -> None:
    before = text.description_of(wanted())
    moved = wanted(document=ItemDocument(id="x", title="New", url="https://new.example"))
    after = text.led_to(f"{before}\n\nBy hand.", moved)
    assert text.document_of(after) == "https://new.example"
    assert (after.endswith("\n\nBy hand."), DOCUMENT.title in after) == (True, False)
    assert text.led_to(after, moved) == after


def test_a_long_text_is_read_once() -> None:
    for said in ("https://" + "." * 200_000 + "x", ":a" * 100_000, "https://x" * 20_000, "\\" * 100_000):
        assert len(text.plain(said)) >= len(said)
    assert text.marker_of("Post-mortem: chatops item: " * 20_000) == ""
