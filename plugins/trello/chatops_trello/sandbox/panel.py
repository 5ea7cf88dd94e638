"""The board and its cards as people see them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

if TYPE_CHECKING:
    from chatops_trello.sandbox.memory import Memory
    from chatops_trello.sandbox.state import Card

_STYLE: Final = Markup(
    "<style>.tr{display:flex;gap:.8rem;overflow-x:auto;font:14px/1.4 system-ui,sans-serif}"
    ".tr section{flex:0 0 15rem;background:#8882;border-radius:8px;padding:.6rem}"
    ".tr h4{margin:0 0 .5rem}.tr article{background:#8882;border-radius:6px;padding:.5rem;margin:.4rem 0;"
    "overflow-wrap:anywhere}.tr small{opacity:.7;display:block}"
    ".tr-desc{white-space:pre-wrap;overflow-wrap:anywhere}</style>"
)


def board(memory: "Memory") -> str:
    """The board: its lists with their cards, and the archive."""
    columns = [(known.name, [c for c in memory.cards if c.place is known]) for known in memory.lists]
    parts = [_column(name, [c for c in cards if not c.closed], memory) for name, cards in columns]
    if archived := [card for card in memory.cards if card.closed]:
        parts.append(_column("Archive", archived, memory))
    return str(_STYLE + Markup('<div class="tr">{}</div>').format(Markup().join(parts)))


def document(card: "Card") -> str:
    """A card at its address."""
    comments = Markup().join(Markup("<p>{}</p>").format(text) for text in card.comments)
    return str(
        Markup(
            '<!doctype html><html lang="en"><meta charset="utf-8"><title>{0}</title>{1}<h1>{0}</h1>'
            '<p>{2}{3}</p><div class="tr-desc">{4}</div><h2>Comments</h2>{5}</html>'
        ).format(
            card.name, _STYLE, card.place.name, " (archived)" if card.closed else "", card.desc, comments
        )
    )


def _column(name: str, cards: "list[Card]", memory: "Memory") -> Markup:
    drawn = [
        Markup('<article><a href="{}">{}</a>{}</article>').format(
            card.url,
            card.name,
            Markup().join(Markup("<small>{}</small>").format(s) for s in _said(card, memory)),
        )
        for card in cards
    ]
    return Markup("<section><h4>{}</h4>{}</section>").format(name, Markup().join(drawn))


def _said(card: "Card", memory: "Memory") -> Iterator[str]:
    if card.due:
        yield f"Due {card.due:%d %b %Y}{', complete' if card.complete else ''}"
    elif card.complete:
        yield "Complete"
    yield from (memory.members.get(known, known) for known in card.members)
    yield from card.comments
