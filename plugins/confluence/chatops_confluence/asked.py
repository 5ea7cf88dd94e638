"""What a person asks about the site: which page a link means, and what of the settings is wrong."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from chatops import Finding, Gone, Link, Rejected
from chatops_confluence.api import Api
from chatops_confluence.publishing import KIND

_ID = re.compile(r"\d{1,20}")
_ADDRESS = re.compile(
    r"https?://[^/?#]+/(?:[^?#]*/)?(?:pages/(?:edit(?:-v2)?/)?(\d{1,20})|[^?#]*\?(?:.*&)?pageId=(\d{1,20}))"
)


def page_named(ref: str, api: Api) -> Link | None:
    """The page that an id or an address of the site means; None for anything else.

    Raises Rejected where it looks like one of this site and there is none.
    """
    address = _ADDRESS.match(ref.strip())
    identity = (address[1] or address[2]) if address else ref.strip()
    if not _ID.fullmatch(identity):
        return None
    try:
        page = api.page(identity)
    except Gone:
        if address and not ref.startswith(api.config.wiki):
            return None
        token = api.setting("token")
        raise Rejected(f"There is no page {identity}, or the account of {token} may not see it.") from None
    url = api.url_of(page)
    if address and urlsplit(ref.strip()).netloc.lower() != urlsplit(url).netloc.lower():
        return None
    return Link(KIND, page.id, url, page.title)


def findings(api: Api) -> Iterator[Finding]:
    """What the site would not take of the settings. Raises Unauthorized for the credentials."""
    space = api.space(api.config.space)
    if space is None:
        yield _no_space(api, "space")
        return
    if api.config.restricted_space and api.space(api.config.restricted_space) is None:
        yield _no_space(api, "restricted_space")
    if not api.config.parent:
        return
    try:
        parent = api.page(api.config.parent)
    except Gone:
        problem = f"there is no page {api.config.parent}, or the account of the token may not see it"
        yield Finding(setting=api.setting("parent"), problem=problem)
        return
    if parent.space_id != space.id:
        problem = f"{parent.title!r} is not in the space {api.config.space}"
        yield Finding(setting=api.setting("parent"), problem=problem)


def _no_space(api: Api, key: str) -> Finding:
    problem = f"there is no space {getattr(api.config, key)}, or the account of the token may not see it"
    valid = tuple(f"{space.key} ({space.name})" if space.name else space.key for space in api.spaces())
    return Finding(setting=api.setting(key), problem=problem, valid=valid)
