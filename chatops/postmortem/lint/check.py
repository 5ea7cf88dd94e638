"""Checks one document."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from chatops.actions.document import check_text, is_binary, not_text, read
from chatops.actions.labels import Labels
from chatops.actions.privacy import privacy
from chatops.postmortem.lint.blame import Blame
from chatops.postmortem.lint.kinds import is_one, may_be_one
from chatops.postmortem.lint.leave import Leave
from chatops.postmortem.lint.page import Page, page
from chatops.postmortem.lint.promises import promises
from chatops.postmortem.lint.review import overdue
from chatops.postmortem.lint.unfilled import unfilled
from chatops.postmortem.lint.whys import few_whys
from chatops.remarks import Remark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chatops.postmortem.lint.unfilled import Found


class Terms(msgspec.Struct, frozen=True):
    """What a team has set: `labels` of action items, who its people are, after how long a post-mortem is due
    for review, by severity, and the rules that it leaves out.
    """

    labels: Labels = Labels()
    people: tuple[str, ...] = ()
    review_within: Mapping[str, timedelta] = {}
    ignore: frozenset[str] = frozenset()


class Check:
    """Checks documents under these terms, as on the day of `now`."""

    def __init__(self, terms: Terms, now: datetime) -> None:
        self._terms = terms
        self._now = now
        self._blame = Blame(terms.people)

    def remarks(self, path: Path, data: bytes, *, named: bool) -> list[Remark] | None:
        """What there is to say of a document, in the order of its lines; None where it is no post-mortem.
        One that was `named` always is.

        Raises NotRead where it may be one and cannot be read.
        """
        text = self._text(path, data, named=named)
        if text is None or not (named or may_be_one(text)):
            return None
        whole = page(path, text, self._terms.labels)
        kinds = {part.kind for part in whole.parts if part.own}
        if not named and not is_one(path, whole.front, whole.title, kinds):
            return None
        leave = Leave(whole)
        found = sorted(self._found(path, data, text, whole, leave))
        return [
            Remark(path=str(path), line=line, rule=rule, message=message)
            for line, rule, message in found
            if rule not in self._terms.ignore and not leave.out(rule, line)
        ]

    def _text(self, path: Path, data: bytes, *, named: bool) -> str | None:
        """The words of a file, or None for a binary one in a folder."""
        if named:
            check_text(path, data)
        if is_binary(data):
            return None
        try:
            return data.decode()
        except UnicodeDecodeError as error:
            words = data.decode("latin-1")
            if may_be_one(words) or self._terms.labels.may_be_in(words):
                raise not_text(path, error, "so it is not read") from None
            return None

    def _found(self, path: Path, data: bytes, text: str, whole: Page, leave: Leave) -> "Iterator[Found]":
        if (of := privacy(text)).problem:
            yield of.line, "front-matter", f"{of.problem[0].upper()}{of.problem[1:]}."
        for left in leave.unknown:
            yield left.said, "unknown-rule", f'There is no rule "{left.rule}" to leave out.'
        yield from unfilled(whole)
        yield from few_whys(whole)
        yield from self._blame.found(whole)
        yield from promises(read(path, data, self._terms.labels), leave, self._now.date())
        yield from overdue(whole.front, text, self._terms.review_within, self._now)
