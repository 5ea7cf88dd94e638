"""Publishes a post-mortem: what is taken from its document, and what is recorded of it."""

import re
from contextlib import suppress
from pathlib import Path
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec

from chatops import events as e
from chatops.actions.address import readable
from chatops.actions.document import NotRead, not_text
from chatops.actions.files import take
from chatops.actions.front_matter import BOM, ID_KEYS, front_matter
from chatops.actions.labels import plain_name
from chatops.actions.privacy import privacy
from chatops.dispatch.plan import admits
from chatops.errors import ChatopsError, UsageError
from chatops.incident import Incident
from chatops.postmortem.front import Front, read_front
from chatops.postmortem.sections import is_placeholder, sections
from chatops.service.act import Act, Pen, Recorded
from chatops.service.desk import Desk
from chatops.service.postmortem import find
from chatops.text import clean_text

#: The heading of the only section that customers may ever see, and how deep it may stand: below another one
#: it may be about customers.
CUSTOMERS: Final = plain_name("For customers")
DEEPEST: Final = 2
#: One that is not closed goes on to the end, as it does for every reader of Markdown.
_COMMENT: Final = re.compile("<!--.*?(?:-->|\\Z)", re.DOTALL)
_BETWEEN: Final = re.compile("\n[ \t]*\n")
_NAMELESS: Final = uuid5(NAMESPACE_URL, "chatops post-mortem")


class NotPublished(ChatopsError):
    """Nothing is published: {problem}."""


class Paper(msgspec.Struct, frozen=True):
    """A post-mortem's document as it was read from its file. There is none of which nobody can tell whether
    it is `restricted`.
    """

    path: Path
    text: str
    front: Front
    restricted: bool

    @classmethod
    def read(cls, path: Path) -> "Paper":
        """The document in this file. Raises NotRead, NotPublished."""
        return cls.of(path, take(path).data)

    @classmethod
    def of(cls, path: Path, data: bytes) -> "Paper":
        """The document that these bytes of a file are. Raises NotRead, NotPublished."""
        try:
            text = data.decode().removeprefix(BOM)
        except UnicodeDecodeError as error:
            raise not_text(path, error, "so it is not published") from None
        if not text.strip():
            raise NotRead(path=path, problem="is empty, so it is not published")
        found = privacy(text)
        if found.restricted is None:
            raise NotPublished(problem=f"{path}, line {found.line}: {found.problem}")
        return cls(path, text, read_front(text), found.restricted)

    @property
    def has_id(self) -> bool:
        """Whether it says which incident of all stores it is of."""
        with suppress(ValueError):
            return bool(UUID(self.front.id))
        return False

    @property
    def names(self) -> tuple[str, ...]:
        """What its front matter calls it or its incident; whose id it is, `identity` says."""
        keys = front_matter(self.text).keys
        called = {key.casefold(): value for key, value in reversed(keys.items())}
        said = (called.get(key) for key in ID_KEYS)
        return tuple(str(one) for one in said if isinstance(one, str | int))

    @property
    def identity(self) -> UUID:
        """The incident's id; for a document that has none, one that follows from what it is known by."""
        try:
            return UUID(self.front.id)
        except ValueError:
            return uuid5(_NAMELESS, next(iter(self.names), readable(self.path.name)))

    @property
    def for_customers(self) -> str:
        """The words for customers, without comments and what the draft left there; "" where there are none.

        Raises BadText where they are too long.
        """
        found = (
            one.text
            for one in sections("\n".join(self.text.splitlines()))
            if one.name == CUSTOMERS and one.level <= DEEPEST
        )
        written = _COMMENT.sub("", next(found, ""))
        kept = [part for part in _BETWEEN.split(written) if part.strip() and not is_placeholder(part)]
        words = "\n\n".join(part.strip("\n") for part in kept)
        return clean_text(words, "section for customers") if words else ""


def paper_of(incident: Incident, folder: Path) -> Paper:
    """The incident's post-mortem in or below the folder. Raises NotRead, NotPublished, and UsageError where
    it has none.
    """
    path = find(folder, incident)
    if path is None:
        how = f"To write one: chatops postmortem draft {incident.name}"
        raise UsageError(f"No file in {str(folder)!r} is the post-mortem of {incident.name}. {how}")
    return Paper.read(path)


class Publication(msgspec.Struct, frozen=True, kw_only=True):
    """What is published: see `PostmortemPublished`."""

    document: str
    url: str = ""
    public_section: str = ""
    overwrite: bool = False


def publish(desk: Desk, target: UUID, said: Publication, act: Act) -> Recorded:
    """Record that the incident's post-mortem is published. One that was already, and is the same, is a
    repetition, unless it may overwrite. Raises NotPublished.
    """

    def writing(pen: Pen) -> None:
        check_readers(pen.incident, said.document)
        if not said.overwrite and _is_known(desk, pen.incident, said):
            pen.repeated = "its post-mortem was published already, and is unchanged (--force does it again)"
            return
        _let_readers_in(desk, pen.incident)
        _replace_earlier(desk, pen.incident)
        url = said.url or pen.incident.postmortem_url
        fields = {name: getattr(said, name) for name in said.__struct_fields__} | {"url": url}
        pen.add(e.PostmortemPublished(**pen.stamp(), **fields))

    return desk.write(target, act, writing, kind=e.PostmortemPublished)


def check_readers(incident: Incident, document: str) -> None:
    """Raise NotPublished where the document is for fewer than its incident, or nobody can tell."""
    found = privacy(document)
    if found.restricted is None:
        raise NotPublished(problem=f"line {found.line} of the document: {found.problem}")
    if found.restricted and not incident.restricted:
        raise NotPublished(
            problem=f"line {found.line} of the document says that it is restricted, and {incident.name} is"
            f" not: chatops restrict {incident.name}, or delete the line"
        )


def told(incident: Incident) -> str:
    """The section for customers that was published last; "" for none."""
    return incident.public_postmortem.text if incident.public_postmortem else ""


def _is_known(desk: Desk, incident: Incident, said: Publication) -> bool:
    published = [one for one in desk.store.log.events(incident.id) if isinstance(one, e.PostmortemPublished)]
    if not published:
        return False
    last = published[-1]
    news = said.url not in {"", last.url} or said.public_section not in {"", told(incident)}
    return last.document == said.document and not news


def _replace_earlier(desk: Desk, incident: Incident) -> None:
    """What of an earlier version still waits, such as for a page that people have changed, is not sent."""
    for delivery in desk.store.deliveries.unsettled(incident.id):
        if delivery.hook == "postmortem_published":
            desk.store.deliveries.settle(delivery, "superseded", "the post-mortem was published anew")


def _let_readers_in(desk: Desk, incident: Incident) -> None:
    """An incident that is over lets nobody in any more. A wiki that was enabled since is to have its
    post-mortem even so: it has nothing to do with the declaration.
    """
    for row in desk.store.instances.all():
        hooks = row.traits.hooks if row.enabled and row.traits else ()
        reads = "postmortem_published" in hooks and "incident_declared" not in hooks
        if reads and admits(row, incident):
            desk.store.deliveries.join(incident.id, row.name)
