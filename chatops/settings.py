"""What each section of the configuration holds. The defaults of `[severities]` and `[public]` are in
`defaults.toml`.
"""

import re
from collections.abc import Mapping
from typing import Any, Final, Literal, NamedTuple

import msgspec

from chatops import events as e
from chatops.tracking import Lack
from chatops.values import Duration

Policy = Literal["ask", "manual", "automatic"]
Winner = Literal["nobody", "document", "ticket"]
#: What `core.store` can be, in words.
STORES: Final = 'write "sqlite", the path of a file, or postgresql://user@host/database'


class CoreSettings(msgspec.Struct, frozen=True):
    """`[core]`: the store ("sqlite", a file's path, or an URL of PostgreSQL), who acts, the severity of a
    plain `declare`, certificates that are trusted besides the usual ones.
    """

    store: str = "sqlite"
    actor: str = ""
    default_severity: str = "sev2"
    drainer: bool = True
    ca_file: str = ""


class SeveritySettings(msgspec.Struct, frozen=True):
    """`[severities.NAME]`: how often customers are owed words, who decides on them, their impact; how long
    after its end the post-mortem is due for review.
    """

    description: str = ""
    impact: e.Impact = "major"
    update_every: Duration | None = None
    public: Policy = "ask"
    review_within: Duration | None = None


class PublicSettings(msgspec.Struct, frozen=True):
    """`[public]`: the title that customers see, and the drafts for each status.

    `{services}` becomes the public names of the incident's services, or `some_services` for none.
    """

    title: str
    title_without_services: str
    investigating: str
    identified: str
    monitoring: str
    resolved: str
    cancelled: str
    some_services: str


class ServiceSettings(msgspec.Struct, frozen=True):
    """`[services.NAME]`: `plugins` holds the tables that plugins read, by instance."""

    owner: str = ""
    public_name: str = ""
    components: tuple[str, ...] = ()
    plugins: dict[str, Any] = {}


class ComponentSettings(msgspec.Struct, frozen=True):
    """`[components.NAME]`: a part of the product as customers know it."""

    public_name: str
    public_id: str = ""
    plugins: dict[str, Any] = {}


class PersonSettings(msgspec.Struct, frozen=True):
    """`[people.NAME]`: somebody who takes part; `names` are what post-mortems call them otherwise."""

    email: str = ""
    names: tuple[str, ...] = ()
    plugins: dict[str, Any] = {}


class Wins(msgspec.Struct, frozen=True):
    """`[actions.wins]`: whose word counts where an item and its ticket differ; `nobody`: it is reported."""

    title: Winner = "nobody"
    owner: Winner = "nobody"
    due: Winner = "nobody"


class ActionsSettings(msgspec.Struct, frozen=True):
    """`[actions]`: the instance that keeps the tickets, those that know more documents, headings and labels
    that items stand below besides the usual ones, where people read a document, what `--check` looks for.
    """

    tracker: str = ""
    sources: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    document_url: str = ""
    check: tuple[Lack, ...] = ("unlinked", "ownerless", "undated", "overdue")
    wins: Wins = Wins()


class PostmortemSettings(msgspec.Struct, frozen=True):
    """`[postmortem]`: where drafts are written, a template of one's own, rules that `lint` leaves out."""

    dir: str = "postmortems"
    template: str = ""
    ignore: tuple[str, ...] = ()


class When(msgspec.Struct, frozen=True):
    """`[plugins.NAME.when]`: which incidents an instance joins. None: any, or as the plugin says."""

    severity: tuple[str, ...] | None = None
    services: tuple[str, ...] | None = None
    drills: bool | None = None
    restricted: bool = False


#: Keys that are written to remotes are made with it.
INSTANCE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


class InstanceSettings(msgspec.Struct, frozen=True):
    """`[plugins.NAME]`: one enabled plugin; `table` is what the plugin itself reads, or whatever stands
    there instead of a table.
    """

    name: str
    use: str
    when: When
    table: Any


class PluginSettings(NamedTuple):
    """A plugin's own settings, and those that stand with services, components and people."""

    config: msgspec.Struct
    services: Mapping[str, Any]
    components: Mapping[str, Any]
    people: Mapping[str, Any]
