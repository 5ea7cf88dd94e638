"""Markdown in the storage format: what each element becomes, and that it is always well-formed."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops_confluence.document import Document
from chatops_confluence.markup import NotStorage, read
from chatops_confluence.storage import storage
from tests.kit import shared

NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
BASE = "https://git.example.com/ops/blob/main/postmortems/inc-1.md"


class Seen:
    """The elements and the text of a page."""

    def __init__(self, body: str) -> None:
        self.tags: list[str] = []
        self.text = self.attributes = ""
        assert NO_XML.search(body) is None
        read(body, self)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.tags.append(tag)
        self.attributes += " ".join(attributes.values())

    def end(self, tag: str) -> None:
        self.text += " "

    def data(self, text: str) -> None:
        self.text += text


@pytest.mark.parametrize(
    ("markdown", "wanted"),
    [
        ("## Fault", "<h2>Fault</h2>"),
        ("one\ntwo  \nthree", "<p>one\ntwo<br/>three</p>"),
        (
            "**b** *i* ~~s~~ `c<`",
            (
                '<p><strong>b</strong> <em>i</em> <span style="text-decoration: line-through;">s</span>'
                " <code>c&lt;</code></p>"
            ),
        ),
        ("> quoted", "<blockquote><p>quoted</p></blockquote>"),
        ("---", "<hr/>"),
        ("- a\n  - b\n    1. c\n- d", "<ul><li>a<ul><li>b<ol><li>c</li></ol></li></ul></li><li>d</li></ul>"),
        ("3. three\n4. four", '<ol start="3"><li>three</li><li>four</li></ol>'),
        ("- a\n\n  b", "<ul><li><p>a</p><p>b</p></li></ul>"),
        (
            "| a | b |\n|:-:|--:|\n| 1\\|2 | `x\\|y`<br>z |",
            (
                '<table><tbody><tr><th style="text-align: center;">a</th>'
                '<th style="text-align: right;">b</th></tr><tr><td style="text-align: center;">1|2</td>'
                '<td style="text-align: right;"><code>x|y</code><br/>z</td></tr></tbody></table>'
            ),
        ),
        ("AT&T &amp; &lt;b&gt; &copy;", "<p>AT&amp;T &amp; &lt;b&gt; \N{COPYRIGHT SIGN}</p>"),
        ("<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>"),
        ("a <b>raw</b> c", "<p>a &lt;b&gt;raw&lt;/b&gt; c</p>"),
        ("<div>\nx\n</div>", "<p>&lt;div&gt;<br/>x<br/>&lt;/div&gt;</p>"),
        ("{code} $x {{y}} <ac:link />", "<p>{code} $x {{y}} &lt;ac:link /&gt;</p>"),
    ],
)
def test_elements(markdown: str, wanted: str) -> None:
    assert storage(markdown) == wanted


@pytest.mark.parametrize(
    ("markdown", "wanted"),
    [
        ("<!-- chatops:stats -->\n## Stats\n<!-- /chatops:stats -->", "<h2>Stats</h2>"),
        ("- Do it <!-- action:01ab -->", "<ul><li>Do it </li></ul>"),
        ("<!-- a\nb --> after", "<p>after</p>"),
        ("<!-- one --> <!-- two -->", ""),
        ("`<!-- shown -->`", "<p><code>&lt;!-- shown --&gt;</code></p>"),
    ],
)
def test_comments_are_for_nobody(markdown: str, wanted: str) -> None:
    assert storage(markdown) == wanted


def test_boxes_are_tasks_and_what_is_mixed_becomes_several_lists() -> None:
    found = storage("- [ ] open `x`\n  - detail\n- [X] done\n- plain\n- [ ]")
    assert found == (
        "<ac:task-list><ac:task><ac:task-id>1</ac:task-id><ac:task-status>incomplete</ac:task-status>"
        "<ac:task-body>open <code>x</code><ul><li>detail</li></ul></ac:task-body></ac:task>"
        "<ac:task><ac:task-id>2</ac:task-id><ac:task-status>complete</ac:task-status>"
        "<ac:task-body>done</ac:task-body></ac:task></ac:task-list><ul><li>plain</li></ul>"
        "<ac:task-list><ac:task><ac:task-id>3</ac:task-id><ac:task-status>incomplete</ac:task-status>"
        "<ac:task-body></ac:task-body></ac:task></ac:task-list>"
    )


@pytest.mark.parametrize(
    ("info", "language"),
    [
        ("sh", "bash"),
        ("Python", "python"),
        ("yml title=x", "yaml"),
        ("{.json}", "json"),
        ("brainfuck", ""),
        ("", ""),
    ],
)
def test_code_is_a_macro_in_a_language_that_it_knows(info: str, language: str) -> None:
    found = storage(f"```{info}\na < b ]]> c\n\n```")
    said = f'<ac:parameter ac:name="language">{language}</ac:parameter>' if language else ""
    assert found == (
        f'<ac:structured-macro ac:name="code" ac:schema-version="1">{said}<ac:plain-text-body>'
        "<![CDATA[a < b ]]]]><![CDATA[> c\n]]></ac:plain-text-body></ac:structured-macro>"
    )
    assert "a < b ]]> c" in Seen(found).text


@pytest.mark.parametrize(
    ("markdown", "base", "wanted"),
    [
        ("[a](https://x.y/?q=1&r=2)", "", '<a href="https://x.y/?q=1&amp;r=2">a</a>'),
        ("<https://x.y/z>", "", '<a href="https://x.y/z">https://x.y/z</a>'),
        ("see https://x.y/z(1), and", "", 'see <a href="https://x.y/z(1">https://x.y/z(1</a>), and'),
        ("[a](mailto:a@b.c)", "", '<a href="mailto:a@b.c">a</a>'),
        ("[a](../b.md)", "", "a (<code>../b.md</code>)"),
        ("[a](../b.md)", BASE, '<a href="https://git.example.com/ops/blob/main/b.md">a</a>'),
        ("[a](ftp://x.y)", "", "a"),
        ("[a](//x.y/z)", BASE, "a"),
        ("[a](http://[x)", "", "a"),
        ("[a](#nowhere)", BASE, "a"),
        ("[a](javascript:alert)", "", "[a](javascript:alert)"),
        (
            "![alt](https://x.y/a.png)",
            "",
            '<ac:image ac:alt="alt"><ri:url ri:value="https://x.y/a.png"/></ac:image>',
        ),
        ("![alt](a.png)", "", "alt (<code>a.png</code>)"),
        (
            "![alt](a.png)",
            BASE,
            '<a href="https://git.example.com/ops/blob/main/postmortems/a.png">alt</a>',
        ),
        ("[![alt](a.png)](https://x.y)", BASE, '<a href="https://x.y">alt</a>'),
    ],
)
def test_links_and_images_lead_where_they_can(markdown: str, base: str, wanted: str) -> None:
    found = storage(markdown, base)
    # Which address of these two is meant, nobody can tell.
    assert found == f"<p>{wanted}</p>" or "http://[x" in markdown


def test_a_link_within_the_document_leads_to_its_heading() -> None:
    found = storage("[why](#root-cause-1)\n\n## Root cause\n\n## Root *cause*")
    assert '<ac:link ac:anchor="root-cause-1"><ac:link-body>why</ac:link-body></ac:link>' in found
    assert found.endswith(
        '<h2>Root cause</h2><h2><ac:structured-macro ac:name="anchor" ac:schema-version="1">'
        '<ac:parameter ac:name="">root-cause-1</ac:parameter></ac:structured-macro>Root <em>cause</em></h2>'
    )


def test_a_heading_without_a_letter_takes_no_links_to_itself() -> None:
    found = storage("## !!!\n\n[x](https://x.example/a) [y](#)")
    assert found == '<h2>!!!</h2><p><a href="https://x.example/a">x</a> y</p>'


def test_the_first_title_is_the_pages_own() -> None:
    assert storage("<!-- x -->\n# Post-mortem: x\n\n# Another") == "<h1>Another</h1>"
    assert storage("Words\n\n# Title") == "<p>Words</p><h1>Title</h1>"


@pytest.mark.parametrize(
    "character", ["\x00", "\x08", "\x1b", "\ufffe", "\uffff", "\ud800", "&#x1;", "&#xffff;"]
)
def test_characters_that_xml_has_not_are_left_out(character: str) -> None:
    for markdown in (
        f"a{character}b",
        f"`a{character}b`",
        f"[a](https://x.y/{character})",
        f"    a{character}",
    ):
        Seen(storage(markdown)).text.encode()


@pytest.mark.parametrize(
    "nested", ["> " * 3000 + "x", "- " * 3000 + "x", "*" * 3000 + "x", "[" * 3000, "`" * 3000]
)
def test_what_is_nested_too_deep_breaks_nothing(nested: str) -> None:
    Seen(storage(nested))


PIECES = st.sampled_from(
    [
        *(
            "# ",
            "## ",
            "- ",
            "- [ ] ",
            "- [x] ",
            "1. ",
            "> ",
            "    ",
            "\n",
            "\n\n",
            "| a | b |\n|--|:-:|\n| ",
            " | ",
        ),
        *(
            "```",
            "```sh\n",
            "`",
            "**",
            "*",
            "_",
            "~~",
            "[",
            "](",
            ")",
            "![",
            "<",
            ">",
            "&",
            "]]>",
            "<![CDATA[",
            "<br>",
        ),
        *(
            "<!--",
            "-->",
            "<ac:task>",
            "</p>",
            "&nbsp;",
            "&#0;",
            "https://x.y/",
            "#a",
            "a",
            "'",
            '"',
            "\\",
            "\x00",
            "---",
        ),
    ]
)


@given(st.lists(PIECES | st.text(max_size=8), max_size=60))
def test_any_markdown_is_well_formed(pieces: list[str]) -> None:
    Seen(storage("".join(pieces)))


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r"), max_size=80))
def test_code_is_shown_as_it_is(text: str) -> None:
    shown = "".join(
        c for c in text if c in "\t\n" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff"
    )
    fence = "~" * 90
    found = Seen(storage(f"{fence}\n{text}\n{fence}")).text
    # Markdown has no NUL: it becomes the character for what cannot be read.
    assert found.rstrip() == shown.replace("\x00", "\ufffd").rstrip() or "\x00" in text


def documents() -> list[Path]:
    """The real post-mortems."""
    return sorted(path for path in shared("data/postmortems").glob("*.md"))


def test_every_word_of_the_real_post_mortems_is_on_their_pages() -> None:
    found = documents()
    assert len(found) > 37
    for path in found:
        text = Document.of(path.read_text("utf-8")).text
        page = Seen(storage(text, BASE))
        seen = page.text + page.attributes
        # A table's line, an address and an entity are spelled in other ways, and the title is the page's own.
        written = re.sub(r"<!--.*?-->|\A# .*", "", text, flags=re.DOTALL if "<!--" in text else 0)
        words = set(re.findall(r"(?<![&\w])[^\W_]{4,}(?![\w;])", written))
        assert {word for word in words if word not in seen} == set(), path.name


@pytest.mark.parametrize(
    "body", ["<p>", "a < b", "<p>&unknown;</p>", '<!DOCTYPE x [<!ENTITY a "b">]><p/>', "</page><page>"]
)
def test_what_is_not_well_formed_is_said_to_be_so(body: str) -> None:
    with pytest.raises(NotStorage):
        Seen(body)
