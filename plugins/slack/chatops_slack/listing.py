"""Which channels there are: Slack finds none by name, so that they have to be listed."""

from typing import Final

from chatops_slack.answers import Channel, Listed
from chatops_slack.api import Api

#: The most that Slack lists at once (docs.slack.dev, conversations.list).
_PAGE: Final = 999
#: Each needs a scope of its own, so that they are asked for one by one.
KINDS: Final = ("public_channel", "private_channel")


def listed(api: Api, kind: str) -> list[Channel]:
    """Every channel of this kind that the app can see and that is in use."""
    pages = api.pages("conversations.list", Listed, types=kind, exclude_archived="true", limit=_PAGE)
    return [channel for page in pages for channel in page.channels]


def called(api: Api, name: str) -> Channel | None:
    """The channel of this name, without its `#`, that the app can see."""
    everywhere = (channel for kind in KINDS for channel in listed(api, kind))
    return next((channel for channel in everywhere if channel.name == name), None)
