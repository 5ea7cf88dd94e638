"""Secrets are nowhere but where they are needed."""

import copy
import json
import logging
import pickle
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatops.config import Config
from chatops.values import Secret, from_setting
from tests.tokens import WORD, TokenConfig, TokenPlugin, all_text, no_secret_is_known, secret

__all__ = ["no_secret_is_known", "secret"]

SHOWN: dict[str, Callable[[Secret], str]] = {
    "repr": repr,
    "str": str,
    "format": lambda secret: f"{secret} {secret!s:>40} {secret!r} {{}}".format(secret),
    "percent": lambda secret: "%s %r" % (secret, secret),  # noqa: UP031  (loggers format so)
    "container": lambda secret: repr([{"token": secret}]),
    "struct": lambda secret: repr(TokenConfig(token=secret)),
    "vars": lambda secret: repr(_walked(secret)),
    "json of vars": lambda secret: json.dumps(secret, default=vars),
    "attributes": lambda secret: repr([getattr(secret, name) for name in dir(secret)]),
    "exception": lambda secret: "".join(traceback.format_exception(ValueError("failed", secret))),
    "log": lambda secret: logging.LogRecord("x", 10, "", 1, "%s", (secret,), None).getMessage(),
}
STORED: dict[str, Callable[[Secret], object]] = {
    "json": json.dumps,
    "msgspec": msgspec.json.encode,
    "builtins": msgspec.to_builtins,
    "pickle": pickle.dumps,
    "copy": copy.copy,
    "deepcopy": lambda secret: copy.deepcopy([secret]),
    "struct": lambda secret: msgspec.json.encode(TokenConfig(token=secret)),
}


class TestSecrets:
    @pytest.mark.parametrize("way", SHOWN)
    def test_are_shown_by_their_source_only(self, secret: Secret, way: str) -> None:
        text = SHOWN[way](secret)

        assert "hunter2" not in text
        assert "PAGER_TOKEN" in text

    @pytest.mark.parametrize("way", STORED)
    def test_are_neither_copied_nor_stored(self, secret: Secret, way: str) -> None:
        with pytest.raises((TypeError, ValueError)) as caught:
            STORED[way](secret)

        assert "hunter2" not in all_text(caught.value)

    def test_are_read_from_settings(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PAGER_TOKEN", WORD)
        config = Config({"plugins": {"pager": {"token": {"env": "PAGER_TOKEN"}}}}, Path("chatops.toml"), [])

        made: Any = config.plugin_settings("pager", TokenPlugin).config

        assert made.token.reveal() == WORD
        assert "hunter2" not in repr(made) + repr(config.raw)

    def test_of_no_other_type_is_anything_known(self) -> None:
        with pytest.raises(NotImplementedError):
            from_setting(Path())(complex, "1j")


class TestRedaction:
    def test_takes_a_revealed_secret_out(self, secret: Secret) -> None:
        text = f"401 for Bearer {WORD}, {WORD}."

        assert Secret.redact(text) == "401 for Bearer ***, ***."

    def test_leaves_other_words_alone(self, secret: Secret) -> None:
        assert Secret.redact("nothing of it {} %s") == "nothing of it {} %s"

    def test_knows_a_secret_that_is_no_text(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("RAW_TOKEN", "hunter2\udcff")

        assert Secret.parse({"env": "RAW_TOKEN"}, Path()).reveal() == "hunter2\udcff"
        assert Secret.redact("it is hunter2\udcff") == "it is ***"

    def test_takes_the_longer_of_two_out_whole(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name, value in {"SHORT": "tok-abc", "LONG": "tok-abc-and-more"}.items():
            monkeypatch.setenv(name, value)
            Secret.parse({"env": name}, Path()).reveal()

        assert Secret.redact("tok-abc-and-more tok-abc") == "*** ***"

    @pytest.mark.parametrize(
        "value", ["a b+c/d&e=f", "-----BEGIN KEY-----\nMIIE\n  two\n-----END KEY-----", "q'\"\\q"]
    )
    @pytest.mark.parametrize(
        "quoted",
        [
            str,
            lambda value: str(KeyError(value)),
            lambda value: repr(OSError(5, value)),
            lambda value: " ".join(value.split()),
            lambda value: (
                msgspec.json.encode({"x": 1}).decode() + f"https://x.example/?token={_quoted(value)}"
            ),
        ],
    )
    def test_knows_a_secret_as_errors_quote_it(
        self, monkeypatch: pytest.MonkeyPatch, value: str, quoted: Callable[[str], str]
    ) -> None:
        monkeypatch.setenv("ODD_TOKEN", value)
        Secret.parse({"env": "ODD_TOKEN"}, Path()).reveal()

        text = Secret.redact(quoted(value))

        assert "***" in text
        assert not any(part in text for part in ("MIIE", "c/d", "c%2Fd", "q'"))

    @settings(max_examples=60, deadline=None)
    @given(st.text(min_size=1).filter(lambda text: text.strip() == text and "*" not in text), st.text())
    def test_leaves_nothing_of_any_secret(self, value: str, around: str) -> None:
        Secret("a test", lambda: value).reveal()

        assert value not in Secret.redact(f"{around}{value}{around}")


def _quoted(value: str) -> str:
    from urllib.parse import quote_plus

    return quote_plus(value)


def _walked(value: object, depth: int = 5) -> list[object]:
    """`vars`, all the way down."""
    inner = vars(value) if hasattr(value, "__dict__") and not isinstance(value, type) else {}
    held = [cell.cell_contents for cell in getattr(value, "__closure__", None) or ()]
    parts = [*inner.values(), *held]
    return [value, *(_walked(part, depth - 1) for part in parts if depth)]
