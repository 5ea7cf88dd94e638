"""What the sections of a post-mortem are called, and whether a document is one."""

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final, Literal

from chatops.actions.labels import Labels, plain_name

Kind = Literal[
    "summary",
    "stats",
    "timeline",
    "impact",
    "analysis",
    "cause",
    "resolution",
    "lessons",
    "actions",
    "people",
    "public",
    "other",
]

_CALLED: Final[dict[Kind, tuple[str, ...]]] = {
    "summary": (
        *("summary", "executive summary", "incident summary", "issue summary", "overview", "synopsis"),
        *("tl dr", "tldr", "what happened", "incident description"),
    ),
    "stats": ("stats", "statistics", "incident stats", "key figures", "metrics", "incident metrics"),
    "timeline": ("timeline", "timeline of events", "incident timeline", "chronology", "sequence of events"),
    "impact": (
        *("impact", "client impact", "customer impact", "user impact", "business impact", "incident impact"),
        "impact on customers",
    ),
    "analysis": (
        *("analysis", "incident analysis", "lead up", "detection", "response", "recovery", "recurrence"),
        *("incident response", "background", "mitigation"),
    ),
    "cause": (
        *("root cause", "root causes", "root cause analysis", "rca", "cause", "causes", "underlying cause"),
        *("contributing factors", "contributing factor", "contributing causes", "contributing conditions"),
        *("root cause and trigger", "root causes and trigger", "trigger", "fault", "proximate cause"),
        *("five whys", "5 whys", "the five whys", "the 5 whys", "whys", "what went wrong", "what went badly"),
    ),
    "resolution": ("resolution", "short term", "long term", "resolution and recovery", "fix"),
    "lessons": (
        *("lessons learned", "lessons learnt", "lessons", "learnings", "key learnings", "what went well"),
        *("where we got lucky", "what we learned", "what we learnt", "what did we learn", "takeaways"),
    ),
    "people": ("attendees", "participants", "people involved", "responders"),
    "public": ("for customers", "public summary", "customer communication"),
}
_KINDS: Final = {name: kind for kind, names in _CALLED.items() for name in names}
#: What tells a post-mortem from another report that has a summary and next steps.
_TELLING: Final = frozenset({"timeline", "cause"})
_ENOUGH: Final = 3
_CERTAIN: Final = 4
_TITLE: Final = re.compile(
    r"\bpost[\s-]?mortem\b|\bincident (?:report|review|retrospective|analysis)\b|\boutage (?:report|review)\b"
    r"|\broot cause analysis\b",
    re.IGNORECASE,
)
_ABOUT: Final = re.compile(
    r"\b(?:template|guide|guidelines?|process|policy|how|howto|checklist|handbook|training|examples?)\b",
    re.IGNORECASE,
)
_KEYS: Final = frozenset({"incident", "incident_id", "postmortem", "postmortem_id"})
_HINT: Final = re.compile(
    r"post[\s_-]?mortem|incident|outage|timeline|chronology|sequence of events|\bcauses?\b|contributing"
    r"|\bwhys\b|what went|\btrigger\b|\bfault\b"
)


def kind_of(heading: str, labels: Labels) -> Kind | None:
    """What a section of this name is about; None for a name that is not known."""
    name = plain_name(heading)
    found = _KINDS.get(name)
    return found or ("actions" if labels.match(heading) else None)


def may_be_one(text: str) -> bool:
    """Whether a text can be a post-mortem at all; few of thousands can."""
    return _HINT.search(text.casefold()) is not None


def is_one(path: Path, front: Mapping[str, object], title: str, kinds: Collection[Kind]) -> bool:
    """Whether a document that stands in a folder is a post-mortem: by its front matter, its title, its
    sections. A template and a guide are none.
    """
    if _ABOUT.search(re.sub(r"[\W_]+", " ", path.stem)) or _ABOUT.search(title):
        return False
    if _KEYS & front.keys() or {"id", "severity"} <= front.keys():
        return True
    found = set(kinds) - {"people", "public", "other"}
    if _TITLE.search(title) and found:
        return True
    return len(found) >= (_ENOUGH if _TELLING & found else _CERTAIN)
