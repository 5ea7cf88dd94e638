"""What the page of a post-mortem is to be: its title and its body."""

import hashlib

import msgspec

from chatops import Context, PostmortemPublished
from chatops_confluence.answers import mark_of
from chatops_confluence.document import Document, title_of
from chatops_confluence.markup import escaped


class Wanted(msgspec.Struct, frozen=True):
    """The page as it is to be; `digest` is that of the body."""

    incident: str
    title: str
    body: str
    digest: str

    @classmethod
    def of(cls, event: PostmortemPublished, ctx: Context, template: str) -> "Wanted":
        """The page of this post-mortem."""
        from chatops_confluence.storage import storage

        document, incident = Document.of(event.document), ctx.incident
        title = title_of(
            template,
            exercise=ctx.drill,
            # What was written by hand, without an incident of ours, has no number.
            incident=document.said("incident", incident.name if incident.number else ""),
            title=document.said("title", incident.title),
            severity=document.said("severity", incident.severity),
            date=f"{incident.declared_at:%Y-%m-%d}",
        )
        known = str(incident.id)
        body = storage(document.text, event.url) + _closing(event.url, known)
        return cls(known, title, body, hashlib.sha256(body.encode()).hexdigest()[:20])


def label_of(incident: str) -> str:
    """The label by which the page is found, whatever its title is."""
    return f"chatops-{incident}"


def _closing(url: str, incident: str) -> str:
    """Tells people where the words come from, and us whose page it is."""
    web = url.startswith(("https://", "http://"))
    source = f'<a href="{escaped(url)}">the post-mortem</a>' if web else "the post-mortem"
    said = f"chatops writes this page from {source}: what is changed here does not reach it."
    return f"<hr/><p><em>{said} ({escaped(mark_of(incident))})</em></p>"
