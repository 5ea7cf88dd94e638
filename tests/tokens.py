"""A secret, a plugin that has it among its settings, and all that an error shows."""

import traceback
from pathlib import Path

import msgspec
import pytest

from chatops import values
from chatops.plugin import Plugin
from chatops.values import Secret

WORD = "hunter2-αβγ"


class TokenConfig(msgspec.Struct):
    token: Secret | None = None
    others: dict[str, Secret] = {}


class TokenPlugin(Plugin[TokenConfig]):
    """A plugin with secrets among its settings."""


@pytest.fixture(autouse=True)
def no_secret_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "_revealed", set())


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> Secret:
    monkeypatch.setenv("PAGER_TOKEN", WORD)
    made = Secret.parse({"env": "PAGER_TOKEN"}, Path())
    made.reveal()
    return made


def all_text(error: BaseException | None) -> str:
    """Everything that a traceback, a log or an error tracker would show of it."""
    if error is None:
        return ""
    shown = (
        "".join(traceback.format_exception(error)[-1:]) + repr(error) + repr(error.args) + repr(vars(error))
    )
    return shown + all_text(error.__cause__)
