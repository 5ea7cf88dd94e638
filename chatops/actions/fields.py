"""The fields within an item's words: who does it, until when, under which ticket, and whether it is done."""

import re
from typing import TYPE_CHECKING, Final

from chatops.actions import dates, patterns, tickets
from chatops.actions.inline import CODE

if TYPE_CHECKING:
    from datetime import date

    from chatops.actions.inline import Words
    from chatops.actions.model import Ticket

#: How much of an item's end is looked at for what it ends with, in characters.
_TAIL: Final = 400
_MOST_OWNER: Final = 8
_BETWEEN: Final = " \t,;|\u2013\u2014-"


class Fields:
    """Finds the fields of an item, and takes them out of its words.

    `text` is what is left of the words; what was unclear is among `problems`, and its field is None.
    """

    def __init__(self, words: "Words") -> None:
        self.owner: str | None = None
        self.due: date | None = None
        self.ticket: Ticket | None = None
        self.done = words.struck
        self.problems: list[str] = []
        self._words = words
        # As long as the words, with what was found blanked out, so that every place stays where it was.
        self._rest = self._marked()
        self._taken: list[tuple[int, int]] = []
        self._labelled()
        self._grouped()
        self._at_the_start()
        self._at_the_end()
        if found := patterns.TRACKED.search(self._rest):
            self._ticket(*found.span("thing"))
        if whole := re.fullmatch(rf"\s*({patterns.THING})\s*", self._rest):
            self._ticket(*whole.span(1))
        mentioned = patterns.MENTION.findall(self._rest)
        if len(set(mentioned)) == 1:
            self._owned_by(mentioned[0])

    @property
    def text(self) -> str:
        """The words without the fields, on one line."""
        kept = list(self._words.text)
        for start, end in self._taken:
            kept[start:end] = " " * (end - start)
        said = "".join(kept)
        if self._taken:
            said = patterns.EMPTIED.sub(" ", said).strip().lstrip(f"{_BETWEEN}:").rstrip(f"{_BETWEEN}(")
        return " ".join(said.split())

    def say_due(self, said: str) -> None:
        """Take this as the due date."""
        try:
            self.due = self.due or dates.day(said)
        except dates.Unclear as error:
            self.problems.append(f"The due date {error}.")

    def say_owner(self, said: str) -> None:
        """Take this as the owner."""
        bare = said.strip(" \t.,;:*_")
        if not patterns.UNSAID.fullmatch(bare) and len(bare.split()) <= _MOST_OWNER:
            self._owned_by(bare)

    def say_ticket(self, start: int, end: int) -> None:
        """Take what stands here as the ticket, whichever link or key it is."""
        self.ticket = self.ticket or ticket_in(self._words, start, end)

    def _marked(self) -> str:
        marked = list(self._words.mask)
        # A URL that is no tracker's is only read, and may hold anything.
        for url in re.finditer(tickets.URL, self._words.mask):
            if not tickets.is_tracked(url[0]):
                marked[url.start() : url.end()] = CODE * len(url[0])
        for link in self._words.links:
            text = self._words.text[link.start : link.end]
            if tickets.is_tracked(link.url) or tickets.of_text(text):
                marked[link.start : link.end] = patterns.LINK * len(text)
        return "".join(marked)

    def _take(self, start: int, end: int) -> None:
        self._taken.append((start, end))
        self._rest = f"{self._rest[:start]}{' ' * (end - start)}{self._rest[end:]}"

    def _take_or_keep(self, found: "re.Match[str]") -> None:
        """Take out what was found; the words of a link that says what is to be done stay."""
        start, end = found.span("thing")
        if found["thing"] and self._rest[start] == patterns.LINK and " " in self._words.text[start:end]:
            self._rest = f"{self._rest[:start]}{CODE * (end - start)}{self._rest[end:]}"
        else:
            self._take(*found.span())

    def _labelled(self) -> None:
        at = 0
        while label := patterns.LABELLED.search(self._rest, at):
            value = patterns.VALUE.match(self._rest, label.end())
            start, end = label.end(), value.end() if value else label.end()
            if following := patterns.LABELLED.search(self._rest, start, end):
                end = following.start()
            said, at = self._words.text[start:end], max(end, label.end())
            if self._said(label.lastgroup or "", said, start, end):
                self._take(label.start(), end)

    def _said(self, field: str, said: str, start: int, end: int) -> bool:
        """Whether a labelled value is one, so that it is no part of the item's words."""
        match field:
            case "due":
                self.say_due(said)
            case "owner":
                before = self.owner
                self.say_owner(said)
                return self.owner != before or bool(patterns.UNSAID.fullmatch(said))
            case "ticket":
                # A link's text may have separators in it.
                end = max([end, *(link.end for link in self._words.links if start <= link.start <= end)])
                self.say_ticket(start, end)
                return self.ticket is not None or bool(patterns.UNSAID.fullmatch(said))
            case _:
                self.done = self.done or bool(patterns.IS_DONE.fullmatch(said))
                return bool(patterns.STATUS.fullmatch(said))
        return True

    def _grouped(self) -> None:
        for group in patterns.GROUP.finditer(self._rest):
            found, at = [], group.start(1)
            while at < group.end(1) and (one := patterns.IN_GROUP.match(self._rest, at, group.end(1))):
                found.append(one)
                at = one.end()
            if found and not self._rest[at : group.end(1)].strip():
                for one in found:
                    self._found(one)
                self._take(*group.span())

    def _at_the_start(self) -> None:
        at = 0
        while found := patterns.FIRST.match(self._rest, at):
            if not self._rest[found.end() :].strip():
                return
            self._found(found)
            self._take_or_keep(found)
            at = found.end()

    def _at_the_end(self) -> None:
        while True:
            tail = max(0, len(self._rest.rstrip()) - _TAIL)
            found = patterns.LAST.search(self._rest, tail)
            before = self._rest[: found.start()] if found else ""
            if (
                not found
                or not before.strip()
                or (found["thing"] and patterns.TALKED_OF.search(before[-20:]))
            ):
                return
            self._found(found)
            self._take_or_keep(found)

    def _found(self, found: "re.Match[str]") -> None:
        parts = found.groupdict()
        if names := parts.get("names") or parts.get("teams"):
            self._owned_by(names)
        if due := parts.get("by") or parts.get("day"):
            self.say_due(due)
        if parts.get("thing"):
            self._ticket(*found.span("thing"))
        self.done = self.done or bool(parts.get("done") or parts.get("word"))

    def _owned_by(self, names: str) -> None:
        if self.owner is None:
            many = re.findall(patterns.NAME, names) if patterns.ONLY_NAMES.fullmatch(names) else ()
            self.owner = ", ".join(name[1:] for name in many) or " ".join(names.split())

    def _ticket(self, start: int, end: int) -> None:
        self.ticket = self.ticket or ticket_in(self._words, start, end)


def ticket_in(words: "Words", start: int = 0, end: int | None = None) -> "Ticket | None":
    """The first ticket between two places, whichever link there is or, where there is none, whichever key."""
    stop = len(words.text) if end is None else end
    inside = (k for k in words.links if start <= k.start < stop or k.start <= start < k.end)
    if link := next(inside, None):
        return tickets.of_url(link.url, words.text[link.start : link.end])
    found = re.search(rf"{tickets.URL}|{tickets.KEY}|{tickets.HASH}", words.text[start:stop])
    if found is None:
        return None
    return tickets.of_text(found[0]) or tickets.of_url(found[0].rstrip(".,;:!?"))
