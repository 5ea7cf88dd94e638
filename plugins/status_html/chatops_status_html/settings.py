"""`[plugins.NAME]` with `use = "status_html"`: where the page is written, and what it looks like."""

import base64
import re
from collections.abc import Callable, Iterator
from datetime import UTC, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

LOGO_LIMIT = 200_000
LEAST_REFRESH = 10
_PNG = b"\x89PNG\r\n\x1a\n"
_WRITTEN = {
    "title": (r"(?s).*\S.*", 'what customers should read at the top, such as "Example status"'),
    "url": (
        r"|https?://[^\s/?#]+[^\s?#]*",
        'the page\'s public address, such as "https://status.example.com"',
    ),
    "support_url": (r"|(https?://|mailto:)\S+", 'an address that starts with "https://" or "mailto:"'),
    "accent": (r"#([0-9a-fA-F]{3}){1,2}", 'a colour such as "#3b5bdb"'),
    "page_id": (r"[A-Za-z0-9_-]{,64}", "up to 64 letters, digits, - or _"),
}


class StatusHtmlConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The settings of a page; every one has a default that works."""

    path: str = ""
    """The folder that the page is written to, absolute or from `~`; empty for `status` in your data folder.
    """
    title: str = "Service status"
    """What stands at the top."""
    url: str = ""
    """The page's public address: the feed, the JSON and the links that responders get are made with it."""
    logo: str = ""
    """An SVG or PNG file of at most 200,000 bytes; it becomes part of the page."""
    accent: str = "#3b5bdb"
    """The colour of the line at the top and below links; text never depends on it."""
    template: str = ""
    """A Jinja2 file of your own in place of `index.html`."""
    time_zone: str = "UTC"
    """The zone of every time that is shown, such as "Europe/Berlin"."""
    incidents: int = 100
    """How many incidents are shown, the newest first."""
    refresh: int = 60
    """Seconds after which an open page reloads itself; 0 for never."""
    page_id: str = ""
    """The page's id in the JSON and the feed; empty for one that is made from `url`, else from `title`."""
    support_url: str = ""
    """Where "Contact support" leads: an address with `https://` or `mailto:`."""
    footer: str = ""
    """Text at the bottom."""

    def __post_init__(self) -> None:
        if faults := list(self._faults()):
            raise ValueError("; ".join(faults))

    @property
    def folder(self) -> Path:
        """The folder that the page is written to."""
        if self.path:
            return Path(self.path).expanduser()
        import platformdirs

        return platformdirs.user_data_path("chatops") / "status"

    @property
    def base(self) -> str:
        """The page's public address without a slash at its end; empty where it is not known."""
        return self.url.rstrip("/")

    @property
    def zone(self) -> tzinfo:
        """The zone in which times are shown."""
        # A slim container has no time zone database, and UTC needs none.
        return UTC if self.time_zone == "UTC" else ZoneInfo(self.time_zone)

    @property
    def logo_uri(self) -> str:
        """The logo as a `data:` URI, so that the page loads nothing; empty where there is none.

        Raises ValueError for a file that is too big or no image, OSError where it cannot be read.
        """
        if not self.logo:
            return ""
        data = Path(self.logo).expanduser().read_bytes()
        if len(data) > LOGO_LIMIT:
            raise ValueError(
                f"logo: the file has {len(data):,} bytes; at most {LOGO_LIMIT:,} fit into the page"
            )
        kind = "png" if data.startswith(_PNG) else "svg+xml" if b"<svg" in data else ""
        if not kind:
            raise ValueError("logo: name an SVG or PNG file")
        return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"

    def _faults(self) -> Iterator[str]:
        for name in ("path", "logo", "template"):
            value = getattr(self, name)
            # A worker and a shell draw the same page from different directories.
            if value and not _found(value, Path.is_absolute):
                yield f'{name}: write an absolute path such as "/srv/{name}" or "~/{name}", not {value!r}'
            elif name != "path" and value and not _found(value, Path.is_file):
                yield f"{name}: there is no file {value}"
        for name, (pattern, advice) in _WRITTEN.items():
            if not re.fullmatch(pattern, getattr(self, name)):
                yield f"{name}: write {advice}, not {getattr(self, name)!r}"
        if self.incidents < 1:
            yield f"incidents: write how many are shown, at least 1, not {self.incidents}"
        if self.refresh != 0 and self.refresh < LEAST_REFRESH:
            yield f"refresh: write at least {LEAST_REFRESH} seconds, or 0 for never, not {self.refresh}"
        yield from self._unusable()

    def _unusable(self) -> Iterator[str]:
        try:
            _ = self.zone
        except (KeyError, ValueError, OSError):
            yield (
                f'time_zone: write a name such as "Europe/Berlin", not {self.time_zone!r}'
                " (where the system has no time zones: pip install tzdata)"
            )
        if self.logo and _found(self.logo, Path.is_file):
            try:
                _ = self.logo_uri
            except ValueError as error:
                yield str(error)
            except OSError as error:
                yield f"logo: {self.logo} cannot be read: {error.strerror}"


def _found(path: str, ask: Callable[[Path], bool]) -> bool:
    """The answer about the path, or False where there is no such home or name."""
    try:
        return ask(Path(path).expanduser())
    except (RuntimeError, OSError):
        return False


class StatusHtmlComponent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[components.NAME]` `INSTANCE.description = "..."`: a line below the component's name."""

    description: str = ""
    """A line below the component's name."""
