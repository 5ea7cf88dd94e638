"""`[plugins.NAME]` with `use = "statuspage"`: which page is told, with whose key, and who is mailed."""

import re

import msgspec

from chatops import Duration, Pace, Secret

#: Statuspage's ids, of pages, components and incidents alike.
ID = re.compile(r"[a-z0-9]{8,20}")
URL = re.compile(r"https?://[^\s/?#]+[^\s?#]*")


class StatuspageConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The settings of a page."""

    page: str
    """The page's id: in the address of its management it stands after `/pages/`."""
    token: Secret
    """An API key of somebody who may manage the page."""
    url: str = "https://api.statuspage.io/v1"
    """Where the API is."""
    notify: bool = True
    """Whether subscribers are mailed; where they are, `--no-notify` leaves it out for one update."""
    publish_postmortem: bool = False
    """Whether a post-mortem's public section is published, or left as a draft."""
    pace: Pace = msgspec.field(default_factory=lambda: Pace(60, Duration(seconds=60)))
    """How many requests the key may make in which time; all processes of a store keep to it together."""

    def __post_init__(self) -> None:
        if not ID.fullmatch(self.page):
            raise ValueError(
                'page: write the page\'s id, such as "4lzycl8t1x0c"; it stands in the address of its'
                f" management, after /pages/; not {self.page!r}"
            )
        if not URL.fullmatch(self.url):
            raise ValueError(
                f'url: write an address such as "https://api.statuspage.io/v1", not {self.url!r}'
            )


class StatuspageComponent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[components.NAME]` `INSTANCE.id = "..."`: the component's id at Statuspage."""

    id: str
    """The component's id at Statuspage; `chatops doctor` lists those of the page."""

    def __post_init__(self) -> None:
        if not ID.fullmatch(self.id):
            raise ValueError(
                'id: write the component\'s id at Statuspage, such as "q2x0v9m1wxjl"; `chatops doctor`'
                f" lists those of the page; not {self.id!r}"
            )
