"""Where a store on PostgreSQL is, and how that is shown."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from chatops.errors import ConfigError
from chatops.values import Secret

_SCHEME = re.compile(r"postgres(ql)?://")


@dataclass(frozen=True, repr=False)
class Address:
    """A database, as its URL names it. `shown` has no password, `url` may."""

    url: str
    shown: str

    @classmethod
    def parse(cls, url: str) -> "Address":
        """The address that the URL names; raises ConfigError for what is none."""
        problem = "core.store: write it as postgresql://user@host/database"
        try:
            parts = urlsplit(url)
            _ = parts.port
        except ValueError:
            # Its words may quote a password.
            raise ConfigError(problem=problem) from None
        settings = parse_qsl(parts.query, keep_blank_values=True)
        for password in (unquote(parts.password or ""), *(value for name, value in settings if _tells(name))):
            Secret.hide(password)
        user, at, place = parts.netloc.rpartition("@")
        kept = urlencode([(name, value) for name, value in settings if not _tells(name)], safe="/")
        netloc = user.partition(":")[0] + at + place
        shown = urlunsplit(("postgresql", netloc, parts.path, kept, ""))
        # Without a host there is nothing between the slashes, which urlunsplit leaves out.
        return cls(url, shown if "://" in shown else shown.replace(":", "://", 1))

    def __repr__(self) -> str:
        return self.shown


def is_address(where: str | Path) -> bool:
    """Whether a store is named by the URL of a database."""
    return isinstance(where, str) and bool(_SCHEME.match(where))


def _tells(name: str) -> bool:
    return "password" in name.lower()
