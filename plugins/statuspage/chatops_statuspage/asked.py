"""What a person asks about the page: which incident a link means, and what of the settings is wrong."""

import re

from chatops import Finding, Gone, ToolContext, Unauthorized
from chatops_statuspage.api import Api, Incident, Named
from chatops_statuspage.settings import ID, StatuspageComponent


def incident_named(ref: str, api: Api) -> Incident | None:
    """The incident of the page that an id, a shortlink, or an address of its own or its management means."""
    address = re.match(r"https?://[^/?#]+(?:/[^?#]*)?/incidents/([a-z0-9]+)", ref)
    identity = address[1] if address else ref
    if ID.fullmatch(identity):
        try:
            return api.incident(identity)
        except Gone:
            return None
    if not ref.startswith(("https://", "http://")):
        return None
    return next((found for found in api.newest() if found.shortlink == ref), None)


def findings(api: Api, page: str, ctx: ToolContext) -> list[Finding]:
    """What the page would not take of the settings."""
    settings = f"plugins.{ctx.instance}"
    try:
        pages = api.pages()
    except Unauthorized as error:
        return [Finding(setting=f"{settings}.token", problem=str(error))]
    if page not in {known.id for known in pages}:
        problem = f"the key in {settings}.token may manage no page {page}"
        return [Finding(setting=f"{settings}.page", problem=problem, valid=_shown(pages))]
    there = api.components()
    ids = {known.id for known in there}
    return [
        Finding(
            setting=f"components.*.{ctx.instance}.id",
            problem=f"{view.name} has {view.settings.id}, and the page has no such component",
            valid=_shown(there),
        )
        for view in ctx.components
        if isinstance(view.settings, StatuspageComponent) and view.settings.id not in ids
    ]


def _shown(named: list[Named]) -> tuple[str, ...]:
    return tuple(f"{known.id} ({known.name})" for known in named)
