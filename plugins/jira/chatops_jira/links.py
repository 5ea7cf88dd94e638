"""The ticket's web links: to the chat, the status page, the post-mortem, and whatever else is known."""

import hashlib
import json
from typing import Any

from chatops import Context, Link, OwnedLink
from chatops_jira.document import one_line
from chatops_jira.remote import Remote, path_of


def others(ctx: Context) -> list[OwnedLink]:
    """Everybody else's links that a browser can follow."""
    addresses = ("https://", "http://")
    return [o for o in ctx.links if o.instance != ctx.instance and o.link.url.startswith(addresses)]


def send(remote: Remote, ctx: Context, ticket: str, owned: OwnedLink, *, newest: bool) -> None:
    """Show the link on the ticket; nothing is asked where it is there already, as it is now.

    The newest link may lead where an earlier one led before others: then it is sent for this event.
    """
    said = _said(ctx, owned)
    digest = hashlib.sha256(json.dumps([ticket, said], sort_keys=True).encode()).hexdigest()[:12]

    sent: list[Link] = []

    def create(_key: str) -> Link:
        # Jira overwrites the link that has the same globalId, so this needs no `find`.
        remote.post(path_of(ticket, "remotelink"), said)
        sent.append(owned.link)
        return owned.link

    step = f"link-{owned.instance}-{owned.link.kind}-{digest}"
    ctx.once(step, create=create, scope="incident")
    if newest and not sent:
        ctx.once(f"{step}-again", create=create)


def _said(ctx: Context, owned: OwnedLink) -> dict[str, Any]:
    """The whole link: what an update leaves out, Jira empties."""
    title = one_line(owned.link.title or owned.link.url)
    return {
        "globalId": f"chatops-{ctx.incident.id}-{owned.instance}-{owned.link.kind}"[:255],
        "application": {"type": "chatops", "name": "chatops"},
        "relationship": "incident",
        "object": {"url": owned.link.url, "title": title, "summary": f"{owned.instance}: {owned.link.kind}"},
    }
