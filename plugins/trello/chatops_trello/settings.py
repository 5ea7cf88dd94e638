"""`[plugins.trello]`: the board that action items are kept on, and which of its lists means what."""

import re
from collections.abc import Iterator
from typing import Final

import msgspec

from chatops import Secret

#: A board or a card by the id in its address, or anything by its id in the API.
SHORT_LINK: Final = "[A-Za-z0-9]{8}"
ID: Final = "[0-9a-fA-F]{24}"
URL: Final = r"https?://[^\s/?#]+[^\s?#]*"


class TrelloConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The settings of a board."""

    key: Secret
    """The API key."""
    token: Secret
    """A token for that key."""
    board: str
    """The board's id: in its address it stands after `/b/`."""
    list: str
    """The list that new cards come into, by its name or id."""
    done_lists: tuple[str, ...] = ()
    """A card in one of these is done, as one is that is marked as complete."""
    dropped_lists: tuple[str, ...] = ()
    """A card in one of these is given up."""
    labels: tuple[str, ...] = ()
    """What every new card is labelled with, by names that the board has."""
    url: str = "https://api.trello.com/1"
    """Where the API is."""

    def __post_init__(self) -> None:
        if faults := [*self._faults()]:
            raise ValueError("; ".join(faults))

    @property
    def web(self) -> str:
        """Where people read cards and boards."""
        return re.sub(r"^(https?://)api\.", r"\1", self.url.rstrip("/")).removesuffix("/1")

    def _faults(self) -> Iterator[str]:
        if not re.fullmatch(f"{SHORT_LINK}|{ID}", self.board):
            yield (
                'board: write the id in the board\'s address, such as "nC8QJJoZ" in'
                f" https://trello.com/b/nC8QJJoZ/follow-ups; not {self.board!r}"
            )
        if not self.list.strip():
            yield 'list: write the name of the list that new cards come into, such as "To do"'
        if both := {name.casefold() for name in self.done_lists} & {
            name.casefold() for name in self.dropped_lists
        }:
            yield f"dropped_lists: {', '.join(sorted(both))} is among done_lists, too"
        if not re.fullmatch(URL, self.url):
            yield f'url: write an address such as "https://api.trello.com/1", not {self.url!r}'


class TrelloPerson(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[people.NAME]` `INSTANCE.member_id = "..."`: the person's id at Trello."""

    member_id: str
    """The person's id at Trello; `chatops doctor` lists the board's members."""

    def __post_init__(self) -> None:
        if not re.fullmatch(ID, self.member_id):
            raise ValueError(
                "member_id: write the member's id, 24 digits and letters from a to f; `chatops doctor` lists"
                f" those of the board beside one that it does not have; not {self.member_id!r}"
            )
