"""What a dry run shows is a diff: git and patch take it, and make the file that the command would write."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatops.cli.actions_diff import diff
from tests.acceptance.helpers import Terminal
from tests.kit import COMMAND, Cli
from tests.syncing import git

TEXT = b"# Post-mortem\n\n## Actions\n\n- [ ] Alert on it\n- Mend it\n\n## Notes\n\nNone\n"


def check(folder: Path, said: bytes, *, by: str = "git") -> None:
    """Apply what was printed."""
    how = ["git", "apply", "-v"] if by == "git" else ["patch", "-p1", "--binary", "--no-backup-if-mismatch"]
    done = subprocess.run(how, cwd=folder, input=said, capture_output=True, check=False)
    assert done.returncode == 0, (done.stderr, said)


@pytest.fixture
def printed(cli: Cli) -> Callable[..., bytes]:
    """The bytes that a command prints."""

    def printing(*args: str, folder: Path | None = None) -> bytes:
        run = [str(COMMAND), *args]
        return subprocess.run(
            run, env=cli.env, cwd=folder or cli.home, capture_output=True, check=True
        ).stdout

    return printing


@pytest.mark.parametrize("by", ["git", "patch"])
@pytest.mark.parametrize(
    "data",
    [
        TEXT,
        TEXT.replace(b"\n", b"\r\n"),
        TEXT.removesuffix(b"\n\n## Notes\n\nNone\n"),
        TEXT.replace(b"\n", b"\r\n").removesuffix(b"\r\n\r\n## Notes\r\n\r\nNone\r\n"),
        b"\xef\xbb\xbf" + TEXT,
        TEXT + b"\x1b[31m\x0b\x0c\xc2\x85\xe2\x80\xa8 no new line here\r",
    ],
)
def test_what_would_change_can_be_applied(
    cli: Cli, printed: Callable[..., bytes], data: bytes, by: str
) -> None:
    if not shutil.which(by):
        pytest.skip(f"{by} is not installed")
    git(cli.home, "init")
    path = cli.home / "pm/disk full.md"
    path.parent.mkdir()
    path.write_bytes(data)
    said = printed("actions", "add", str(path), "Watch", "it", "--owner", "dana", "--dry-run")
    assert path.read_bytes() == data
    check(cli.home, said, by=by)
    after = path.read_bytes()
    assert after.count(b"Watch it") == 1
    check(cli.home, printed("actions", "stamp", "pm", "--dry-run"), by=by)
    assert path.read_bytes().count(b"<!-- action:") == 3


@given(
    st.lists(
        st.sampled_from([b"a", b"b\n", b"\r\n", b"\n", b"\r", b"c\r\n", b"\x00\n", b"\xff"]), max_size=8
    ).map(b"".join),
    st.lists(st.sampled_from([b"a", b"b\n", b"\r\n", b"\n", b"\r", b"d\n"]), min_size=1, max_size=8).map(
        b"".join
    ),
    st.sampled_from(["a.md", "a b.md", 'q"uote\\.md', "new\nline\t.md", "é.md", "\udcff.md"]),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_two_contents_and_any_name(tmp_path: Path, before: bytes, after: bytes, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(before)
    said = b"".join(diff(name, before, after))
    if before != after:
        check(tmp_path, said)
        assert path.read_bytes() == after


def test_it_is_applied_where_it_was_printed(cli: Cli, printed: Callable[..., bytes]) -> None:
    git(cli.home, "init")
    below = cli.home / "docs/pm"
    below.mkdir(parents=True)
    (below / "a.md").write_bytes(TEXT)
    check(below, printed("actions", "stamp", "a.md", "--dry-run", folder=below))
    other = cli.home / "elsewhere"
    other.mkdir()
    # What is not below is named from the top of the repository.
    (below / "a.md").write_bytes(TEXT)
    check(cli.home, printed("actions", "stamp", "../docs/pm/a.md", "--dry-run", folder=other))
    assert b"<!-- action:" in (below / "a.md").read_bytes()


def test_a_terminal_is_shown_no_control_characters(cli: Cli) -> None:
    (cli.home / "a.md").write_bytes(b"# Actions\r\n\r\n- Mend \x1b[31mit\r\n")
    with Terminal(cli, "actions", "stamp", "a.md", "--dry-run") as terminal:
        terminal.end(0)
    assert "\x1b[31m" not in terminal.raw
    assert "-- Mend \ufffd[31mit\n" in terminal.seen
