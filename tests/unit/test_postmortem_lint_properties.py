"""What holds of `postmortem lint` whatever a document says."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatops.actions.document import MOST_BYTES, NotRead
from chatops.postmortem.lint.check import Check, Terms
from chatops.postmortem.lint.rules import RULES
from chatops.remarks import Remark

TERMS = Terms(people=("dana", "("), review_within={"sev1": timedelta(days=5)})
CHECK = Check(TERMS, datetime(2026, 12, 1, tzinfo=UTC))
PIECES = st.sampled_from(
    [
        *(
            "# Post-mortem\n",
            "## Stats\n",
            "## Root cause\n",
            "## Lessons learned\n",
            "## Action items\n",
            "### Whys\n",
        ),
        *(
            "---\n",
            "review_due: 2026-01-01\n",
            "lint_ignore: [few-whys]\n",
            "severity: sev1\n",
            "id: 1\nincident: 2\n",
        ),
        *(
            "- ",
            "1. ",
            "  - ",
            "> ",
            "| ",
            "|--|--|\n",
            "```\n",
            "    ",
            "\n",
            "\n\n",
            "\r\n",
            "\t",
            "***\n",
            "===\n",
        ),
        *(
            "<!-- lint-ignore: few-whys -->",
            "<!--",
            "-->",
            "<p>",
            "</p>",
            "`",
            '"',
            "**",
            "_",
            "[a]: b\n",
            "[a]",
            "![i](u)",
        ),
        *(
            "why? ",
            "human error ",
            "the engineer forgot ",
            "careless ",
            "a: ?\n",
            "TBD\n",
            "@dana ",
            "due 2026-01-01 ",
        ),
        *(
            "\x00",
            "\x01",
            "\u2028",
            "\ufeff",
            "\x85",
            "e\u0301",
            "🙂",
            "OPS-1",
            "resolved_at: 2026-01-01\n",
            "- ?\n",
        ),
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=5), max_size=40).map("".join)


def checked(text: str) -> list[Remark]:
    try:
        return CHECK.remarks(Path("pm.md"), text.encode(), named=True) or []
    except NotRead:
        return []


@given(TEXTS)
@settings(max_examples=150)
def test_a_document_is_read_whatever_it_says(text: str) -> None:
    found = checked(text)
    last = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    assert all(1 <= one.line <= last for one in found)
    assert {one.rule for one in found} <= set(RULES)
    assert all(one.message and "\n" not in one.message.strip() for one in found)
    assert found == sorted(found, key=lambda one: one.line)
    assert CHECK.remarks(Path("pm.md"), text.encode(), named=False) in ([*found], None) or not found


@given(TEXTS)
def test_line_ends_do_not_matter(text: str) -> None:
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    assert checked(plain) == checked(plain.replace("\n", "\r\n"))


WORST = {
    "headings": "# Timeline\n",
    "subheadings": "## Root cause\n### Why\n",
    "comments": "<!-- lint-ignore: few-whys -->\n\n",
    "open comments": "<!--",
    "comments in bullets": "- <!-- lint-ignore: blaming -->careless\n",
    "rows": "| a | ? |\n",
    "figures": "a: ?\n",
    "spaces": "the     \t",
    "dots": "...",
    "quotes": '"',
    "people": "the engineer and the developer who ",
    "whys": "- why\n",
    "links": "[a](b) ",
    "bold": "**",
}


@pytest.mark.parametrize("piece", WORST.values(), ids=WORST)
def test_no_document_takes_for_ever(piece: str) -> None:
    head = "# Post-mortem\n\n## Stats\n\n| a | b |\n|--|--|\n" if piece.startswith("|") else "## Stats\n\n"
    size = MOST_BYTES // 16
    began = time.process_time()
    checked(head + piece * (size // len(piece)))
    assert time.process_time() - began < 3
