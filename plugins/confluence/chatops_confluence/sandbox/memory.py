"""What the stand-in holds, what people do to it by hand, and what all its answers need."""

import base64
from datetime import timedelta
from http import HTTPStatus
from typing import Any, TypeVar

import msgspec
from werkzeug.wrappers import Request, Response

from chatops.sandbox import Refused, StandIn, answer
from chatops_confluence.markup import NotStorage, read
from chatops_confluence.sandbox.state import (
    BODY_LIMIT,
    DANA,
    PARENT,
    SPACES,
    TITLE_LIMIT,
    TOKEN,
    USER,
    Page,
    Space,
    Version,
    now,
)

T = TypeVar("T")
_TAKEN = "A page with this title already exists: A page already exists with the same TITLE in this space"


class Memory(StandIn):
    """One site. `pages` are the oldest first.

    What people do by hand: `write` a page, `edit`, `trash` and `move` one.
    """

    name = "confluence"
    root = "/wiki/"

    def __init__(self, url: str = "", *, rehearsing: bool = False) -> None:
        super().__init__(url, rehearsing=rehearsing)
        self.spaces = [] if rehearsing else list(SPACES)
        self.pages: list[Page] = []
        self._ids = int(PARENT)
        if not rehearsing:
            home = Version(1, "Post-mortems", "<p>What we learned.</p>", author=DANA)
            self.pages.append(Page(PARENT, SPACES[0].id, [home]))

    def page(self, identity: str) -> Page | None:
        """The page with this id."""
        return next((known for known in self.pages if known.id == identity), None)

    def titled(self, space: str, title: str) -> Page | None:
        """The page that has this title in the space."""
        return next(
            (
                p
                for p in self.pages
                if (p.space, p.status) == (space, "current") and p.title.casefold() == title.casefold()
            ),
            None,
        )

    def write(self, title: str, body: str, *, space: str = "OPS", labels: tuple[str, ...] = ()) -> Page:
        """Somebody writes a page by hand."""
        made = Page(self.new_id(), self._space(space).id, [Version(1, title, body, author=DANA)])
        made.labels += labels
        self.pages.append(made)
        return made

    def edit(self, identity: str, *, body: str | None = None, title: str | None = None) -> None:
        """Somebody changes a page by hand."""
        page = self._known(identity)
        before = page.latest
        now_body = before.body if body is None else body
        page.versions.append(Version(before.number + 1, title or before.title, now_body, author=DANA))

    def trash(self, identity: str) -> None:
        """Somebody deletes a page: it can be restored for a while."""
        self._known(identity).status = "trashed"

    def move(self, identity: str, space: str) -> None:
        """Somebody moves a page to another space."""
        self._known(identity).space = self._space(space).id

    def admit(self, request: Request) -> None:
        path = request.path.removeprefix(self.root)
        if self.rehearsing or not path.startswith(("api/", "rest/")):
            return
        wanted = base64.b64encode(f"{USER}:{TOKEN}".encode()).decode()
        if request.headers.get("Authorization") != f"Basic {wanted}":
            raise Refused(self.refusal(HTTPStatus.UNAUTHORIZED, "Unauthorized"))

    def refusal(self, status: int, words: str = "") -> Response:
        code = HTTPStatus(status).name
        said = {"status": status, "code": code, "title": words or HTTPStatus(status).phrase, "detail": None}
        return answer({"errors": [said]}, status)

    def new_id(self) -> str:
        """An id that no page of a real site has, in a rehearsal."""
        self._ids += 1
        return f"rehearsal{self._ids - int(PARENT)}" if self.rehearsing else str(self._ids)

    def key_of(self, page: Page) -> str:
        """The key of the page's space."""
        return next((space.key for space in self.spaces if space.id == page.space), page.space)

    @property
    def base(self) -> str:
        """Where people read the site."""
        return f"{self.url}/wiki"

    def _space(self, key: str) -> Space:
        return next(space for space in self.spaces if space.key == key)

    def _no_rehearsal(self) -> None:
        """Let a dry run ask the real site what there is."""
        if self.rehearsing:
            raise Refused(self.refusal(404, "unknown to a rehearsal"))

    def _known(self, identity: str) -> Page:
        found = self.page(identity)
        if found is None:
            raise Refused(self.refusal(404, f"Could not find content with id {identity}"))
        return found

    def _touched(self, identity: str) -> Page:
        """A page that is written to; a rehearsal takes any."""
        if self.rehearsing and self.page(identity) is None:
            self.pages.append(Page(identity, "", [Version(0, identity, "")]))
        return self._known(identity)

    def _indexed(self) -> list[Page]:
        """What the search knows of."""
        self._no_rehearsal()
        newest = now() - timedelta(seconds=self.lag())
        return [page for page in self.pages if page.status == "current" and page.versions[0].at <= newest]

    def _fields(self, request: Request, wanted: type[T]) -> T:
        if len(request.get_data()) > BODY_LIMIT:
            raise Refused(self.refusal(413))
        try:
            return msgspec.json.decode(request.get_data(), type=wanted)
        except msgspec.DecodeError as error:
            raise Refused(self.refusal(400, str(error))) from None

    def _check(self, space: str, title: str, body: Any, besides: str = "") -> str:
        """The body in the storage format, where a page of the space may have it and this title."""
        if not title.strip() or len(title) > TITLE_LIMIT:
            raise Refused(
                self.refusal(400, f"Title cannot be empty, or longer than {TITLE_LIMIT} characters")
            )
        other = self.titled(space, title)
        if other and other.id != besides:
            raise Refused(self.refusal(400, _TAKEN))
        try:
            read(body, _Nothing())
        except NotStorage as error:
            raise Refused(self.refusal(400, f"Error parsing xhtml: {error}")) from None
        return str(body)


class _Nothing:
    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Nothing is done with it."""

    def end(self, tag: str) -> None:
        """Nor with its end."""

    def data(self, text: str) -> None:
        """Nor with what is in it."""
