"""Drafts a post-mortem, and brings one that people have worked on up to date."""

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import NamedTuple

from chatops.actions import tickets
from chatops.actions.adding import added
from chatops.actions.document import NotRead, not_text, read
from chatops.actions.front_matter import BOM
from chatops.actions.inline import COMMENT, STAMP
from chatops.actions.labels import Labels
from chatops.actions.model import Item, Ticket
from chatops.events import ActionItem
from chatops.postmortem.blocks import ITEMS, STATS, TIMELINE, compute, rows
from chatops.postmortem.facts import Facts
from chatops.postmortem.front_edit import with_front
from chatops.postmortem.marks import mark, refresh_stats, refresh_timeline, with_state
from chatops.text import one_line


class Drafted(NamedTuple):
    """The bytes of a document, what of it was brought up to date, and what was left alone, in words."""

    data: bytes
    refreshed: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def drafted(path: Path, data: bytes, facts: Facts, labels: Labels, parts: Iterable[str]) -> Drafted:
    """The document with what is known now. `parts` are the computed ones that it should have.

    What people wrote stays as it is, as does every byte of the lines that are not computed. Raises NotRead
    where it is no document that can be read.
    """
    text = _text(path, data)
    bom = BOM * text.startswith(BOM)
    newline = _newline(text)
    front = with_front(text.removeprefix(BOM), facts.front, newline)
    done = [f"front matter ({', '.join(front.changed)})"] if front.changed else []
    left = list(front.left)
    blocks, wanted = compute(facts), set(parts)
    refreshed = front.text
    for name in (STATS, TIMELINE):
        if name in wanted or mark(refreshed, name):
            found = (
                refresh_stats(refreshed, blocks[name], rows(facts))
                if name == STATS
                else refresh_timeline(refreshed, blocks[name], newline)
            )
            refreshed = found.text
            done += found.refreshed
            left += found.left
    items = _with_items(path, (bom + refreshed).encode(), facts.incident.action_items, labels)
    return Drafted(items.data, (*done, *items.refreshed), (*left, *items.left))


def _with_items(path: Path, data: bytes, items: tuple[ActionItem, ...], labels: Labels) -> Drafted:
    """The document with the action items that were promised since; those that were taken out stay out."""
    document = read(path, data, labels)
    there = {item.id for item in document.items}
    marked = mark(data.decode(), ITEMS)
    written = _count(marked["state"]) if marked else 0
    new = [item for item in items[written:] if stamp_of(item) not in there]
    if marked is None:
        words = f"{len(new)} are not in the document, and its mark <!-- chatops:{ITEMS} 0 --> is gone"
        return Drafted(data, (), (f"action items ({words})",) if new else ())
    left, count, reached = [], 0, len(items)
    for item in new:
        try:
            data = added(document, data, _item(item), labels).data
        except NotRead:
            # It is tried, and said, again the next time.
            reached = min(reached, items.index(item))
            left.append(
                f"action item {one_line(item.text)[:60]!r} (it cannot be written so that it is read as meant)"
            )
            continue
        document = read(path, data, labels)
        count += 1
    text = data.decode()
    if (again := mark(text, ITEMS)) and written < reached:
        text = text[: again.start()] + with_state(again[0], [str(reached)]) + text[again.end() :]
    return Drafted(text.encode(), (f"action items ({count} new)",) if count else (), tuple(left))


def _count(state: str) -> int:
    first = next(iter(state.split()), "")
    return int(first) if first.isdigit() else 0


def stamp_of(item: ActionItem) -> str:
    """The id that the item has in documents: its own, or one that is made of it, always the same."""
    if STAMP.fullmatch(COMMENT.format(id=item.id)):
        return item.id
    return hashlib.sha256(item.id.encode()).hexdigest()[:12]


def _item(item: ActionItem) -> Item:
    due = None
    with suppress(ValueError):
        due = date.fromisoformat(item.due)
    ticket = None
    if said := one_line(item.ticket):
        linked = said.startswith(("https://", "http://"))
        ticket = tickets.of_url(said) if linked else tickets.of_text(said) or Ticket(said)
    return Item(
        key="",
        text=one_line(item.text),
        line=0,
        stamped_line=0,
        kind="task",
        section="",
        owner=one_line(item.owner).removeprefix("@") or None,
        due=due,
        ticket=ticket,
        id=stamp_of(item),
    )


def _text(path: Path, data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise not_text(path, error, "so it is left as it is") from None


def _newline(text: str) -> str:
    at = min((place for mark in "\r\n" if (place := text.find(mark)) >= 0), default=-1)
    return "\n" if at < 0 or text[at] == "\n" else "\r\n" if text.startswith("\r\n", at) else "\r"
