"""Trello's stand-in: a board with lists, cards, comments and members."""

from chatops_trello.sandbox.standin import TrelloStandIn
from chatops_trello.sandbox.state import Card, Listed

__all__ = ["Card", "Listed", "TrelloStandIn"]
