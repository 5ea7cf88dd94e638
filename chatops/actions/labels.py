"""Which headings and labels are followed by action items."""

import re
from collections.abc import Iterable
from typing import Final

#: What people call the section. Case, hyphens, numbering, emoji, brackets and a final colon do not matter.
NAMES: Final = (
    *("action", "actions", "action item", "action items", "action list", "action plan", "action points"),
    *("actions required", "actions to take", "agreed actions", "assigned actions", "corrective actions"),
    *("corrective and preventative actions", "corrective and preventive actions", "further actions"),
    *("future actions", "improvement actions", "incident actions", "long term actions", "mitigation actions"),
    *("open action items", "open actions", "outstanding actions", "planned actions", "post incident actions"),
    *("post mortem action items", "post mortem actions", "postmortem action items", "postmortem actions"),
    *("preventative actions", "preventive actions", "recommended actions", "remedial actions"),
    *("required actions", "review actions", "short term actions", "remediation", "remediations"),
    *("remediation actions", "remediation and follow up", "remediation items", "remediation plan"),
    *("remediation tasks", "follow up", "follow ups", "followup", "followups", "follow up action items"),
    *("follow up actions", "follow up items", "follow up tasks", "follow up work", "next actions"),
    *("next step", "next steps", "task list", "tasks", "to do", "to dos", "todo", "todos", "todo list"),
)
#: Sections of a post-mortem that are never about what is to be done: they end the items before them.
OTHERS: Final = frozenset({
    *("appendix", "appendices", "attendees", "background", "contributing factors", "customer impact"),
    *("detection", "impact", "lessons learned", "lessons learnt", "links", "metrics", "notes"),
    *("participants", "references", "resolution", "root cause", "root causes", "stats", "statistics"),
    *("summary", "supporting information", "timeline", "trigger", "what went badly", "what went well"),
    *("what went wrong", "where we got lucky", "glossary"),
})  # fmt: skip
_ASIDE: Final = re.compile(
    r"[(\[{][^()\[\]{}]{0,200}[)\]}]|:[a-z0-9_+]{1,40}:|<[^<>]{0,500}>|\{#[^}]{0,100}\}"
)
_NUMBER: Final = re.compile(r"^\W*(?:\d{1,3}|[ivx]{1,5}(?=[.)]))(?:\.\d{1,3})*[.):]*\s+")
_NO_WORD: Final = re.compile(r"[\W_]+")


def plain_name(text: str) -> str:
    """A heading as it is compared: words in lower case, one space apart."""
    bare = _ASIDE.sub(" ", text.casefold()[:300])
    return _NO_WORD.sub(" ", _NUMBER.sub("", bare).replace("&", " and ")).strip()


class Labels:
    """The names of sections that hold action items: the usual ones, and those of the team."""

    def __init__(self, more: Iterable[str] = ()) -> None:
        self.names = frozenset({*map(plain_name, NAMES), *map(plain_name, more)}) - {""}
        self.others = OTHERS - self.names
        spelled = sorted({r"[\W_]*".join(map(re.escape, name.split())) for name in self.names})
        self._hint = re.compile(rf"(?<![^\W_])(?:{'|'.join(spelled)})")

    def match(self, heading: str) -> bool:
        """Whether what stands below this heading, or after this label, are action items."""
        return plain_name(heading) in self.names

    def ends(self, heading: str) -> bool:
        """Whether this is a section of another kind, however deep it stands."""
        return plain_name(heading) in self.others

    def may_be_in(self, text: str) -> bool:
        """Whether a document may have such a section at all; few of thousands do."""
        return self._hint.search(text.casefold()) is not None
