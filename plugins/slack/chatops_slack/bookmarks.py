"""The incident's links at the top of the channel, each there once."""

from typing import Final

from chatops import Context, Link, OwnedLink
from chatops_slack.answers import Answer, Bookmark, Marked, Marks
from chatops_slack.api import Api
from chatops_slack.text import cut, is_address

#: What responders open during an incident; an action item's ticket would fill the bar.
KINDS: Final = frozenset({"ticket", "page", "postmortem", "link"})
_TITLE: Final = 100


def wanted(owned: OwnedLink, instance: str) -> bool:
    """Whether the link is bookmarked: another's, of a kind that is looked for, with an address."""
    link = owned.link
    return owned.instance != instance and link.kind in KINDS and is_address(link.url)


def keep(api: Api, ctx: Context, channel: str, owned: OwnedLink, *, is_new: bool) -> None:
    """Add the bookmark of this link, or let the one that we added lead to what the link is now.

    A link that `is_new` may have come back to where it led when its bookmark was added.
    """
    link = owned.link
    title = cut(f"{link.kind}: {link.title or link.id}", _TITLE)
    added: list[str] = []

    def create(_: str) -> Link:
        said = {"channel_id": channel, "title": title, "type": "link", "link": link.url}
        made = api.write("bookmarks.add", Marked, **said).bookmark
        if made is None:
            raise api.lost("bookmarks.add", "the bookmark")
        added.append(made.id)
        return _made(made.id, link.url)

    def find(_: str) -> Link | None:
        there = api.read("bookmarks.list", Marks, channel_id=channel).bookmarks
        return next((_made(mark.id, link.url) for mark in there if _leads_to(mark, link.url)), None)

    step = f"bookmark-{channel}-{owned.instance}-{link.kind}"
    made = ctx.once(step, create=create, find=find, scope="incident")
    if not added and (is_new or made.url != link.url):
        api.write(
            "bookmarks.edit", Answer, channel_id=channel, bookmark_id=made.id, title=title, link=link.url
        )


def _made(identity: str, url: str) -> Link:
    return Link("bookmark", identity, url)


def _leads_to(mark: Bookmark, url: str) -> bool:
    return (mark.link or "").rstrip("/") == url.rstrip("/")
