"""Post-mortems that people write in Confluence, and what they promise there."""

from collections.abc import Iterator

from chatops import ItemDocument, SourceDocument, ToolContext
from chatops_confluence.answers import Hit
from chatops_confluence.api import Api
from chatops_confluence.markup import NotStorage
from chatops_confluence.settings import ConfluencePerson
from chatops_confluence.tasks import items_of


def documents(api: Api, ctx: ToolContext) -> Iterator[SourceDocument]:
    """Every page of the space with the label, but for those that chatops wrote: their items are in files."""
    people = {
        person.settings.account_id: person.name
        for person in ctx.people.values()
        if isinstance(person.settings, ConfluencePerson)
    }
    for hit in api.labelled(api.config.source_label, api.config.space, bodies=True):
        if hit.ours:
            continue
        try:
            items = tuple(items_of(hit.text, people))
        except NotStorage as error:
            ctx.log.warning("the page %s cannot be read: %s", api.url_of(hit), error)
            continue
        yield SourceDocument(_document(api, hit), items)


def _document(api: Api, hit: Hit) -> ItemDocument:
    return ItemDocument(id=f"confluence-page-{hit.id}", title=hit.title, url=api.url_of(hit))
