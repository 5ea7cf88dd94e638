"""`[plugins.NAME]` with `use = "confluence"`: where post-mortems are put, and under which title."""

import re
from collections.abc import Iterator
from string import Formatter
from typing import Final

import msgspec

from chatops import Secret

#: What a title may be made of, besides text.
FIELDS: Final = ("incident", "title", "severity", "date")
_URL: Final = r"https?://[^\s/?#]+[^\s?#]*"
#: Keys of spaces; those of personal ones begin with ~.
_SPACE: Final = r"~?[A-Za-z0-9][A-Za-z0-9._-]*"
# Confluence takes no label with one of these in it.
_LABEL: Final = r"[^\s:;,.?&\[\]()#^*!@<>\"']{1,255}"


class ConfluencePerson(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[people.NAME]` `INSTANCE.account_id = "..."`: who they are at Atlassian."""

    account_id: str
    """The id of their account at Atlassian, the same as in Jira."""


class ConfluenceConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The settings of one space of Confluence Cloud."""

    url: str
    """The site, with or without `/wiki`; for a token with scopes,
    `https://api.atlassian.com/ex/confluence/CLOUD-ID`.
    """
    user: str
    """The e-mail address that the token belongs to."""
    token: Secret
    """An API token."""
    space: str
    """The key of the space."""
    parent: str = ""
    """The id of the page that new pages are put below: the number in its address after `/pages/`."""
    title: str = "{incident} {title}"
    """How pages are called: text, `{incident}`, `{title}`, `{severity}` and `{date}`."""
    labels: tuple[str, ...] = ("postmortem",)
    """What every page is labelled with."""
    restricted_space: str = ""
    """The space for restricted incidents; without it they get no page."""
    source_label: str = "postmortem"
    """Which pages of the space have action items."""

    def __post_init__(self) -> None:
        if faults := list(self._faults()):
            raise ValueError("; ".join(faults))

    @property
    def wiki(self) -> str:
        """The address that all paths begin at, without a slash at its end."""
        address = self.url.rstrip("/")
        return address if address.endswith("/wiki") else f"{address}/wiki"

    def _faults(self) -> Iterator[str]:
        if not re.fullmatch(_URL, self.url):
            yield f'url: write an address such as "https://example.atlassian.net", not {self.url!r}'
        if not self.user.strip():
            yield "user: write the e-mail address of the account that the token belongs to"
        for name in ("space", "restricted_space"):
            value = getattr(self, name)
            if (value or name == "space") and not re.fullmatch(_SPACE, value):
                yield f'{name}: write the key of the space, such as "OPS", not {value!r}'
        if self.parent and not re.fullmatch(r"\d+", self.parent):
            yield (
                "parent: write the id of the page, which stands in its address after /pages/, not"
                f" {self.parent!r}"
            )
        yield from _faults_of_title(self.title)
        for name, labels in (("labels", self.labels), ("source_label", (self.source_label,))):
            for label in labels:
                if not re.fullmatch(_LABEL, label):
                    yield f"{name}: write each without spaces and punctuation, not {label!r}"


def _faults_of_title(title: str) -> Iterator[str]:
    try:
        named = [(name, how) for _, name, *how in Formatter().parse(title) if name is not None]
    except ValueError as error:
        yield f"title: {error}"
        return
    for name, how in named:
        if name not in FIELDS:
            valid = ", ".join(f"{{{field}}}" for field in FIELDS)
            yield f"title: there is no {{{name}}}; there are {valid}"
        elif any(how):
            yield f"title: write {{{name}}} with nothing but its name between the braces"
    if not {"incident", "title"} & {name for name, _ in named}:
        yield "title: a space has each title once, so write {incident} or {title} into it"
