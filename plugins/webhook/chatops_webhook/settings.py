"""`[plugins.NAME]` with `use = "webhook"` or `"webhook_public"`: where to post what, and how it is signed."""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

import msgspec

from chatops import Event, Secret, Skipped, suggest

#: The letters of an address (RFC 3986), and those of a header's name (RFC 9110, section 5.6.2).
_URL: Final = re.compile(r"https?://[^/?#@]+(?:[/?][A-Za-z0-9._~:/?@!$&'()*+,;=%-]*)?")
_HOST: Final = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[^\s\\\[\]:%]+)(?::\d{1,5})?")
_HEADER: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_TYPE: Final = re.compile(r"[\w.+-]+/[\w.+-]+(?:; *[\w-]+=[\w.+\"-]+)*", re.ASCII)
#: What the request itself says.
_TAKEN: Final = frozenset({"connection", "content-length", "content-type", "host", "transfer-encoding"})
LEAST_BYTES: Final = 4096
MOST_BYTES: Final = 16 * 2**20
PUBLIC_KINDS: Final = ("public_update", "public_correction", "public_postmortem")


class Unusable(ValueError):
    """The setting `key` cannot be used, for the reason `problem`, which holds no secret."""

    def __init__(self, key: str, problem: str) -> None:
        super().__init__(f"{key}: {problem}")
        self.key, self.problem = key, problem


class WebhookConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The settings of a receiver."""

    url: str = ""
    """The address to post to: https, or also http where `allow_private` is set."""
    secret_url: Secret | None = None
    """The address, where it is itself a secret; in place of `url`."""
    secret: Secret | None = None
    """What requests are signed with."""
    old_secrets: tuple[Secret, ...] = ()
    """What they are signed with as well, while receivers change over."""
    headers: dict[str, Secret] = {}
    """Headers of your own, each with a secret for its value."""
    events: tuple[str, ...] = ()
    """The kinds that are posted; empty for all."""
    template: str = ""
    """A body of your own, in Jinja2; empty for JSON."""
    content_type: str = "application/json"
    """The type of the body; any but JSON needs a `template`."""
    allow_private: bool = False
    """Whether the address may be one of a network of your own."""
    max_bytes: int = 65_536
    """The longest body, from 4,096 bytes to 16 MiB."""

    def __post_init__(self) -> None:
        if faults := [*self._faults()]:
            raise ValueError("; ".join(faults))

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of event that there are for this plugin."""
        # A plugin of somebody's, or a later version, may derive more: those are no kinds of ours.
        own = [kind for kind in Event.__subclasses__() if kind.__module__ == Event.__module__]
        return tuple(str(kind.__struct_config__.tag) for kind in own)

    @property
    def wanted(self) -> tuple[str, ...]:
        """The kinds that are posted."""
        return self.events or self.kinds

    @property
    def is_json(self) -> bool:
        """Whether the body has to be JSON."""
        kind = self.content_type.partition(";")[0].strip().casefold()
        return kind.endswith(("/json", "+json"))

    def wants(self, kind: str) -> bool:
        """Whether an event of this kind is posted."""
        return not self.events or kind in self.events

    def not_asked_for(self, kind: str, instance: str) -> Skipped:
        """Why an event of this kind is not posted."""
        return Skipped(f"plugins.{instance}.events does not have {kind}")

    def _faults(self) -> Iterator[str]:
        if bool(self.url) == (self.secret_url is not None):
            yield 'url: write the address to post to, or where it is kept: secret_url = { env = "NAME" }'
        elif self.url and (problem := problem_of(self.url, allow_private=self.allow_private)):
            yield f"url: {problem}"
        if self.old_secrets and self.secret is None:
            yield "old_secrets: they sign beside a secret; write that, too"
        yield from self._faults_of_headers()
        for name in self.events:
            if name not in self.kinds:
                yield f"events: there is no kind {name!r}. {suggest(name, self.kinds, most=30)}"
        if not LEAST_BYTES <= self.max_bytes <= MOST_BYTES:
            yield f"max_bytes: write a number from {LEAST_BYTES} to {MOST_BYTES}, not {self.max_bytes}"
        yield from self._faults_of_the_template()

    def _faults_of_headers(self) -> Iterator[str]:
        for name in self.headers:
            if not _HEADER.fullmatch(name):
                yield f"headers: {name!r} cannot be a header's name"
            elif name.casefold() in _TAKEN or name.casefold().startswith("webhook-"):
                yield f"headers: {name} is set by the delivery itself"

    def _faults_of_the_template(self) -> Iterator[str]:
        if not _TYPE.fullmatch(self.content_type):
            yield f'content_type: write one such as "application/json", not {self.content_type!r}'
        elif not (self.template or self.is_json):
            yield "content_type: without a template the body is JSON; write a template, or application/json"
        if self.template:
            from chatops_webhook.template import Template

            try:
                Template(self.template, is_json=self.is_json)
            except Unusable as error:
                yield str(error)


class WebhookPublicConfig(WebhookConfig, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The settings of a receiver that stands for customers; it has kinds of its own."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of event that there are for this plugin."""
        return PUBLIC_KINDS


def problem_of(url: str, *, allow_private: bool) -> str:
    """Why this cannot be the address to post to, without the address itself; empty where it can."""
    if not _URL.fullmatch(url):
        return (
            "write an address such as https://hooks.example.com/chatops, of letters that an address may have,"
            " without a # and without a user and password, which belong into headers"
        )
    try:
        parts = urlsplit(url)
        _ = parts.port
        host = parts.hostname
    except ValueError:
        host = None
    if not host or not _HOST.fullmatch(parts.netloc):
        return "write the name or the IP address of a host, and a port from 0 to 65535, behind https://"
    if parts.scheme == "http" and not allow_private:
        return "write https; http is for private addresses alone, where allow_private = true"
    return ""
