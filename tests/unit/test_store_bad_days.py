"""The store on a bad day: one clear message, exit 4, no traceback, and nothing half-written."""

import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from chatops import cli as command_line
from chatops.store import sqlite
from tests.kit import COMMAND, Cli, Done

HOLDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
"""
#: Root's rights to read and write whatever it likes, taken away from a command.
MORTAL = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")


@pytest.fixture
def path(cli: Cli) -> Path:
    """Where the command keeps its store."""
    cli.configure("")
    return cli.home / ".local" / "state" / "chatops" / "chatops.db"


@pytest.fixture
def mortal(cli: Cli, path: Path) -> Callable[..., Done]:
    """Runs a command that permissions bind, also where root runs the tests."""
    prefix: tuple[str, ...] = ()
    if os.geteuid() == 0:
        if not shutil.which("setpriv"):
            pytest.skip("root ignores permissions, and there is no setpriv to take that right away")
        prefix = MORTAL

    def run(*args: str, code: int) -> Done:
        return finished([*prefix, str(COMMAND), *args], cli, code)

    return run


def finished(command: list[str], cli: Cli, code: int, prepare: Callable[[], None] | None = None) -> Done:
    """The command, in the end; it must exit with this code, and without a traceback."""
    # Where no file may grow, the one that measures coverage may not, either.
    env = {name: value for name, value in cli.env.items() if not name.startswith("COVERAGE_")}
    ended = subprocess.run(
        command,
        env=env,
        cwd=cli.home,
        preexec_fn=prepare,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Traceback" not in ended.stderr, ended.stderr
    assert ended.returncode == code, (ended.returncode, ended.stdout, ended.stderr)
    return Done(ended.returncode, ended.stdout, ended.stderr)


def titles(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return [title for (title,) in connection.execute("SELECT title FROM incidents ORDER BY number")]


def one_message(done: Done) -> str:
    assert done.out == ""
    assert done.err.count("Error:") == 1
    assert done.err.count("\n") == 1
    return done.err


@pytest.mark.parametrize(("file", "folder"), [(0o444, 0o755), (0o444, 0o555), (0o644, 0o555)])
def test_a_store_that_may_not_be_written_is_still_read(
    cli: Cli, path: Path, mortal: Callable[..., Done], file: int, folder: int
) -> None:
    cli("declare", "before", "--no-public")
    path.chmod(file)
    path.parent.chmod(folder)
    try:
        assert "before" in mortal("list", code=0).out
        assert "before" in mortal("show", "INC-1", code=0).out
        assert "declared" in mortal("timeline", "INC-1", code=0).out
        said = one_message(mortal("declare", "never", code=4))
        assert "cannot be written" in said
        assert "Nothing new was recorded" in said
        assert str(path) in said
    finally:
        path.parent.chmod(0o755)
        path.chmod(0o644)
    assert titles(path) == ["before"]
    # Nothing was left behind that would stop the next writer.
    mortal("declare", "after", "--no-public", code=0)
    assert titles(path) == ["before", "after"]


def test_a_folder_that_may_not_be_written(cli: Cli, path: Path, mortal: Callable[..., Done]) -> None:
    path.parent.parent.mkdir(parents=True)
    path.parent.parent.chmod(0o555)
    said = one_message(mortal("declare", "never", code=4))
    path.parent.parent.chmod(0o755)
    assert "cannot be written (Permission denied)" in said
    assert not path.parent.exists()


def _no_file_may_grow(limit: int) -> Callable[[], None]:
    def prepare() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return prepare


@pytest.mark.parametrize("room", [1000, 9000, 40_000])
def test_a_quota_that_is_reached(cli: Cli, path: Path, room: int) -> None:
    cli("declare", "before", "--no-public")
    words = "x" * 15_000
    done = finished([str(COMMAND), "note", "INC-1", words, "--json"], cli, 4, _no_file_may_grow(room))
    assert "is full, or a quota is reached" in one_message(done)
    assert "Nothing new was recorded" in done.err
    assert "declared" in cli("timeline", "INC-1").out
    assert words not in cli("timeline", "INC-1").out
    cli("note", "INC-1", words)
    assert titles(path) == ["before"]


@pytest.mark.slow
def test_a_disk_that_is_full(cli: Cli, path: Path) -> None:
    small = cli.home / "small"
    small.mkdir()
    script = f"""
        mount -t tmpfs -o size=300k none {small} || exit 77
        export CHATOPS_STORE={small}/chatops.db
        {COMMAND} declare before --no-public --quiet || exit 78
        cat /dev/zero > {small}/filling 2>/dev/null
        {COMMAND} declare never --no-public; echo "exit $?"
        rm {small}/filling
        {COMMAND} declare after --no-public --quiet; echo "exit $?"
    """
    ended = subprocess.run(
        ["unshare", "--mount", "sh", "-c", script],
        env=cli.env,
        cwd=cli.home,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if ended.returncode == 77 or "unshare" in ended.stderr:
        pytest.skip("no small disk can be mounted here")
    assert ended.stdout.split("\n") == ["INC-1", "exit 4", "INC-2", "exit 0", ""]
    assert ended.stderr.count("Error:") == 1
    assert "is full, or a quota is reached" in ended.stderr


def test_a_store_that_another_process_keeps_locked(
    cli: Cli,
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    cli("declare", "before", "--no-public")
    monkeypatch.setenv("CHATOPS_STORE", str(path))
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.2)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout
    assert holder.stdout.readline() == b"held\n"
    with pytest.raises(SystemExit) as ended:
        command_line.main(["declare", "never", "--no-public"])
    shown = capsys.readouterr()
    assert ended.value.code == 4
    assert "stayed locked by another process" in one_message(Done(4, shown.out, shown.err))
    assert "it was not written" in shown.err

    with pytest.raises(SystemExit) as ended:
        command_line.main(["list"])
    assert ended.value.code == 0, "reading needs no lock"
    assert "before" in capsys.readouterr().out
    holder.communicate(b"\n")
    assert titles(path) == ["before"]


def test_a_store_of_a_newer_version(cli: Cli, path: Path) -> None:
    cli("declare", "before", "--no-public")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    for command in (["declare", "never"], ["list"]):
        said = one_message(cli(*command, code=4))
        assert "written by a newer chatops (its schema is 99" in said
        assert "pip install -U" in said
    assert titles(path) == ["before"]


def _noise(path: Path) -> None:
    path.write_bytes(os.urandom(20_000))


def _words(path: Path) -> None:
    path.write_text("[core]\nactor = 'dana'\n" * 100)


def _another_program(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE moz_places (id INTEGER)")
        connection.execute("PRAGMA user_version = 77")


def _folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize("make", [_noise, _words, _another_program, _folder])
def test_what_is_no_store_is_left_alone(cli: Cli, path: Path, make: Callable[[Path], None]) -> None:
    path.parent.mkdir(parents=True)
    make(path)
    before = path.read_bytes() if path.is_file() else b""
    for command in (["declare", "never"], ["list"]):
        said = one_message(cli(*command, code=4))
        assert "is not a chatops store, or is damaged" in said
        assert "CHATOPS_STORE" in said
    assert (path.read_bytes() if path.is_file() else b"") == before
    assert [found.name for found in path.parent.iterdir()] == [path.name]


def test_an_empty_file_is_a_new_store(cli: Cli, path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.touch()
    assert cli("declare", "the first", "--no-public", "--quiet").out == "INC-1\n"


def test_pages_that_were_damaged(cli: Cli, path: Path) -> None:
    cli("declare", "before", "--no-public")
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    path.write_bytes(content)
    for command in (["declare", "never"], ["list"]):
        assert "or is damaged" in one_message(cli(*command, code=4))
