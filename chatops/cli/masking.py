"""Shows settings without the secrets in them: where a secret is, never what it is."""

import re
from collections.abc import Mapping
from types import UnionType
from typing import Any, Final, Union, get_args, get_origin

import msgspec

from chatops.values import Secret

MASK: Final = "***"
#: Stands for the type of a setting whose plugin cannot be asked: it may be a secret.
UNKNOWN: Final = object()
_TELLING = re.compile(
    r"token|passw|passphrase|pwd|secret|key|credential|auth|webhook|dsn|cookie|bearer", re.IGNORECASE
)
_IN_URL = re.compile(r"(?<=://)[^/?#\s]*(?=@)|(?<=[?&])([^=&\s]+=)[^&\s]+")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def masked(value: Any, key: str, wanted: Any = Any) -> Any:
    """The value of the setting `key` of the type `wanted`, as it may be shown.

    A reference to a secret is shown as such. Literals are hidden where the type, or the name of the
    key, says that they are a secret, and where the type is not known.
    """
    reference = _reference(value)
    if reference is not None:
        return reference
    hide = wanted is UNKNOWN or holds_secret(wanted) or bool(_TELLING.search(key))
    match value:
        case Mapping():
            return {
                name: masked(v, name, UNKNOWN if hide else _inner(wanted, name)) for name, v in value.items()
            }
        case list() | tuple() | set() | frozenset():
            return [masked(item, key, UNKNOWN if hide else _item(wanted)) for item in value]
        case bool() | None:
            return value
        case str():
            return MASK if hide and value else without_password(value)
        case _:
            return MASK if hide else value


def without_password(text: str) -> str:
    """The text, without the password or the token of a URL in it."""
    return _IN_URL.sub(_hidden, text)


def holds_secret(wanted: Any) -> bool:
    """Whether a setting of this type is a secret, or may be one."""
    return wanted is Secret or any(map(holds_secret, get_args(wanted)))


def _hidden(found: re.Match[str]) -> str:
    if found[1] is None:
        user, separator, _ = found[0].partition(":")
        return f"{user}:{MASK}" if separator else MASK
    return f"{found[1]}{MASK}" if _TELLING.search(found[1]) else found[0]


def _reference(value: Any) -> dict[str, Any] | None:
    """A reference as it may be shown; what a command is given may be a secret itself."""
    match value:
        case {"env": str(name), **rest} if not rest and _NAME.fullmatch(name):
            return {"env": name}
        case {"file": str(name), **rest} if not rest:
            return {"file": name}
        case {"command": [str(program), *arguments], **rest} if not rest:
            return {"command": [program, *(MASK for _ in arguments)]}
    return None


def _inner(wanted: Any, name: str) -> Any:
    """The type of one entry of a table."""
    if wanted is Any:
        return Any
    for option in get_args(wanted) if get_origin(wanted) in {Union, UnionType} else (wanted,):
        if isinstance(option, type) and issubclass(option, msgspec.Struct):
            fields = {field.encode_name: field.type for field in msgspec.structs.fields(option)}
            return fields.get(name, UNKNOWN)
        if get_origin(option) is dict:
            return get_args(option)[1]
    return Any if wanted is dict else UNKNOWN


def _item(wanted: Any) -> Any:
    """The type of the items of a list."""
    if wanted is Any:
        return Any
    inner = [found for found in get_args(wanted) if found not in {None, type(None), Ellipsis}]
    return _item(inner[0]) if get_origin(wanted) in {Union, UnionType} and inner else (inner or [UNKNOWN])[0]
