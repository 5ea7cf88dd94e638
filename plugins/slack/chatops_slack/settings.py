"""`[plugins.NAME]` with `use = "slack"`: the token, the channel of each incident, and who hears of it."""

import re
from collections.abc import Iterator
from string import Formatter

import msgspec

from chatops import Secret

#: What the name of a channel can be made of.
FIELDS = ("number", "title", "severity", "date")
CHANNEL_ID = r"[CG][A-Z0-9]{2,}"
_CHANNEL = re.compile(rf"#[^\s#,<>]{{1,80}}|{CHANNEL_ID}")
_PERSON = re.compile(r"|[UW][A-Z0-9]{2,}")
_ADDRESS = re.compile(r"https?://[^\s/?#]+[^\s?#]*")


class SlackConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The settings of an instance; only the token has no default."""

    token: Secret
    """A bot's token, `xoxb-...`."""
    url: str = "https://slack.com/api"
    """Where the API is."""
    workspace: str = ""
    """Your workspace's address, for links straight to a channel; without it they go by slack.com."""
    channel: str = "inc-{number}-{title}"
    """The channel's name: text, `{number}`, `{title}`, `{severity}` and `{date}`."""
    announce: dict[str, tuple[str, ...]] = {}
    """For each severity, the channels to announce it in, by `#name` or id."""
    invite: tuple[str, ...] = ()
    """Names of `[people]` who are invited to each channel, besides those who have a role."""
    notes: bool = True
    """Whether notes are posted."""
    public_updates: bool = True
    """Whether it is posted what customers are told."""
    archive: bool = False
    """Whether the channel is archived once the incident is over. No app can open it again."""

    def __post_init__(self) -> None:
        if faults := list(self._faults()):
            raise ValueError("; ".join(faults))

    def _faults(self) -> Iterator[str]:
        if not _ADDRESS.fullmatch(self.url):
            yield f'url: write the address of the API, such as "https://slack.com/api", not {self.url!r}'
        if self.workspace and not _ADDRESS.fullmatch(self.workspace):
            yield f'workspace: write its address, such as "https://example.slack.com", not {self.workspace!r}'
        if not _is_template(self.channel):
            valid = ", ".join(f"{{{name}}}" for name in FIELDS)
            yield f"channel: write a name made of text and any of {valid}, not {self.channel!r}"
        for severity, channels in self.announce.items():
            for channel in channels:
                if not _CHANNEL.fullmatch(channel):
                    yield f'announce.{severity}: write "#name" or the id of a channel, not {channel!r}'


class SlackPerson(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[people.NAME]` `INSTANCE.id = "U..."`: the member id, for whom the e-mail address does not find."""

    id: str = ""
    """Their member id ("Copy member ID" in the profile)."""

    def __post_init__(self) -> None:
        if not _PERSON.fullmatch(self.id):
            raise ValueError(f'id: write a member id, such as "U024BE7LH", not {self.id!r}')


def _is_template(text: str) -> bool:
    try:
        parts = [part[1:] for part in Formatter().parse(text)]
    except ValueError:
        return False
    plain = all(name is None or (name in FIELDS and not form and not turn) for name, form, turn in parts)
    return plain and bool(text.strip())
