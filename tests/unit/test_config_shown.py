"""How settings are shown: as TOML that can be read again, and without a secret."""

import tomllib
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops.cli import toml
from chatops.cli.masking import masked
from chatops.values import Secret


class Target(msgspec.Struct):
    """Settings within settings."""

    room: str


@given(data=st.dictionaries(st.text(), st.text() | st.integers() | st.booleans() | st.lists(st.text())))
def test_what_is_written_as_toml_is_read_again(data: dict[str, Any]) -> None:
    assert tomllib.loads("\n".join(toml.document({"a": data}, {}))).get("a", {}) == data


@pytest.mark.parametrize(
    ("value", "key", "wanted", "shown"),
    [
        ("plain", "room", str, "plain"),
        ("hidden", "api_token", str, "***"),
        ("hidden", "room", Secret, "***"),
        ("hidden", "room", Secret | None, "***"),
        (["hidden"], "room", tuple[Secret, ...], ["***"]),
        ({"ops": "hidden"}, "room", dict[str, Secret], {"ops": "***"}),
        ({"ops": {"deep": "hidden"}}, "passwords", dict[str, Any], {"ops": {"deep": "***"}}),
        ({"room": "plain", "rom": "hidden"}, "target", Target, {"room": "plain", "rom": "***"}),
        ({"env": "NAME"}, "token", Secret, {"env": "NAME"}),
        ({"env": "NAME", "or": "hidden"}, "token", Secret, {"env": "***", "or": "***"}),
        ({"command": ["op", "hidden"]}, "token", Secret, {"command": ["op", "***"]}),
        ("https://u:hidden@x/?key=hidden&q=1", "url", str, "https://u:***@x/?key=***&q=1"),
        (1234, "pin_token", int, "***"),
        (True, "use_auth", bool, True),
    ],
)
def test_what_may_be_a_secret_is_masked(value: Any, key: str, wanted: Any, shown: Any) -> None:
    assert masked(value, key, wanted) == shown
