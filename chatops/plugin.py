"""The two classes that a plugin author starts from."""

from enum import Enum
from typing import Any, ClassVar, Generic, TypeVar, get_args, get_origin

import msgspec

from chatops.values import Pace


class NoConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The configuration of a plugin that has no settings."""


C = TypeVar("C", bound=msgspec.Struct)


class CatchUp(Enum):
    """What is done with the deliveries that piled up while a plugin could not run."""

    ALL = "all"
    """Each one, in order."""
    LATEST = "latest"
    """Only the newest words; earlier ones are superseded."""
    WHILE_OPEN = "while_open"
    """Each one while the incident is open; once it is over, only what ends something that was begun."""


class Plugin(Generic[C]):
    """A plugin for internal eyes: it implements the hooks of `chatops.hookspecs.Hooks`.

    Say the type of your settings in brackets, `class Pager(Plugin[PagerConfig])`; an instance of it
    stands ready in `self.config`. Objects are made whenever deliveries run, and are called from several
    threads: what has to be remembered belongs into a Link.
    """

    public: ClassVar[bool] = False
    drills: ClassVar[bool] = True
    """Whether exercises are delivered where the table's `when` does not say."""
    deadline: ClassVar[float] = 10.0
    """Seconds after which a call counts as timed out."""
    settle: ClassVar[float] = 30.0
    """Seconds after which the remote's search surely knows what was created."""
    catch_up: ClassVar[CatchUp] = CatchUp.ALL
    own_transport: ClassVar[bool] = True
    """Whether it acts on the world by other means than `ctx.http`: a dry run does not call it then."""
    at_least_once: ClassVar[bool] = False
    """Whether a call that is repeated may do its work again, as its remote has no way to look for it."""
    interface: ClassVar[int] = 1
    """The version of the hooks that it was written for; an older chatops does not load a newer one."""
    config_type: ClassVar[type[msgspec.Struct]] = NoConfig
    service_config: ClassVar[type[msgspec.Struct] | None] = None
    component_config: ClassVar[type[msgspec.Struct] | None] = None
    person_config: ClassVar[type[msgspec.Struct] | None] = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for base in vars(cls).get("__orig_bases__", ()):
            origin = get_origin(base)
            if isinstance(origin, type) and issubclass(origin, Plugin):
                cls.config_type = next((a for a in get_args(base) if isinstance(a, type)), NoConfig)

    def __init__(self, config: C, instance: str) -> None:
        self.config = config
        self.instance = instance

    @property
    def pace(self) -> Pace | None:
        """How many requests the remote takes in which time; all processes of a store keep to it together."""
        return None


class PublicPlugin(Plugin[C]):
    """A plugin that faces customers: it implements the hooks of `chatops.hookspecs.PublicHooks`, and
    none of the internal ones. After an outage it says only the latest words.
    """

    public = True
    drills = False
    catch_up = CatchUp.LATEST
