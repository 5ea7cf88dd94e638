"""The channel of an incident: made once, and recognised after a lost answer."""

from collections.abc import Iterator
from datetime import datetime

from chatops import Context, Gone, Link, Rejected, Unauthorized
from chatops_slack.answers import Channel, History, Known, Named
from chatops_slack.api import Api, reason
from chatops_slack.listing import KINDS, listed
from chatops_slack.naming import MOST, names
from chatops_slack.posts import SKEW
from chatops_slack.settings import SlackConfig


def opened(api: Api, ctx: Context, config: SlackConfig) -> Link:
    """The incident's channel; it is created where there is none yet.

    The name alone cannot carry our key, and nothing else can be said in the request that creates it.
    Its first message carries the key. So a taken name is never ours, as nothing of ours was there before
    we looked; and what an earlier attempt may have made is a channel of the app's own, of one of these
    names, made since the incident was declared, in which no other incident has a message.
    """
    wanted = list(names(config.channel, ctx.incident))

    def create(_: str) -> Link:
        # A person linked one before the incident came here, or thought that ours was gone.
        linked = ctx.link("channel")
        if linked and in_use(api, linked.id):
            return linked
        for name in wanted:
            try:
                private = ctx.incident.restricted
                made = api.write("conversations.create", Named, name=name, is_private=private).channel
            except Rejected as error:
                if reason(error) == "name_taken":
                    continue
                setting = f"plugins.{ctx.instance}.channel"
                raise Rejected(f"{error} The name was {name!r}, made from {setting}.") from error
            if made is None:
                raise api.lost("conversations.create", "the channel")
            return link(made, config)
        taken = f"The names {wanted[0]} to {wanted[-1]} are taken in Slack, all {MOST} of them."
        raise Rejected(f"{taken} Change plugins.{ctx.instance}.channel, for instance with {{date}} in it.")

    def find(key: str) -> Link | None:
        ours = key.removesuffix("channel")
        for channel in _made_by_us(api, ctx, set(wanted)):
            owner = _owner(api, channel)
            if not owner or owner.startswith(ours):
                return link(channel, config)
        return None

    return ctx.once("channel", create=create, find=find, scope="incident")


def link(channel: Channel, config: SlackConfig) -> Link:
    """The link that our hooks look for."""
    base = config.workspace.rstrip("/")
    url = f"{base}/archives/{channel.id}" if base else f"https://slack.com/app_redirect?channel={channel.id}"
    return Link("channel", channel.id, url, f"#{channel.name}", data={"private": channel.is_private})


def in_use(api: Api, channel: str) -> bool:
    """Whether there is such a channel that is not archived, as far as the app can see."""
    try:
        found = api.read("conversations.info", Named, channel=channel).channel
    except Gone:
        return False
    return found is not None and not found.is_archived


def _made_by_us(api: Api, ctx: Context, wanted: set[str]) -> list[Channel]:
    me = api.read("auth.test", Known).user_id
    since = ctx.incident.declared_at - SKEW
    return [c for c in _visible(api, ctx) if c.name in wanted and c.creator == me and _since(c, since)]


def _visible(api: Api, ctx: Context) -> Iterator[Channel]:
    """Every channel: the incident may have been restricted, or not, when an earlier attempt made one."""
    wanted = "private_channel" if ctx.incident.restricted else "public_channel"
    for kind in sorted(KINDS, key=lambda kind: kind != wanted):
        try:
            yield from listed(api, kind)
        except Unauthorized as error:
            # Of a kind that the app may not even see, it has made none.
            if kind == wanted or reason(error) != "missing_scope":
                raise


def _since(channel: Channel, moment: datetime) -> bool:
    return channel.created >= int(moment.timestamp())


def _owner(api: Api, channel: Channel) -> str:
    """The key of a message of ours in the channel; empty where nobody has written one yet."""
    pages = api.pages(
        "conversations.history", History, channel=channel.id, include_all_metadata="true", limit=200
    )
    return next((message.key for page in pages for message in page.messages if message.key), "")
