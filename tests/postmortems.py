"""An incident to write a post-mortem of, and hostile words to write it with."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from chatops import events as e
from chatops.actions.labels import Labels
from chatops.incident import fold
from chatops.postmortem.draft import Drafted, drafted
from chatops.postmortem.facts import Facts, front_of
from chatops.postmortem.template import render

INCIDENT = UUID("01938a3e-0000-7000-8000-000000000001")
START = datetime(2026, 11, 21, 11, 52, tzinfo=UTC)
PATH = Path("pm.md")
TIMES = {"detect": 720.0, "acknowledge": 180.0, "mitigate": 2880.0, "resolve": None}

#: What could begin, end or be something in Markdown, in a template, or for a reader of action items.
PIECES = (
    *(
        "<!--",
        "-->",
        "|",
        "\n",
        "\r\n",
        "`",
        "```\n",
        "\n# ",
        "## ",
        "- [ ] ",
        "\n\n",
        "    ",
        "\t",
        "\\",
        "---",
    ),
    *(
        "<!-- /chatops:timeline -->",
        "\n<!-- chatops:stats 0 -->\n",
        "<!-- action:abcdefghjkmn -->",
        "1. ",
        ">",
    ),
    *(
        "**Action items:**",
        "[x](y)",
        "![",
        "]",
        "&lt;",
        "<b>",
        "<script>",
        "</td>",
        "~~",
        "_",
        "*",
        "+ ",
        "==",
    ),
    *(
        "@bob",
        "OPS-12",
        "due 2026-01-01",
        "{{ title }}",
        "{% if %}",
        "https://e.com/a_b|x)",
        "None",
        "\u2028",
        "é",
    ),
)
HOSTILE = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=8).map("".join)


def events(
    *more: tuple[type[e.Event], Mapping[str, Any]], title: str = "Checkout returns 500s"
) -> list[e.Event]:
    """An incident's events, a minute apart: its declaration, and these."""
    kinds: tuple[tuple[type[e.Event], Mapping[str, Any]], ...] = (
        (e.Declared, {"number": 12, "title": title, "severity": "sev1", "services": ("checkout",)}),
        *more,
    )
    return [
        kind(
            **{
                "id": UUID(int=seq),
                "incident": INCIDENT,
                "seq": seq,
                "at": START + timedelta(minutes=seq - 1),
                "actor": "dana",
                **fields,
            }
        )
        for seq, (kind, fields) in enumerate(kinds, 1)
    ]


def facts(
    *more: tuple[type[e.Event], Mapping[str, Any]], title: str = "Checkout returns 500s", **times: float
) -> Facts:
    """What is known after these events."""
    known = events(*more, title=title)
    incident = fold(known)
    assert incident
    return Facts(incident, known, front_of(incident, known, timedelta(days=5)), TIMES | times)


def new(found: Facts, template: Path | None = None) -> Drafted:
    """The first draft."""
    rendered = render(template, found)
    return drafted(PATH, rendered.text.encode(), found, Labels(), rendered.parts)


def again(data: bytes | str, found: Facts) -> Drafted:
    """The draft, brought up to date."""
    data = data.encode() if isinstance(data, str) else data
    return drafted(PATH, data, found, Labels(), ("stats", "timeline", "action-items"))
