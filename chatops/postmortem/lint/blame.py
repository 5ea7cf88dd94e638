"""Words that look for somebody instead of something."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from chatops.postmortem.lint.blocks import Block, cut
from chatops.postmortem.lint.page import Page, Part
from chatops.postmortem.lint.phrases import BLAMING, CARE, ERROR, NOT_SO, Phrases

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from chatops.postmortem.lint.unfilled import Found

_CAUSES: Final = frozenset({"cause", "analysis"})
_TOLD: Final = frozenset({"cause", "analysis", "summary"})
_LEARNT: Final = frozenset({"cause", "analysis", "lessons", "actions", "resolution"})
#: How much of what stands before a phrase is looked at.
_BEFORE: Final = 60


class Blame:
    """Finds a person as the cause, and blame. `people` are the names that the team is known by."""

    def __init__(self, people: Collection[str] = ()) -> None:
        self._phrases = Phrases.about(people)

    def found(self, page: Page) -> "Iterator[Found]":
        """Every finding of a document, one of a rule for each line."""
        for part in page.parts:
            for block in part.blocks:
                said: set[tuple[int, str]] = set()
                for line, rule, message in self._of(part, block):
                    if (line, rule) not in said:
                        said.add((line, rule))
                        yield line, rule, message

    def _of(self, part: Part, block: Block) -> "Iterator[Found]":
        if block.shape not in {"text", "row", "heading"}:
            return
        prose = block.prose
        if part.kind in _TOLD:
            causes = [one for one in ERROR.finditer(prose) if _is_cause(part, prose, one)]
            for found in (*causes, *self._phrases.they_did.finditer(prose)):
                asked = "Which safeguard was missing, that people needed here?"
                yield _found("human-cause", block, found, f"is not a cause yet. {asked}")
        if part.kind in _LEARNT:
            for found in CARE.finditer(prose):
                asked = "Which safeguard would make it unnecessary?"
                yield _found("human-cause", block, found, f"relies on people. {asked}")
        for found in (*BLAMING.finditer(prose), *self._phrases.blamed.finditer(prose)):
            if not _is_denied(prose, found):
                better = "Say what happened, and why it seemed right at the time."
                yield _found("blaming", block, found, f"blames. {better}")


def _is_cause(part: Part, prose: str, found: "re.Match[str]") -> bool:
    """Whether an error is laid to people; outside of the cause, the sentence must say that it is one."""
    said = part.kind in _CAUSES or found["caused"] or found["so"]
    return bool(said) and not _is_denied(prose, found)


def _is_denied(prose: str, found: "re.Match[str]") -> bool:
    return bool(NOT_SO.search(prose[max(0, found.start() - _BEFORE) : found.start()]))


def _found(rule: str, block: Block, found: "re.Match[str]", why: str) -> "Found":
    words = " ".join(found[0].split()).strip(" -*_:,")
    return block.line_of(found.start()), rule, f'"{cut(words)}" {why}'
