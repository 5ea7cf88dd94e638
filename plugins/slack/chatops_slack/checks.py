"""What Slack would not take of the settings; asked in advance."""

from collections.abc import Iterator
from typing import Final

from chatops import Finding, Rejected, ToolContext, Unauthorized
from chatops_slack import people
from chatops_slack.api import Api
from chatops_slack.listing import KINDS, listed
from chatops_slack.settings import SlackConfig

#: What the bot's token needs, for whatever is configured.
SCOPES: Final = (
    "bookmarks:read",
    "bookmarks:write",
    "channels:history",
    "channels:manage",
    "channels:read",
    "chat:write",
    "pins:write",
)
MAIL_SCOPES: Final = ("users:read", "users:read.email")
#: Seconds that are kept for the answer itself.
_SPARE: Final = 1.0


def findings(api: Api, ctx: ToolContext, config: SlackConfig) -> Iterator[Finding]:
    """Everything to change, the token first, as all else depends on it."""
    try:
        has = api.scopes()
    except Unauthorized as error:
        yield Finding(setting=f"plugins.{ctx.instance}.token", problem=str(error))
        return
    yield from _scopes(ctx, has)
    yield from _severities(ctx, config)
    yield from _names(ctx, config)
    if not has or "channels:read" in has:
        yield from _channels(api, ctx, config, has)
    if not has or set(MAIL_SCOPES) <= has:
        yield from _people(api, ctx, config)


def _scopes(ctx: ToolContext, has: frozenset[str]) -> Iterator[Finding]:
    by_mail = any(not people.configured(person) for person in ctx.people.values())
    needed = (*SCOPES, *(MAIL_SCOPES if by_mail else ()))
    lacking = [scope for scope in needed if scope not in has]
    if has and lacking:
        problem = f"the token lacks {', '.join(lacking)}; add them to the app and install it anew"
        yield Finding(setting=f"plugins.{ctx.instance}.token", problem=problem, valid=needed)


def _severities(ctx: ToolContext, config: SlackConfig) -> Iterator[Finding]:
    for severity in config.announce:
        if severity not in ctx.severities:
            setting = f"plugins.{ctx.instance}.announce.{severity}"
            yield Finding(setting=setting, problem=f"there is no severity {severity!r}", valid=ctx.severities)


def _names(ctx: ToolContext, config: SlackConfig) -> Iterator[Finding]:
    for name in config.invite:
        if name not in ctx.people:
            setting = f"plugins.{ctx.instance}.invite"
            yield Finding(
                setting=setting, problem=f"there is no person {name!r}", valid=tuple(sorted(ctx.people))
            )


def _channels(api: Api, ctx: ToolContext, config: SlackConfig, has: frozenset[str]) -> Iterator[Finding]:
    if not any(config.announce.values()):
        return
    kinds = [kind for kind in KINDS if kind == KINDS[0] or "groups:read" in has]
    there = [channel for kind in kinds for channel in listed(api, kind)]
    known = {name: c for c in there for name in (f"#{c.name}", c.id)}
    ours = tuple(sorted(f"#{c.name}" for c in there if c.is_member))
    for severity, channels in config.announce.items():
        setting = f"plugins.{ctx.instance}.announce.{severity}"
        for channel in channels:
            found = known.get(channel)
            if found is None:
                problem = f"there is no channel {channel} that is in use and that the app can see"
                yield Finding(setting=setting, problem=problem, valid=ours)
            elif not found.is_member and not (has and "chat:write.public" in has and not found.is_private):
                problem = f"the app is not in {channel}: invite it there (/invite)"
                yield Finding(setting=setting, problem=problem, valid=ours)


def _people(api: Api, ctx: ToolContext, config: SlackConfig) -> Iterator[Finding]:
    """Whoever Slack does not know; those who are always invited first, and the others while there is time."""
    first = [name for name in config.invite if name in ctx.people]
    for name in dict.fromkeys([*first, *ctx.people]):
        if ctx.deadline.remaining() < _SPARE:
            return
        try:
            people.member(api, ctx.people[name])
        except Rejected as error:
            yield Finding(setting=f"people.{name}.{ctx.instance}.id", problem=str(error))
