"""Reads plain data into typed structs and collects every fault, where msgspec alone stops at the first."""

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin

import msgspec

from chatops.errors import ConfigError, suggest
from chatops.text import one_line
from chatops.values import Secret, from_setting

S = TypeVar("S", bound=msgspec.Struct)


class Problem(msgspec.Struct, frozen=True):
    """What is wrong with the setting at `path`."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


class BadSettings(ConfigError):
    """The settings of a plugin cannot be used; `problems` says why, each with its path."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(map(str, self.problems)))


class Reader:
    """Reads settings. What cannot be read is noted among `problems`, and its default holds."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self.problems: list[Problem] = []
        self._hook = from_setting(base)

    def problem(self, path: str, message: str) -> None:
        """Note a fault."""
        self.problems.append(Problem(path, one_line(Secret.redact(message))))

    def unknown(self, name: str, path: str, valid: Collection[str]) -> None:
        """Note a key that is no setting."""
        full = f"{path}.{name}" if path else name
        self.problem(full, f"is not a setting. {suggest(name, valid)}")

    def struct(self, wanted: type[S], table: object, path: str, guests: Collection[str] = ()) -> S | None:
        """The table as a struct; None where it is no table, or a required setting cannot be read.

        Tables named in `guests` belong to plugins and go into its field `plugins`.
        """
        if not isinstance(table, dict):
            self.problem(path, "should be a table")
            return None
        fields = {f.encode_name: f for f in msgspec.structs.fields(wanted) if f.name != "plugins"}
        hosted = {key: table[key] for key in table if key in guests and key not in fields}
        for key in table:
            if key not in fields and key not in hosted:
                self.unknown(key, path, fields)
        values: dict[str, Any] = {"plugins": hosted} if "plugins" in wanted.__struct_fields__ else {}
        for key, field in fields.items():
            if key in table:
                values[field.name] = self.value(field.type, table[key], f"{path}.{key}", msgspec.UNSET)
            elif field.required:
                self.problem(f"{path}.{key}", "is missing")
        values = {name: value for name, value in values.items() if value is not msgspec.UNSET}
        complete = all(field.name in values for field in fields.values() if field.required)
        return self._built(wanted, values, path) if complete else None

    def value(self, wanted: Any, value: object, path: str, default: Any) -> Any:
        """The value as the wanted type, or the default where it cannot be read."""
        if isinstance(wanted, type) and issubclass(wanted, msgspec.Struct):
            return self.struct(wanted, value, path) or default
        if get_origin(wanted) is dict and isinstance(value, dict) and _is_struct(get_args(wanted)[1]):
            read = {
                key: self.struct(get_args(wanted)[1], item, f"{path}.{key}") for key, item in value.items()
            }
            return {key: item for key, item in read.items() if item is not None}
        try:
            return msgspec.convert(value, wanted, dec_hook=self._hook)
        except msgspec.ValidationError as error:
            self.problem(*_explained(error, wanted, value, path))
            return default

    def _built(self, wanted: type[S], values: dict[str, Any], path: str) -> S | None:
        try:
            return wanted(**values)
        except (TypeError, ValueError) as error:
            # A struct that checks itself begins with the field that is wrong.
            field, _, message = str(error).partition(": ")
            if field in values:
                self.problem(f"{path}.{field}", message)
            else:
                self.problem(path, str(error))
            return None


def _is_struct(wanted: Any) -> bool:
    return isinstance(wanted, type) and issubclass(wanted, msgspec.Struct)


def _explained(error: msgspec.ValidationError, wanted: Any, value: object, path: str) -> tuple[str, str]:
    text, _, place = str(error).partition(" - at `$")
    if get_origin(wanted) is Literal:
        text = f"{value!r} will not do. {suggest(str(value), map(str, get_args(wanted)))}"
    return path + place.rstrip("`"), text.replace("`", "").replace("Expected", "expected")
