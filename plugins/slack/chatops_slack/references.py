"""Which channel a person has named: by its id, its #name, or its address."""

import re
from typing import Final
from urllib.parse import parse_qs, urlsplit

from chatops import Gone, Link, Rejected
from chatops_slack.answers import Named
from chatops_slack.api import Api
from chatops_slack.channels import link
from chatops_slack.listing import called
from chatops_slack.settings import CHANNEL_ID, SlackConfig

_PATH: Final = re.compile(rf"/(?:archives|client/[A-Z0-9]+)/({CHANNEL_ID})(?:/.*)?")


def channel_of(api: Api, config: SlackConfig, ref: str) -> Link | None:
    """The channel's link; None where this is no channel of Slack's. Raises Rejected for an unknown one."""
    if ref.startswith("#"):
        found = called(api, ref[1:])
        if found is None:
            raise Rejected(f"There is no channel {ref} that is in use and that the app can see.")
        return link(found, config)
    identity = _identity(ref)
    if not identity:
        return None
    try:
        known = api.read("conversations.info", Named, channel=identity).channel
    except Gone as error:
        unknown = f"Slack has no channel {identity}, or it is private and the app is not in it."
        raise Rejected(unknown) from error
    return link(known, config) if known else None


def _identity(ref: str) -> str:
    if re.fullmatch(CHANNEL_ID, ref):
        return ref
    try:
        url = urlsplit(ref)
    except ValueError:
        return ""
    if url.path.rstrip("/") == "/app_redirect":
        ref = next(iter(parse_qs(url.query).get("channel", [])), "")
        return ref if re.fullmatch(CHANNEL_ID, ref) else ""
    found = _PATH.fullmatch(url.path) if url.scheme in {"http", "https"} else None
    return found[1] if found else ""
