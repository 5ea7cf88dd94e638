"""Where secrets are read, and that a literal is none."""

from pathlib import Path

import pytest

from chatops.config import Config
from chatops.errors import ChatopsError
from chatops.values import Secret
from tests.tokens import WORD, TokenPlugin, all_text, no_secret_is_known, secret

__all__ = ["no_secret_is_known", "secret"]

needs_no_root = pytest.mark.skipif("os.geteuid() == 0", reason="root reads every file")


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
        assert "hunter2" not in all_text(caught.value)

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

        assert "hunter2" not in all_text(caught.value)


LITERALS = [WORD, [WORD], {"value": WORD}, {"env": WORD, "file": WORD}, {"env": [WORD]}, {"command": WORD}]


class TestLiterals:
    @pytest.mark.parametrize(
        "literal", [*LITERALS, 5, None, True, {}, {"command": []}, {"command": [5]}, {"command": ["op", 5]}]
    )
    def test_a_literal_is_refused_without_being_repeated(self, literal: object) -> None:
        with pytest.raises(ValueError, match=r'\{ env = "NAME" \}') as caught:
            Secret.parse(literal, Path())

        assert "hunter2" not in all_text(caught.value)

    @pytest.mark.parametrize("literal", LITERALS)
    @pytest.mark.parametrize("place", ["token", "others"])
    def test_nor_does_the_configuration_repeat_it(self, place: str, literal: object) -> None:
        table = {"token": literal} if place == "token" else {"others": {"a": literal}}
        config = Config({"plugins": {"pager": table}}, Path("chatops.toml"), [])

        with pytest.raises(ChatopsError, match=rf"plugins\.pager\.{place}") as caught:
            config.plugin_settings("pager", TokenPlugin)

        assert "hunter2" not in all_text(caught.value)
        assert "hunter2" not in str(config.problems)
