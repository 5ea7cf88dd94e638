"""What is a ticket, and what only looks like one."""

import re
from typing import Final

from chatops.actions.model import Ticket

#: Names of standards, ciphers and severities have the shape of a key; INC-12 is an incident of ours.
_NO_PROJECT: Final = (
    "AES|AZ|BIP|COVID|CVE|CWE|EAL|EC|EIP|GPT|HTTP|IEC|IEEE|INC|IPV|ISO|JEP|KB|MD|P|PEP|PM|RFC|RSA|S|SEV|SHA"
    "|SOC|SSL|TCP|TLS|UTC|UTF|V|X"
)
KEY: Final = rf"(?<![\w/.#-])(?!(?:{_NO_PROJECT})\d*-)[A-Z][A-Z0-9_]{{1,14}}-[1-9]\d{{0,7}}(?![\w-]|\.\d)"
#: `#12`, or with its project; what it is an issue of, the document's own repository says.
HASH: Final = r"(?<![\w/])(?:[\w.-]{1,60}/[\w.-]{1,60})?#[1-9]\d{0,7}(?!\w)"
URL: Final = r"https?://[^\s<>()\[\]|\x01]{3,2000}"
_KEY_ONLY: Final = re.compile(KEY)
_HASH_ONLY: Final = re.compile(HASH)
_NAMED: Final = re.compile(r"(?:/browse/|/issues?/|[?&]selectedIssue=)([A-Z][A-Z0-9_]{1,14}-[1-9]\d{0,7})\b")
_NUMBERED: Final = re.compile(r"^https?://[^/]+/([^?#]+?)/(?:-/)?(?:issues|work_items)/(\d{1,8})(?![\w-])")
#: A card of a board: the address has its id, and perhaps its title.
_CARD: Final = re.compile(r"^https?://[^?#]+/c/([A-Za-z0-9]{8})(?![\w-])")
_TRACKER: Final = re.compile(r"/(?:_workitems/edit|story|stories|tickets?|tasks?)/(?:show/)?[\w-]*\d")


def is_tracked(url: str) -> bool:
    """Whether a URL is one of a tracker's, so that it needs no label."""
    return any(pattern.search(url) for pattern in (_NAMED, _NUMBERED, _CARD, _TRACKER))


def of_url(url: str, text: str = "") -> Ticket:
    """The ticket that a link leads to."""
    if found := _KEY_ONLY.fullmatch(text.strip()):
        return Ticket(found[0], url)
    if found := _NAMED.search(url):
        return Ticket(found[1], url)
    if found := _NUMBERED.search(url):
        return Ticket(f"{found[1]}#{found[2]}", url)
    if found := _CARD.match(url):
        return Ticket(found[1], url)
    return Ticket(url, url)


def of_text(text: str) -> Ticket | None:
    """The ticket whose key this is, and nothing else."""
    bare = text.strip()
    return Ticket(bare) if _KEY_ONLY.fullmatch(bare) or _HASH_ONLY.fullmatch(bare) else None
