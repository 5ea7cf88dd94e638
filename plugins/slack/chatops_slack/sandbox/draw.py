"""The workspace as its readers see it, as a fragment of HTML."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from chatops_slack.sandbox import mrkdwn
from chatops_slack.sandbox.state import Channel, Message, Workspace

_TEMPLATES = Path(__file__).with_name("templates")


def panel(workspace: Workspace, channels: Iterable[Channel]) -> str:
    """These channels, the one with the latest news first."""
    return _render("channels.html", workspace, channels)


def page(workspace: Workspace, channels: Iterable[Channel]) -> str:
    """The same as a page of its own, where links to messages and channels lead."""
    return _render("page.html", workspace, channels)


def _render(name: str, workspace: Workspace, channels: Iterable[Channel]) -> str:
    newest_first = sorted(channels, key=_last_news, reverse=True)
    template = _environment().get_template(name)
    return template.render(workspace=workspace, channels=newest_first, **_words_of(workspace))


def _last_news(channel: Channel) -> float:
    return channel.messages[-1].at if channel.messages else channel.created


@cache
def _environment() -> Environment:
    environment = Environment(
        autoescape=True,
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"plain": mrkdwn.plain, "moment": _moment, "clock": _clock}
    return environment


def _words_of(workspace: Workspace) -> dict[str, Callable[..., Any]]:
    def named(identity: str) -> str:
        if user := workspace.users.get(identity):
            return user.name
        channel = workspace.channels.get(identity)
        return channel.name if channel else identity

    def written(text: str | dict[str, Any]) -> Markup:
        """A text, or a block's text object."""
        if isinstance(text, str):
            return mrkdwn.html(text, named)
        said = str(text.get("text", ""))
        return mrkdwn.plain(said) if text.get("type") == "plain_text" else mrkdwn.html(said, named)

    def top(channel: Channel) -> list[Message]:
        return [message for message in channel.messages if not message.thread_ts or message.broadcast]

    return {"named": named, "written": written, "top": top}


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def _clock(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%H:%M}"
