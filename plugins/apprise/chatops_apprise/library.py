"""The apprise library: a URL becomes a service that sends, or words about it that do not show it."""

import difflib
import importlib.util
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from chatops import Secret
from chatops_apprise.hearing import hearing

if TYPE_CHECKING:
    from apprise import AppriseAsset, NotifyBase

MISSING: Final = "needs the library apprise, which is not installed: pip install 'chatops-incident[apprise]'"
_IMPORTING: Final = threading.Lock()
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,31})://")
#: What apprise is to do otherwise than it does by itself; a picture would be fetched from elsewhere.
_WISHES: Final[dict[str, Any]] = {
    "app_id": "chatops",
    "app_desc": "chatops",
    "app_url": "",
    "image_url_mask": "",
    "image_url_logo": "",
    "storage_mode": "memory",
    "async_mode": False,
    "secure_logging": True,
    "pgp_autogen": False,
    "pem_autogen": False,
    # `requests` makes a GET of a POST that is redirected: the message would be lost, and counted as sent.
    "http_redirects": False,
    "default_service_retry": 0,
}


def schema_of(url: str) -> str:
    """What stands before `://`, which is no secret; empty where nothing that could be a name does."""
    found = _SCHEME.match(url)
    return found[1].lower() if found else ""


def service_of(url: str) -> "NotifyBase | None":
    """The service that sends to this URL; None where apprise does not make one of it.

    It is made anew for each call: apprise lets a service sleep between two messages.
    """
    for piece in _tokens(url):
        Secret.hide(piece)
    known = _library()
    with hearing():
        return known.instantiate(url)


def fault_of(url: str) -> str:
    """What is wrong with the URL, as the end of a sentence; empty where messages could be sent to it, if the
    service's own libraries were there.
    """
    if importlib.util.find_spec("apprise") is None:
        return MISSING
    schema = schema_of(url)
    if not schema:
        return "is no URL: it begins with the name of a service and ://, such as mailtos://"
    if service_of(url) is not None or lacking(url):
        return ""
    known = _library().schemas
    if schema in known:
        about = getattr(known[schema], "setup_url", "") or "https://appriseit.com/services/"
        return f"({schema}) is not what apprise expects of this service; see {about}"
    if schema in {"http", "https"}:
        return (
            f"({schema}) is no address that apprise knows; write the service before ://, such as jsons:// for"
            " a POST of JSON; see https://appriseit.com/services/"
        )
    near = _near(schema, known)
    guess = f"Did you mean {' or '.join(map(repr, near))}? " if near else ""
    return (
        f"is of a service {schema!r} that apprise does not have. {guess}See https://appriseit.com/services/"
    )


def lacking(url: str) -> str:
    """What has to be installed before messages can be sent to this URL; empty where nothing has to be."""
    schema = schema_of(url)
    found = _library().schemas.get(schema)
    if found is None or found.enabled:
        return ""
    needed = found.requirements.get("packages_required") or []
    names = [needed] if isinstance(needed, str) else [*map(str, needed)]
    if names:
        return f"({schema}) needs another library: pip install {' '.join(repr(name) for name in names)}"
    return f"({schema}) is of a service that cannot be used on this machine"


@dataclass(frozen=True)
class _Library:
    """apprise as it was imported: a service by its URL, and the class of each by its schema."""

    asset: "AppriseAsset"
    schemas: dict[str, Any]

    def instantiate(self, url: str) -> "NotifyBase | None":
        import apprise

        return apprise.Apprise.instantiate(url, asset=self.asset)


def _library() -> _Library:
    # Two threads that change what is warned of at the same time would leave it changed.
    with _IMPORTING:
        return _imported()


@cache
def _imported() -> _Library:
    import warnings

    with warnings.catch_warnings():
        # Of its services' own imports, which nobody here can change.
        warnings.simplefilter("ignore", DeprecationWarning)
        import apprise
        from apprise.manager_plugins import NotificationManager

        manager: Any = NotificationManager
        schemas = {name: manager()[name] for name in manager().schemas()}
    # Older versions do not know some of them, and refuse what they do not know.
    wishes = {name: value for name, value in _WISHES.items() if hasattr(apprise.AppriseAsset, name)}
    return _Library(apprise.AppriseAsset(**wishes), schemas)


def _near(schema: str, known: dict[str, Any]) -> list[str]:
    """The schemas of services that are called so, the shortest name first, then of those spelled alike."""
    called = {name: _letters(str(getattr(found, "service_name", ""))) for name, found in known.items()}
    so = sorted((len(called[name]), name) for name in called if _letters(schema) in called[name])
    alike = difflib.get_close_matches(schema, known, n=3)
    return [*dict.fromkeys([*(name for _, name in so), *alike])][:3]


def _letters(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _tokens(url: str) -> Iterator[str]:
    """What of a URL may be a password or a token: a library may name it alone, where the whole is not."""
    try:
        parts = urlsplit(url)
        yield from filter(None, (parts.password, unquote(parts.password or "")))
    except ValueError:
        parts = urlsplit("")
    yield from (value for key, value in parse_qsl(parts.query) if re.search("pass|key|secret|token|sig", key))
    for piece in map(unquote, re.split(r"[:/@?&=,]+", url)):
        mixed = re.search(r"\d", piece) and re.search(r"[A-Za-z]", piece)
        if "." not in piece and ((mixed and len(piece) >= 8) or len(piece) >= 20):  # noqa: PLR2004
            yield piece
