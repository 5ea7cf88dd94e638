"""What the page calls things, and what it makes of the words that it is given."""

import base64
import hashlib
import re
from datetime import datetime, timedelta
from uuid import UUID

from markupsafe import Markup, escape

STATUS = {
    "investigating": "Investigating",
    "identified": "Identified",
    "monitoring": "Monitoring",
    "resolved": "Resolved",
    "postmortem": "Post-mortem",
}
COMPONENT = {
    "operational": "Operational",
    "under_maintenance": "Under maintenance",
    "degraded_performance": "Degraded performance",
    "partial_outage": "Partial outage",
    "major_outage": "Major outage",
}
IMPACT = {
    "none": "No impact",
    "minor": "Minor impact",
    "major": "Major impact",
    "critical": "Critical impact",
}
#: The banner while an incident is open, by the worst impact.
HEADLINE = {
    "none": "Ongoing incident",
    "minor": "Minor service disruption",
    "major": "Major service disruption",
    "critical": "Critical service outage",
}
#: As Statuspage describes the state of a page as a whole.
INDICATOR = {
    "none": "All Systems Operational",
    "maintenance": "Service Under Maintenance",
    "minor": "Minor Service Outage",
    "major": "Partial System Outage",
    "critical": "Major Service Outage",
}

# What XML, and so the feed, cannot hold at all.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ADDRESS = re.compile(r"(https?://[^\s<>\"'`\\^{}|]*[^\s<>\"'`\\^{}|.,:;!?)\]])")


def short_id(name: UUID | str) -> str:
    """Twelve letters and digits, as Statuspage's ids are, always the same for the same name.

    Our own ids begin with the time of their making, and when an incident was declared internally is
    nothing that customers are told.
    """
    digest = hashlib.sha256(f"status_html {name}".encode()).digest()
    return base64.b32encode(digest)[:12].decode().lower()


def printable(text: str) -> str:
    """The text without the characters that no page or feed can hold."""
    return _UNPRINTABLE.sub("", text)


def linked(text: str) -> Markup:
    """The text, escaped, with its http and https addresses as links."""
    parts = _ADDRESS.split(text)
    return Markup("").join(
        Markup('<a href="{0}" rel="nofollow noopener">{0}</a>').format(part) if place % 2 else escape(part)
        for place, part in enumerate(parts)
    )


def broken(text: str) -> Markup:
    """The text as HTML for the feed, where no style keeps its line breaks."""
    return linked(text).replace("\n", Markup("<br>\n"))


def iso(at: datetime) -> str:
    """`2019-02-20T12:00:19.418-06:00`, or with a Z in UTC, as Statuspage writes it."""
    text = at.isoformat(timespec="milliseconds")
    return text.removesuffix("+00:00") + "Z" if at.tzname() == "UTC" else text


def shown(at: datetime) -> str:
    """`20 Feb 2019, 12:00 CST`."""
    zone = at.tzname() or ""
    return f"{day(at)}, {at:%H:%M} {'UTC' + zone if zone[:1] in {'+', '-'} else zone}"


def day(at: datetime) -> str:
    """`20 Feb 2019`."""
    return f"{at.day} {at:%b %Y}"


def lasted(span: timedelta) -> str:
    """`2 d 3 h`, `1 h 41 min`, `5 min`."""
    minutes = max(1, round(span.total_seconds() / 60))
    sizes = (("d", minutes // 1440), ("h", minutes // 60 % 24), ("min", minutes % 60))
    parts = [f"{count}\N{NO-BREAK SPACE}{unit}" for unit, count in sizes if count]
    return " ".join(parts[:2])
