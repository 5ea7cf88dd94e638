"""One post-mortem on its way to its page: made once, brought up to date, and never over people's words."""

from contextlib import suppress
from functools import cached_property
from http import HTTPStatus
from typing import Final

from msgspec.structs import replace

from chatops import Context, Gone, Link, PostmortemPublished, Rejected, Unavailable
from chatops_confluence import refusals
from chatops_confluence.answers import Page, Wrote
from chatops_confluence.api import Api, check_size, is_about_title
from chatops_confluence.wanted import Wanted, label_of

KIND: Final = "postmortem"
#: How often a page is read again that somebody changes just then.
ATTEMPTS: Final = 3


def published(api: Api, event: PostmortemPublished, ctx: Context, space: str) -> Link:
    """The page of this post-mortem, as the document is now; `space` is where it is made."""
    check_size(len(event.document))
    wanted = Wanted.of(event, ctx, api.config.title)
    return _Publishing(api, ctx, wanted, space).run(overwrite=event.overwrite)


class _Publishing:
    def __init__(self, api: Api, ctx: Context, wanted: Wanted, space: str) -> None:
        self._api = api
        self._ctx = ctx
        self._wanted = wanted
        self._space = space
        #: The page that this call has made, or found where it was to make one.
        self._found: Page | None = None
        self._is_new = False
        self._is_changed = False
        #: What the page said in earlier versions.
        self._texts: dict[int, str] = {}

    def run(self, *, overwrite: bool) -> Link:
        made = self._ctx.once(KIND, create=self._create, find=self._find, scope="incident")
        page = self._found or self._there(self._linked or made.id)
        if not self._is_new:
            self._check(page)
            page = self._written(page, overwrite=overwrite)
        self._remember(page)
        return self._link(page)

    # Which page it is.

    def _create(self, _key: str) -> Link:
        self._found = self._known
        if self._found is None:
            parent = self._api.config.parent if self._space == self._api.config.space else ""
            try:
                self._found = self._api.create(self._space_id, parent, self._wanted.title, self._wanted.body)
                self._is_new = True
            except Rejected as error:
                self._found = self._titled() if is_about_title(error) else None
                if self._found is None:
                    raise
                self._check_title(self._found)
        return self._link(self._found)

    def _find(self, _key: str) -> Link | None:
        page = self._known or self._titled()
        if page is None or page.incident != self._wanted.incident:
            return None
        self._found = page
        return self._link(page)

    @cached_property
    def _known(self) -> Page | None:
        """The page that is linked to the incident, or has its label; a copy of that is younger."""
        if self._linked:
            with suppress(Gone):
                return self._there(self._linked)
        hits = sorted(self._api.labelled(self._label), key=lambda hit: (len(hit.id), hit.id))
        pages = (self._api.page(hit.id) for hit in hits)
        return next((page for page in pages if page.incident == self._wanted.incident), None)

    def _titled(self) -> Page | None:
        found = self._api.titled(self._space_id, self._wanted.title)
        return self._api.page(found.id) if found else None

    def _there(self, identity: str) -> Page:
        """The page as it is now. Raises Gone where it was deleted."""
        try:
            page = self._api.page(identity)
        except Gone as error:
            raise refusals.gone(self._api, identity) from error
        if page.status in {"trashed", "deleted"}:
            raise refusals.gone(self._api, identity)
        return page

    # What is in the way.

    def _check(self, page: Page) -> None:
        if page.wrote and page.wrote.incident != self._wanted.incident:
            raise refusals.another_incident(self._api, page)
        if self._ctx.incident.restricted and page.space_id != self._space_id:
            raise refusals.not_restricted(self._api, page, self._space)

    def _check_title(self, page: Page) -> None:
        if page.incident != self._wanted.incident:
            raise refusals.title_taken(self._api, page, self._space)

    # What is written.

    def _written(self, page: Page, *, overwrite: bool) -> Page:
        for _ in range(ATTEMPTS):
            there, title = self._digest_of(page), self._title_of(page)
            if there == self._wanted.digest and title == page.title:
                return page
            if there is None and not overwrite:
                before = self._text_at(page, self._base(page))
                raise refusals.edited(self._api, page, before, self._wanted.body, self._ctx.incident.name)
            try:
                changed = self._api.change(page, title, self._wanted.body, self._wanted.digest)
                self._is_changed = True
                return replace(changed, properties=page.properties)
            except Rejected as error:
                newer = self._there(page.id) if is_about_title(error) else page
                if newer.version.number == page.version.number:
                    if is_about_title(error) and title != page.title and (other := self._titled()):
                        self._check_title(other)
                    raise
                page = newer
        raise Unavailable(f"Somebody is changing {self._api.url_of(page)} at this moment.")

    def _digest_of(self, page: Page) -> str | None:
        """The digest of what we wrote and the page still is; None where people have changed its words.

        Confluence stores a body in its own spelling, so that ours is compared as it was stored.
        """
        if page.version.digest:
            return page.version.digest
        if page.text == self._wanted.body:
            return self._wanted.digest
        base = self._base(page)
        if base and (base == page.version.number or self._text_at(page, base) == page.text):
            return page.wrote.digest if page.wrote else ""
        return None

    def _base(self, page: Page) -> int:
        """The last version that is known to be ours; 0 for a page that is not ours."""
        return page.wrote.version if page.wrote else 1 if page.incident == self._wanted.incident else 0

    def _text_at(self, page: Page, version: int) -> str | None:
        if version and version not in self._texts:
            with suppress(Gone, Rejected):
                self._texts[version] = self._api.page(page.id, version).text
        return self._texts.get(version)

    def _title_of(self, page: Page) -> str:
        """Ours where it is new; what people call the page else."""
        ours = page.wrote.title != self._wanted.title if page.wrote else bool(page.incident)
        return self._wanted.title if ours else page.title

    def _remember(self, page: Page) -> None:
        """Label the page and write down what we wrote; nothing is sent where both are so already."""
        before = page.wrote
        labels = (*self._api.config.labels, self._label)
        missing = [label for label in dict.fromkeys(labels) if not before or label not in before.labels]
        if missing:
            self._api.label(page.id, missing)
        known, version = self._wanted, page.version.number
        if before and before.digest == known.digest and not self._is_changed and not page.version.digest:
            # People have only renamed or moved it since.
            version = before.version
        wrote = Wrote(known.incident, known.digest, version, known.title, tuple(dict.fromkeys(labels)))
        if before == wrote:
            return
        try:
            self._api.remember(page.id, page.ours, wrote)
        except Rejected as error:
            # Another job was faster; what is ours can be told from the history too.
            if error.status != HTTPStatus.CONFLICT:
                raise

    @property
    def _linked(self) -> str:
        link = self._ctx.link(KIND)
        return link.id if link else ""

    @property
    def _label(self) -> str:
        return label_of(self._wanted.incident)

    @cached_property
    def _space_id(self) -> str:
        found = self._api.space(self._space)
        if found is None:
            raise refusals.no_space(self._api, self._space)
        return found.id

    def _link(self, page: Page) -> Link:
        return Link(KIND, page.id, self._api.url_of(page), page.title, {"space": self._space})
