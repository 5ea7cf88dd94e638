"""Post-mortems that people write in Confluence, and what they promise there."""

import re
from collections.abc import Iterator
from typing import Final

from chatops import ItemDocument, SourceDocument, ToolContext
from chatops_confluence.answers import Hit
from chatops_confluence.api import Api
from chatops_confluence.markup import NotStorage
from chatops_confluence.reading import lines_of
from chatops_confluence.settings import ConfluencePerson
from chatops_confluence.tasks import items_of

#: What people write above the first section, as in the front matter of a file; `|` stands between cells.
_RESTRICTED: Final = re.compile(r"[\W_]*restricted[\W_]*?[:=|][\W_]*(?P<said>\w*)[\W_]*", re.IGNORECASE)
_SECTION: Final = re.compile(r"#{2,6} ")
_NOT: Final = frozenset({"false", "no", "off", "n", "0"})


def documents(api: Api, ctx: ToolContext) -> Iterator[SourceDocument]:
    """Every page of the space with the label, but for those that chatops wrote, whose items are in files, and
    those that say that few may know of them.
    """
    people = {
        person.settings.account_id: person.name
        for person in ctx.people.values()
        if isinstance(person.settings, ConfluencePerson)
    }
    for hit in api.labelled(api.config.source_label, api.config.space, bodies=True):
        if hit.ours:
            continue
        if _is_restricted(hit.text):
            ctx.log.warning(
                "the page %s says that it is restricted: its items are left alone", api.url_of(hit)
            )
            continue
        try:
            items = tuple(items_of(hit.text, people))
        except NotStorage as error:
            ctx.log.warning("the page %s cannot be read: %s", api.url_of(hit), error)
            continue
        yield SourceDocument(_document(api, hit), items)


def _is_restricted(body: str) -> bool:
    """Whether a page says so, or may: only a clear no is one."""
    for line in lines_of(body):
        if _SECTION.match(line):
            return False
        if (found := _RESTRICTED.fullmatch(line)) and found["said"].casefold() not in _NOT:
            return True
    return False


def _document(api: Api, hit: Hit) -> ItemDocument:
    return ItemDocument(id=f"confluence-page-{hit.id}", title=hit.title, url=api.url_of(hit))
