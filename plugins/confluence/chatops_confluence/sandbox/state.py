"""What Confluence remembers. Times are UTC."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

#: The account of the token, and two people.
BOT: Final = "557058:b07"
DANA: Final = "712020:5f8d7a1e-2a0b-4c1d-9e3f-6b7a8c9d0e1f"
MARTA: Final = "712020:0b1c2d3e-4f50-4617-8293-a4b5c6d7e8f9"
NAMES: Final = {BOT: "Incident bot", DANA: "Dana Okafor", MARTA: "Marta Silva"}
USER: Final = "incident-bot@example.com"
TOKEN: Final = "sandbox-confluence-token"  # noqa: S105  (nothing real takes it)
TITLE_LIMIT: Final = 255
BODY_LIMIT: Final = 5_000_000


def now() -> datetime:
    """Now, to a millisecond, as Confluence has it."""
    at = datetime.now(UTC)
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


@dataclass(frozen=True)
class Space:
    """A space."""

    id: str
    key: str
    name: str


@dataclass(frozen=True)
class Version:
    """A page as it was from one change to the next."""

    number: int
    title: str
    body: str
    message: str = ""
    author: str = BOT
    at: datetime = field(default_factory=now)


@dataclass
class Property:
    """What an app has written down about a page."""

    id: str
    key: str
    value: Any
    number: int = 1
    at: datetime = field(default_factory=now)


@dataclass
class Page:
    """A page; `versions` are the oldest first."""

    id: str
    space: str
    versions: list[Version]
    parent: str = ""
    status: str = "current"
    labels: list[str] = field(default_factory=list)
    properties: list[Property] = field(default_factory=list)

    @property
    def latest(self) -> Version:
        """The page as it is now."""
        return self.versions[-1]

    @property
    def title(self) -> str:
        """Its title now."""
        return self.latest.title

    @property
    def body(self) -> str:
        """Its body now, in the storage format."""
        return self.latest.body

    def version(self, number: int) -> Version | None:
        """The page as it was."""
        return next((known for known in self.versions if known.number == number), None)


SPACES: Final = (
    Space("65538", "OPS", "Operations"),
    Space("65539", "SEC", "Security"),
    Space("65540", "DOCS", "Documentation"),
)
#: The page below which post-mortems are put.
PARENT: Final = "98305"


def config(url: str) -> str:
    """The tables of an instance `wiki`, and of people who have an account."""
    return f"""\
[plugins.wiki]
use = "confluence"
url = "{url}"
user = "{USER}"
token = {{ command = ["echo", "{TOKEN}"] }}
space = "OPS"
parent = "{PARENT}"
restricted_space = "SEC"
"""
