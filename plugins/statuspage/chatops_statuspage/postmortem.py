"""The post-mortem of a public incident: a draft, published where that is asked for."""

from chatops import Link, PublicContext
from chatops_statuspage.api import Api
from chatops_statuspage.settings import ID
from chatops_statuspage.telling import PAGE, own_page


def page_of(api: Api, ctx: PublicContext) -> Link | None:
    """The public incident that we opened, also where all that is known of it is its id, as it stands in a
    document: then it says itself whose it is.
    """
    link = ctx.link(PAGE)
    if link is None or link.data:
        return own_page(ctx)
    ours = ID.fullmatch(link.id) and api.incident(link.id).ours == str(ctx.incident.id)
    return link if ours else None


def write(api: Api, page: Link, text: str, *, publish: bool) -> bool:
    """Bring the post-mortem in line with the text; what is so already is not written again. Whether customers
    can read it.
    """
    there = api.postmortem(page.id)
    if there is None or there.body_draft != text:
        api.draft_postmortem(page.id, text)
    read = there is not None and there.published_at is not None and there.body == text
    if publish and not read:
        api.publish_postmortem(page.id)
    return publish or read
