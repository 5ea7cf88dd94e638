"""What the tests of publishing share: a post-mortem's document, as a draft has it. No tests."""

from pathlib import Path
from typing import Any

import msgspec
import yaml

from chatops.incident import Incident

#: Implements every hook that there is, and says which were called.
EVERYTHING = """
from chatops.hookspecs import Hooks, Lifecycle, PublicHooks, Records
from chatops.hookspecs import hook_names
from tests.stage import Internal, Page, _hook

class Every(Internal): ...
class EveryPublic(Page): ...

for name in {*hook_names(Lifecycle), *hook_names(Records)}:
    setattr(Every, name, _hook(name))
for name in ("public_update", "public_correction", "public_postmortem"):
    setattr(EveryPublic, name, _hook(name))
"""
BODY = """
# Post-mortem: Checkout returns 500s

## Root cause

internal-words: the disk of db-7 was full.

## For customers

_What happened, in words that a customer understands._

A disk was full.

## Action items

- [ ] internal-item
"""
ID = "01938a3e-0000-7000-8000-000000000001"
KEYS: dict[str, Any] = {
    "id": ID,
    "incident": "INC-12",
    "title": "Checkout returns 500s",
    "severity": "sev1",
    "services": ["checkout"],
    "detected_by": "customer",
    "started_at": "2026-11-21T11:40:00Z",
    "declared_at": "2026-11-21T11:52:00Z",
    "acknowledged_at": None,
    "mitigated_at": None,
    "resolved_at": "2026-11-21T13:00:00Z",
    "ticket": None,
    "public_title": "Checkout",
    "links": [],
}


def document(body: str = BODY, **keys: Any) -> str:
    """The document, with these keys in its front matter beside, or in place of, the usual ones."""
    return f"---\n{yaml.safe_dump(KEYS | keys)}---\n{body}"


def of_incident(incident: Incident, body: str = BODY, **keys: Any) -> str:
    """The document of this incident, with its links."""
    links = [
        {"instance": o.instance, "kind": o.link.kind, "id": o.link.id, "url": o.link.url}
        for o in incident.links
    ]
    own = {"id": str(incident.id), "incident": incident.name, "title": incident.title, "links": links}
    own |= {name: msgspec.to_builtins(getattr(incident, name)) for name in ("severity", "declared_at")}
    return document(body, **own | {"started_at": None, "resolved_at": None} | keys)


def written(folder: Path, text: str, name: str = "checkout.md") -> Path:
    """The file that holds this text."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text)
    return path
