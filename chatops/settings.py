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
    """`[core]`: where incidents are kept, and what holds for every command."""

    store: str = "sqlite"
    """Where incidents are kept: "sqlite" for a file in your own state folder, the path of a file, relative to
    the configuration, or the URL of a PostgreSQL that a team shares. CHATOPS_STORE wins over it.
    """
    actor: str = ""
    """Who acts, where neither --as nor CHATOPS_ACTOR says it; empty for the name that you log in with."""
    default_severity: str = "sev2"
    """The severity of a `declare` that names none."""
    drainer: bool = True
    """Whether a command that leaves deliveries behind starts a process that makes them."""
    ca_file: str = ""
    """A file of certificates in PEM that are trusted besides the usual ones; empty for none."""


class SeveritySettings(msgspec.Struct, frozen=True):
    """`[severities.NAME]`: how bad an incident can be, and what that means for customers."""

    description: str = ""
    """What it means, for whoever has to choose one."""
    impact: e.Impact = "major"
    """How much customers are told that it hurts."""
    update_every: Duration | None = None
    """How often customers are owed words while such an incident is open."""
    public: Policy = "ask"
    """Who decides on the words to customers: "ask" shows a draft and asks, "manual" waits to be told,
    "automatic" sends the draft.
    """
    review_within: Duration | None = None
    """How long after its end the post-mortem is due for review."""


class PublicSettings(msgspec.Struct, frozen=True):
    """`[public]`: the title that customers see, and the drafts for each status.

    `{services}` becomes the public names of the incident's services, or `some_services` for none.
    """

    title: str
    """The title that customers see of an incident of certain services."""
    title_without_services: str
    """The title where no service is named."""
    investigating: str
    """The draft while the cause is looked for."""
    identified: str
    """The draft once the cause is known."""
    monitoring: str
    """The draft once a fix is in place."""
    resolved: str
    """The draft at the end."""
    cancelled: str
    """The draft where it was a false alarm."""
    some_services: str
    """What stands for `{services}` where no service is named."""


class ServiceSettings(msgspec.Struct, frozen=True):
    """`[services.NAME]`: what can fail, as responders know it."""

    owner: str = ""
    """The team that it belongs to."""
    public_name: str = ""
    """What customers call it; empty for its name in the table."""
    components: tuple[str, ...] = ()
    """The components that customers see of it, by their names in `[components]`."""
    plugins: dict[str, Any] = {}
    """The tables that plugins read, by instance; with components and people, too."""


class ComponentSettings(msgspec.Struct, frozen=True):
    """`[components.NAME]`: a part of the product as customers know it."""

    public_name: str
    """What customers call it."""
    public_id: str = ""
    """The id that status pages know it by; empty for one that is made from its public name."""
    plugins: dict[str, Any] = {}


class PersonSettings(msgspec.Struct, frozen=True):
    """`[people.NAME]`: somebody who takes part."""

    email: str = ""
    """The address that remotes may find them by."""
    names: tuple[str, ...] = ()
    """What post-mortems call them otherwise."""
    plugins: dict[str, Any] = {}


class Wins(msgspec.Struct, frozen=True):
    """`[actions.wins]`: whose word counts where an item and its ticket differ; `nobody`: it is reported."""

    title: Winner = "nobody"
    """Whose title counts."""
    owner: Winner = "nobody"
    """Whose owner counts."""
    due: Winner = "nobody"
    """Whose due date counts."""


class ActionsSettings(msgspec.Struct, frozen=True):
    """`[actions]`: what post-mortems promise, and where its tickets are."""

    tracker: str = ""
    """The instance that keeps the tickets; without one, none are filed."""
    sources: tuple[str, ...] = ()
    """Instances that know post-mortems besides those in files."""
    headings: tuple[str, ...] = ()
    """Headings and bold labels that items stand below, besides the usual ones."""
    document_url: str = ""
    """Where people read a document, with `{path}` for its path in the repository. Empty: what GitHub, GitLab
    and Bitbucket tell their jobs, else no ticket leads back to its document.
    """
    check: tuple[Lack, ...] = ("unlinked", "ownerless", "undated", "overdue")
    """What an item may lack, or be, that `actions sync --check` exits with 5 for."""
    wins: Wins = Wins()


class PostmortemSettings(msgspec.Struct, frozen=True):
    """`[postmortem]`: how post-mortems are drafted and checked."""

    dir: str = "postmortems"
    """The folder that drafts are written to, from the folder of the configuration's file."""
    template: str = ""
    """A Jinja2 template of your own; empty for the one that comes with chatops."""
    ignore: tuple[str, ...] = ()
    """Rules that `postmortem lint` leaves out."""


class When(msgspec.Struct, frozen=True):
    """`[plugins.NAME.when]`: which incidents an instance joins."""

    severity: tuple[str, ...] | None = None
    """Only incidents of these severities; without it, of all."""
    services: tuple[str, ...] | None = None
    """Only incidents of one of these services; without it, of all."""
    drills: bool | None = None
    """Whether exercises are let in; without it, the plugin says."""
    restricted: bool = False
    """Whether incidents that were restricted to few are let in."""


#: Keys that are written to remotes are made with it.
INSTANCE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


class InstanceSettings(msgspec.Struct, frozen=True):
    """`[plugins.NAME]`: one enabled plugin."""

    name: str
    use: str
    """The plugin, where the instance has another name."""
    when: When
    table: Any
    """What the plugin itself reads, or whatever stands there instead of a table."""


class PluginSettings(NamedTuple):
    """A plugin's own settings, and those that stand with services, components and people."""

    config: msgspec.Struct
    services: Mapping[str, Any]
    components: Mapping[str, Any]
    people: Mapping[str, Any]
