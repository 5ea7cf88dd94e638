"""What Confluence answers, as far as it is looked at."""

import re
from typing import Any, Final

import msgspec

#: The content property that holds our key, in every page that we wrote.
PROPERTY: Final = "chatops"
#: Stands at the end of what we write: after a lost answer a page has nothing else of ours yet.
_MARK: Final = re.compile(r"chatops incident ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
_WROTE: Final = re.compile(r"Written by chatops \(([0-9a-f]{20})\)")


def mark_of(incident: str) -> str:
    """The words by which a page is known to be of this incident."""
    return f"chatops incident {incident}"


def message_of(digest: str) -> str:
    """What the history of a page says of a version of ours."""
    return f"Written by chatops ({digest})"


class Answer(msgspec.Struct, frozen=True, rename="camel"):
    """The names are those of the API."""


class Space(Answer, frozen=True):
    """A space."""

    id: str
    key: str = ""
    name: str | None = None


class Version(Answer, frozen=True):
    """A version of a page or of a property."""

    number: int = 0
    message: str | None = None

    @property
    def digest(self) -> str:
        """The digest of what we wrote as this version; empty for a version of somebody else's."""
        found = _WROTE.fullmatch(self.message or "")
        return found[1] if found else ""


class Wrote(msgspec.Struct, frozen=True):
    """Our property: what of us is in the page. `version` is the last that we wrote, `digest` that of what
    was sent then, `title` and `labels` what we gave the page.
    """

    incident: str
    digest: str = ""
    version: int = 0
    title: str = ""
    labels: tuple[str, ...] = ()


class Property(Answer, frozen=True):
    """A property of a page."""

    id: str
    key: str = ""
    value: Any = None
    version: Version | None = None


class Properties(Answer, frozen=True):
    """The properties of a page."""

    results: tuple[Property, ...] = ()


class Value(Answer, frozen=True):
    """A body in one format."""

    value: str = ""


class Body(Answer, frozen=True):
    """A body."""

    storage: Value | None = None


class Links(Answer, frozen=True):
    """Where a page is read, and where the next part of a list is."""

    base: str = ""
    webui: str = ""
    next: str = ""


class Page(Answer, frozen=True):
    """A page, or one of its versions."""

    id: str
    status: str = "current"
    title: str = ""
    space_id: str | None = None
    version: Version = Version()
    body: Body | None = None
    properties: Properties | None = None
    links: Links = msgspec.field(default=Links(), name="_links")

    @property
    def text(self) -> str:
        """The body in the storage format."""
        return self.body.storage.value if self.body and self.body.storage else ""

    @property
    def ours(self) -> Property | None:
        """The property that is ours."""
        every = self.properties.results if self.properties else ()
        return next((known for known in every if known.key == PROPERTY), None)

    @property
    def wrote(self) -> Wrote | None:
        """What our property says."""
        return wrote_of(self.ours.value) if self.ours else None

    @property
    def incident(self) -> str:
        """The incident of ours that the page is of; empty for a page that is not ours."""
        if self.wrote:
            return self.wrote.incident
        return marked(self.text)


class Pages(Answer, frozen=True):
    """A part of a list of pages."""

    results: tuple[Page, ...] = ()


class Spaces(Answer, frozen=True):
    """A part of the list of spaces."""

    results: tuple[Space, ...] = ()


class Metadata(Answer, frozen=True):
    """What a search by CQL says of a page besides its body."""

    properties: dict[str, Any] = {}


class Hit(Answer, frozen=True):
    """A page that a search by CQL has found."""

    id: str
    title: str = ""
    body: Body | None = None
    metadata: Metadata | None = None
    links: Links = msgspec.field(default=Links(), name="_links")

    @property
    def text(self) -> str:
        """The body in the storage format."""
        return self.body.storage.value if self.body and self.body.storage else ""

    @property
    def ours(self) -> bool:
        """Whether we have written it."""
        found = (self.metadata.properties if self.metadata else {}).get(PROPERTY)
        value = found.get("value") if isinstance(found, dict) else None
        return wrote_of(value) is not None or bool(marked(self.text))


class Hits(Answer, frozen=True):
    """A part of what a search by CQL has found."""

    results: tuple[Hit, ...] = ()
    links: Links = msgspec.field(default=Links(), name="_links")


def wrote_of(value: Any) -> Wrote | None:
    """Our property's value; None for one that somebody has changed into something else."""
    try:
        return msgspec.convert(value, Wrote)
    except msgspec.ValidationError:
        return None


def marked(text: str) -> str:
    """The incident whose mark stands in a page."""
    found = _MARK.search(text)
    return found[1] if found else ""
