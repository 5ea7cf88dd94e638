"""What Trello remembers, and how its API shows it. Times are UTC."""

import secrets
import string
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

#: The most characters of a card's name and of its description (the API's specification).
LIMIT: Final = 16_384
Json = dict[str, Any]


def new_id(number: int) -> str:
    """24 hexadecimal digits, the first eight of which are the second of its making."""
    return f"{int(time.time()):08x}{number:016x}"


def new_link() -> str:
    """Eight letters and digits."""
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(8))


def iso(at: datetime) -> str:
    """`2019-02-20T12:00:19.418Z`."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass
class Listed:
    """A list of the board, a label or a member."""

    id: str
    name: str
    closed: bool = False

    @property
    def shown(self) -> Json:
        """The list in JSON."""
        return {"id": self.id, "name": self.name, "closed": self.closed}


@dataclass
class Card:
    """A card. `number` is its number on the board; `comments` are the oldest first."""

    id: str
    number: int
    link: str
    url: str
    name: str
    place: Listed
    desc: str = ""
    due: datetime | None = None
    complete: bool = False
    closed: bool = False
    members: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)

    def shown(self, board: str) -> Json:
        """The card in JSON."""
        return {
            "id": self.id,
            "idBoard": board,
            "idList": self.place.id,
            "idShort": self.number,
            "shortLink": self.link,
            "shortUrl": self.url,
            "url": f"{self.url}/{self.number}-card",
            "name": self.name,
            "desc": self.desc,
            "due": iso(self.due) if self.due else None,
            "dueComplete": self.complete,
            "closed": self.closed,
            "idMembers": self.members,
            "idLabels": self.labels,
            "badges": {"comments": len(self.comments), "description": bool(self.desc)},
        }
