"""The ticket that a person has named."""

import re

import msgspec

from chatops import Gone, Link, Rejected, ToolContext
from chatops_jira import ticket
from chatops_jira.explain import Names
from chatops_jira.remote import Remote, path_of
from chatops_jira.settings import JiraConfig

_KEY = re.compile(r"[A-Z][A-Z0-9_]*-[1-9]\d*")


class _Key(msgspec.Struct):
    key: str


def ticket_of(ref: str, ctx: ToolContext, names: Names) -> Link | None:
    """The ticket of this key or address, under the key that it has now; None for anything else.

    Raises Rejected where it looks like one of ours and Jira has none.
    """
    key = key_of(ref, names.config)
    if key is None:
        return None
    try:
        with names.explaining(key):
            found = Remote(ctx.http, names).get(path_of(key), _Key, fields="summary")
    except Gone:
        token = names.setting("token")
        raise Rejected(f"Jira has no ticket {key}, or the account of {token} may not see it.") from None
    return ticket.link(names.config, found.key)


def key_of(ref: str, config: JiraConfig) -> str | None:
    """The key that this is, or that is in it where it is the address of a ticket of this Jira."""
    ref = ref.strip()
    for page in (config.page(""), f"{config.server}/browse/"):
        rest = ref.removeprefix(page)
        if rest != ref:
            ref = re.split(r"[/?#]", rest, maxsplit=1)[0]
    return key if _KEY.fullmatch(key := ref.upper()) else None
