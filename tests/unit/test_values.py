"""Durations are what was written; secrets are nowhere but where they are needed."""

import copy
import json
import logging
import pickle
import traceback
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatops import values
from chatops.config import Config
from chatops.errors import ChatopsError
from chatops.plugin import Plugin
from chatops.values import Duration, Secret, from_setting

WORD = "hunter2-αβγ"

needs_no_root = pytest.mark.skipif("os.geteuid() == 0", reason="root reads every file")


class TokenConfig(msgspec.Struct):
    token: Secret | None = None
    others: dict[str, Secret] = {}


class TokenPlugin(Plugin[TokenConfig]):
    """A plugin with secrets among its settings."""


@pytest.fixture(autouse=True)
def _no_secret_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "_revealed", set())


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> Secret:
    monkeypatch.setenv("PAGER_TOKEN", WORD)
    made = Secret.parse({"env": "PAGER_TOKEN"}, Path())
    made.reveal()
    return made


class TestDuration:
    @pytest.mark.parametrize(
        ("text", "seconds"),
        [("90s", 90), ("30m", 1800), ("4h", 14400), ("2d", 172_800), ("1h30m", 5400), ("0d1s", 1)],
    )
    def test_is_what_was_written(self, text: str, seconds: int) -> None:
        assert Duration.parse(text) == timedelta(seconds=seconds)
        assert type(Duration.parse(text)) is Duration

    @pytest.mark.parametrize(
        "wrong",
        [
            "",
            "0s",
            "0h0m",
            "30",
            "m",
            "30 m",
            "-30m",
            "1.5h",
            "30M",
            "30m ",
            "half an hour",
            30,
            None,
            True,
            ["1h"],
        ],
    )
    def test_of_anything_else_is_refused(self, wrong: object) -> None:
        with pytest.raises(ValueError, match='is not a duration; write "90s"'):
            Duration.parse(wrong)

    @pytest.mark.parametrize("long", ["3651d", "999999999999d", "999999999999d" * 9])
    def test_longer_than_any_incident_is_refused(self, long: str) -> None:
        with pytest.raises(ValueError, match="is longer than ten years"):
            Duration.parse(long)

    @settings(max_examples=200)
    @given(st.integers(1, 3650 * 86400))
    def test_reads_as_it_is_written(self, seconds: int) -> None:
        duration = Duration(seconds=seconds)

        assert Duration.parse(str(duration)) == duration

    @settings(max_examples=200)
    @given(st.text() | st.from_regex(r"\A(\d{1,20}[smhd]){1,4}\Z"))
    def test_of_any_text_is_right_or_refused(self, text: str) -> None:
        try:
            duration = Duration.parse(text)
        except ValueError:
            return
        assert timedelta() < duration <= timedelta(days=3650)


class TestSecretSources:
    def test_an_environment_variable(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PAGER_TOKEN", f" {WORD}\n")

        assert Secret.parse({"env": "PAGER_TOKEN"}, Path()).reveal() == WORD

    @pytest.mark.parametrize("value", [None, ""])
    def test_a_variable_that_is_not_set(self, monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
        monkeypatch.delenv("PAGER_TOKEN", raising=False)
        if value is not None:
            monkeypatch.setenv("PAGER_TOKEN", value)

        with pytest.raises(ValueError, match=r"^the environment variable PAGER_TOKEN is not set$"):
            Secret.parse({"env": "PAGER_TOKEN"}, Path())

    def test_a_variable_that_is_gone(self, secret: Secret, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("PAGER_TOKEN")

        with pytest.raises(ValueError, match=r"^the secret from env PAGER_TOKEN cannot be read: KeyError$"):
            secret.reveal()

    @pytest.mark.parametrize("name", ["token", "./token", "{base}/token", "~/token"])
    def test_a_file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        (tmp_path / "token").write_text(f"{WORD}\n", encoding="utf-8")
        monkeypatch.setenv("HOME", str(tmp_path))

        made = Secret.parse({"file": name.format(base=tmp_path)}, tmp_path)

        assert made.reveal() == WORD

    def test_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match=r"^the file .*/nowhere cannot be read$"):
            Secret.parse({"file": "nowhere"}, tmp_path)

    def test_a_file_of_nobodys_home(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match=r"^the file ~nobody-like-this/token cannot be found"):
            Secret.parse({"file": "~nobody-like-this/token"}, tmp_path)

    @needs_no_root
    def test_a_file_that_may_not_be_read(self, tmp_path: Path) -> None:
        (tmp_path / "token").touch(mode=0o000)

        with pytest.raises(ValueError, match="cannot be read"):
            Secret.parse({"file": "token"}, tmp_path)

    def test_a_folder(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="cannot be read: Is a directory"):
            Secret.parse({"file": "."}, tmp_path).reveal()

    def test_a_file_that_is_no_text_is_not_quoted(self, tmp_path: Path) -> None:
        (tmp_path / "token").write_bytes(WORD.encode() + b"\xff")

        with pytest.raises(ValueError, match="cannot be read: UnicodeDecodeError") as caught:
            Secret.parse({"file": "token"}, tmp_path).reveal()

        assert caught.value.__context__ is None
        assert "hunter2" not in _all_text(caught.value)

    def test_an_empty_file(self, tmp_path: Path) -> None:
        (tmp_path / "token").write_text(" \n")

        with pytest.raises(ValueError, match="cannot be read: it is empty"):
            Secret.parse({"file": "token"}, tmp_path).reveal()

    def test_a_command(self) -> None:
        made = Secret.parse({"command": ["printf", "%s\n", WORD]}, Path())

        assert made.reveal() == WORD
        assert repr(made) == "<secret from command printf>"

    def test_a_command_is_run_when_it_is_needed(self, tmp_path: Path) -> None:
        made = Secret.parse({"command": ["tee", str(tmp_path / "ran")]}, Path())

        assert not (tmp_path / "ran").exists()
        with pytest.raises(ValueError, match="empty"):
            made.reveal()
        assert (tmp_path / "ran").exists()

    @pytest.mark.parametrize(
        "command",
        [["no-such-program-anywhere"], ["false"], ["sh", "-c", f"echo {WORD} | tee /dev/stderr; exit 3"]],
    )
    def test_a_command_that_fails_says_nothing_of_its_output(self, command: list[str]) -> None:
        with pytest.raises(
            ValueError, match=f"^the secret from command {command[0]} cannot be read"
        ) as caught:
            Secret.parse({"command": command}, Path()).reveal()

        assert "hunter2" not in _all_text(caught.value)


LITERALS = [WORD, [WORD], {"value": WORD}, {"env": WORD, "file": WORD}, {"env": [WORD]}, {"command": WORD}]


class TestLiterals:
    @pytest.mark.parametrize(
        "literal", [*LITERALS, 5, None, True, {}, {"command": []}, {"command": [5]}, {"command": ["op", 5]}]
    )
    def test_a_literal_is_refused_without_being_repeated(self, literal: object) -> None:
        with pytest.raises(ValueError, match=r'\{ env = "NAME" \}') as caught:
            Secret.parse(literal, Path())

        assert "hunter2" not in _all_text(caught.value)

    @pytest.mark.parametrize("literal", LITERALS)
    @pytest.mark.parametrize("place", ["token", "others"])
    def test_nor_does_the_configuration_repeat_it(self, place: str, literal: object) -> None:
        table = {"token": literal} if place == "token" else {"others": {"a": literal}}
        config = Config({"plugins": {"pager": table}}, Path("chatops.toml"), [])

        with pytest.raises(ChatopsError, match=rf"plugins\.pager\.{place}") as caught:
            config.plugin_settings("pager", TokenPlugin)

        assert "hunter2" not in _all_text(caught.value)
        assert "hunter2" not in str(config.problems)


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

        assert "hunter2" not in _all_text(caught.value)

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


def _all_text(error: BaseException | None) -> str:
    """Everything that a traceback, a log or an error tracker would show of it."""
    if error is None:
        return ""
    shown = (
        "".join(traceback.format_exception(error)[-1:]) + repr(error) + repr(error.args) + repr(vars(error))
    )
    return shown + _all_text(error.__cause__)
