"""From a bullet or a row to an item."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from chatops.actions import patterns
from chatops.actions.fields import Fields, ticket_in
from chatops.actions.inline import Words, words
from chatops.actions.model import Item, Kind, Problem, Ticket, key_of

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

    from chatops.actions.tables import Role

#: Characters of Markdown that one item may have. The work for some texts grows with their square.
MOST_CHARACTERS: Final = 20_000
#: Items that one document may have.
MOST_ITEMS: Final = 1_000


class TooMany(ValueError):
    """A document has more items than anybody would promise."""


class Inherited(NamedTuple):
    """What a label gives to the items below it."""

    section: str
    owner: str | None = None
    done: bool = False


class Place(NamedTuple):
    """Where an item stands, its lines counted from 1."""

    line: int
    stamped_line: int
    kind: Kind
    cells: int | None = None
    columns: dict[str, int] = {}  # noqa: RUF012  (nobody changes it)


class _Seen(NamedTuple):
    text: str
    owner: str | None
    due: date | None
    ticket: Ticket | None
    done: bool
    notes: tuple[str, ...]
    ids: tuple[str, ...]
    problems: Sequence[str]


class Found:
    """The items of a document, as they are found."""

    def __init__(self, inline: "MarkdownIt", references: dict[str, object], document: str) -> None:
        self.items: list[Item] = []
        self.problems: list[Problem] = []
        self._inline = inline
        self._references = references
        self._document = document
        self._times: dict[str, int] = {}
        self._lines: dict[str, int] = {}

    def words(self, content: str) -> Words:
        """The words of a piece of inline Markdown."""
        return words(self._inline, content, self._references)

    def bullet(
        self, content: str, notes: Iterable[str], ids: Sequence[str], place: Place, under: Inherited
    ) -> None:
        """A bullet, number or task, and the paragraphs and bullets below it; `ids` stand beside its words."""
        if self._too_long(content, place.line):
            return
        said = self.words(content)
        fields = Fields(said)
        kept = []
        for note in notes:
            below = Fields(self.words(note[:MOST_CHARACTERS]))
            # Only `Owner: Dana` alone speaks for the item; a note may name anybody.
            if not below.text:
                fields.owner, fields.due = fields.owner or below.owner, fields.due or below.due
                fields.ticket, fields.done = fields.ticket or below.ticket, fields.done or below.done
                fields.problems += below.problems
            else:
                kept.append(" ".join(self.words(note[:MOST_CHARACTERS]).text.split()))
        ids = (*said.ids, *ids)
        seen = _Seen(
            fields.text,
            fields.owner,
            fields.due,
            fields.ticket,
            fields.done,
            tuple(kept),
            ids,
            fields.problems,
        )
        self._add(seen, place, under)

    def row(self, cells: Sequence[str], roles: "dict[Role, int]", place: Place, under: Inherited) -> None:
        """A row of a table."""
        if self._too_long("".join(cells), place.line):
            return
        said = [self.words(cell) for cell in cells]
        fields = Fields(said[roles["text"]])
        text = fields.text
        beside = {role: said[at] for role, at in roles.items() if role != "text"}
        if owner := beside.get("owner"):
            fields.owner = None
            alone = patterns.ONLY_NAMES.fullmatch(owner.text)
            fields.say_owner(owner.text if alone else Fields(owner).owner or owner.text)
        if due := beside.get("due"):
            fields.due = None
            fields.say_due(due.text)
        if status := beside.get("status"):
            fields.done = (
                fields.done or status.struck or bool(patterns.IS_DONE.fullmatch(status.text.strip()))
            )
        ticket = fields.ticket
        if linked := beside.get("ticket"):
            ticket = ticket_in(linked) or ticket
            fields.done = fields.done or bool(patterns.SAID_DONE.search(linked.text))
        ids = tuple(id_ for cell in said for id_ in cell.ids)
        seen = _Seen(text, fields.owner, fields.due, ticket, fields.done, (), ids, fields.problems)
        self._add(seen, place, under)

    def _too_long(self, content: str, line: int) -> bool:
        if len(content) > MOST_CHARACTERS:
            self.problems.append(
                Problem(
                    line,
                    f"An item of {len(content):,} characters is not read; at most {MOST_CHARACTERS:,} are.",
                )
            )
        return len(content) > MOST_CHARACTERS

    def _add(self, seen: _Seen, place: Place, under: Inherited) -> None:
        if patterns.NOTHING.fullmatch(seen.text) or patterns.ONLY_NAMES.fullmatch(seen.text):
            return
        if len(self.items) >= MOST_ITEMS:
            raise TooMany(f"has more than {MOST_ITEMS:,} action items")
        one = seen.ids[0] if seen.ids else None
        self._know(one, len(set(seen.ids)), place.line)
        self.problems += [Problem(place.line, problem) for problem in seen.problems]
        self.items.append(
            Item(
                key=self._key(one, seen),
                text=seen.text,
                line=place.line,
                stamped_line=place.stamped_line,
                kind=place.kind,
                section=under.section,
                owner=seen.owner or under.owner,
                due=seen.due,
                ticket=seen.ticket,
                done=seen.done or under.done,
                id=one,
                notes=seen.notes,
                cells=place.cells,
                columns=place.columns,
            )
        )

    def _know(self, one: str | None, ids: int, line: int) -> None:
        """Note an id that another item has, too: which of the two it means, nobody can tell."""
        if ids > 1:
            self.problems.append(Problem(line, "The item has more than one id; the first is read."))
        if one and (other := self._lines.setdefault(one, line)) != line:
            self.problems.append(
                Problem(line, f"The item has the id of the one on line {other}. Delete the copy's comment.")
            )

    def _key(self, one: str | None, seen: _Seen) -> str:
        """What the item is known by; the second of two with the same words is `...-2`."""
        key = key_of(one, seen.ticket, self._document, seen.text)
        if one or seen.ticket:
            return key
        self._times[key] = self._times.get(key, 0) + 1
        return f"{key}-{self._times[key]}" if self._times[key] > 1 else key
