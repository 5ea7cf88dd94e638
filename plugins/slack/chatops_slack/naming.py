"""What the channel of an incident is called."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from chatops import Incident

#: Slack's limit (docs.slack.dev, conversations.create).
LONGEST: Final = 80
#: How many names are tried until somebody has to look into it.
MOST: Final = 20


def names(template: str, incident: Incident) -> Iterator[str]:
    """The names that the channel may have, the best first: `inc-12-checkout`, `inc-12-checkout-2`..."""
    base = name(template, incident)
    yield base
    for number in range(2, MOST + 1):
        suffix = f"-{number}"
        yield base[: LONGEST - len(suffix)].rstrip("-_") + suffix


def name(template: str, incident: Incident) -> str:
    """The template with the incident's own words, as Slack takes it: lowercase letters, digits, - and _."""
    said = template.format(
        number=incident.number,
        title=plain(incident.title),
        severity=plain(incident.severity),
        date=f"{incident.declared_at:%Y-%m-%d}",
    )
    return plain(said)[:LONGEST].rstrip("-_") or f"inc-{incident.number}"


def plain(text: str) -> str:
    """The text in lowercase ASCII letters, digits, - and _; accents are left out, the rest is a hyphen."""
    letters = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return re.sub("-+", "-", re.sub("[^a-z0-9_-]", "-", letters.lower())).strip("-_")
