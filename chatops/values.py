"""Types that a setting can have beside the usual ones: a duration, a secret."""

import os
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import quote

import msgspec

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_LONGEST = 3650 * _UNITS["d"]
_REFERENCES = '{ env = "NAME" }, { file = "PATH" } or { command = ["op", "read", "..."] }'

#: A shorter text would be found in words that have nothing to do with it.
_SHORTEST = 6
#: Every secret that was revealed, in every spelling; here, so that no way leads to it from a secret.
_revealed: set[str] = set()


class Duration(timedelta):
    """A span of time, written "90s", "30m", "4h" or "2d", or a sum of them: "1h30m"."""

    @classmethod
    def parse(cls, value: object) -> "Duration":
        """The duration that a setting spells; raises ValueError for anything else."""
        parts = re.findall(r"(\d{1,12})([smhd])", value) if isinstance(value, str) else []
        seconds = sum(int(number) * _UNITS[unit] for number, unit in parts)
        if not seconds or "".join(number + unit for number, unit in parts) != value:
            raise ValueError(f'{value!r} is not a duration; write "90s", "30m", "4h" or "2d"')
        if seconds > _LONGEST:
            raise ValueError(f"{value!r} is longer than ten years")
        return cls(seconds=seconds)

    def __str__(self) -> str:
        rest, parts = int(self.total_seconds()), []
        for unit, size in reversed(_UNITS.items()):
            if rest >= size:
                parts.append(f"{rest // size}{unit}")
                rest %= size
        return "".join(parts)


class Pace(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many requests a remote takes in which time: `{ requests = 60, per = "60s" }`."""

    requests: int
    per: Duration

    def __post_init__(self) -> None:
        if self.requests < 1:
            raise ValueError("a pace is of one request at least")


class Secret:
    """A password or token that is named in the configuration and kept elsewhere.

    It is read when `reveal` is first called, and is in no `repr`, log or error: `redact` takes every
    secret that was ever revealed out of a text.
    """

    def __init__(self, source: str, read: Callable[[], str]) -> None:
        self.source = source
        self._read = read

    @classmethod
    def parse(cls, value: object, base: Path) -> "Secret":
        """The secret that a setting points to; a file's path is relative to `base`.

        Raises ValueError where it is not a reference, or the variable or file is not there.
        """
        match value:
            case {"env": str(name), **rest} if not rest and name.isidentifier():
                if not os.environ.get(name):
                    raise ValueError(f"the environment variable {name} is not set")
                return cls(f"env {name}", lambda: os.environ[name])
            case {"file": str(name), **rest} if not rest:
                path = base / _at_home(name)
                if not os.access(path, os.R_OK):
                    raise ValueError(f"the file {path} cannot be read")
                return cls(f"file {path}", path.read_text)
            case {"command": [str(), *_] as command, **rest} if not rest and all(map(_is_text, command)):
                return cls(f"command {command[0]}", lambda: _output_of(command))
            case str():
                raise ValueError(
                    f"a secret is not written into the configuration; name where it is: {_REFERENCES}"
                )
            case _:
                raise ValueError(f"write it as {_REFERENCES}")

    def reveal(self) -> str:
        """The value itself. Raises ValueError where it cannot be read or is empty."""
        try:
            value = self._read().strip()
        except OSError as error:
            problem = error.strerror or str(error)
        except (KeyError, UnicodeError) as error:
            problem = type(error).__name__
        else:
            if value:
                _revealed.update(_spellings(value))
                return value
            problem = "it is empty"
        # Raised where no other error is handled: what decoding fails on is the secret, and would be kept.
        raise ValueError(f"the secret from {self.source} cannot be read: {problem}")

    def __repr__(self) -> str:
        return f"<secret from {self.source}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not copied or stored")

    @staticmethod
    def hide(value: str) -> None:
        """Treat this value as a secret from now on, such as one that was encoded to be sent."""
        if len(value) >= _SHORTEST:
            _revealed.update(_spellings(value))

    @staticmethod
    def redact(text: str) -> str:
        """The text without any secret that was revealed in this process, as it is or as errors quote it."""
        for value in sorted(_revealed, key=len, reverse=True):
            text = text.replace(value, "***")
        return text


def _spellings(value: str) -> set[str]:
    """How a value may stand in an error: as it is, on one line, quoted as by `repr`, in an URL."""
    url = quote(value, safe="", errors="replace")
    return {value, " ".join(value.split()), repr(value)[1:-1], url, url.replace("%20", "+")}


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _at_home(name: str) -> Path:
    try:
        return Path(name).expanduser()
    except RuntimeError as error:
        raise ValueError(f"the file {name} cannot be found: {error}") from None


def _output_of(command: list[str]) -> str:
    import subprocess

    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    except subprocess.SubprocessError as error:
        raise OSError(f"{command[0]} failed") from error
    return done.stdout


def from_setting(base: Path) -> Callable[[type, Any], Any]:
    """The msgspec `dec_hook` for these types; `base` is the folder that file names are relative to."""

    def hook(wanted: type, value: Any) -> Any:
        if wanted is Duration:
            return Duration.parse(value)
        if wanted is Secret:
            return Secret.parse(value, base)
        raise NotImplementedError(wanted)

    return hook
