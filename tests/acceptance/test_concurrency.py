"""Several processes at one store: the installed command, really killed."""

import signal
import subprocess
import sys
import time
from contextlib import suppress

import pytest

from tests.kit import COMMAND, Cli
from tests.processes import SOON, Remote, Start, deliveries, until

pytestmark = pytest.mark.slow

HOLDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
"""


def test_ten_processes_that_meet_at_a_new_store(cli: Cli) -> None:
    cli.configure("")
    running = [
        subprocess.Popen(
            [COMMAND, "declare", f"incident {number}", "--quiet"],
            env=cli.env,
            cwd=cli.home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(10)
    ]
    ended = [(*process.communicate(timeout=60), process.returncode) for process in running]
    assert {(err if "Error" in err else "", code) for _, err, code in ended} == {("", 0)}
    assert sorted(out for out, _, _ in ended) == sorted(f"INC-{number}\n" for number in range(1, 11))
    found = cli("list", "--json").json()
    assert sorted(incident["title"] for incident in found) == [f"incident {number}" for number in range(10)]


def test_a_store_that_is_locked_for_a_moment_is_waited_for(cli: Cli) -> None:
    cli.configure("")
    cli("declare", "before", "--no-public")
    path = cli.home / ".local" / "state" / "chatops" / "chatops.db"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout
    assert holder.stdout.readline() == b"held\n"
    waiting = subprocess.Popen(
        [COMMAND, "declare", "after", "--no-public"], env=cli.env, cwd=cli.home, stdout=subprocess.PIPE
    )
    with suppress(subprocess.TimeoutExpired):
        waiting.wait(0.5)
    assert waiting.returncode is None
    holder.communicate(b"\n")
    assert b"INC-2 declared" in waiting.communicate(timeout=30)[0]


@pytest.mark.parametrize("step", ["first", "second"])
def test_a_command_that_died_in_mid_creation_is_finished_by_another_with_one_object(
    cli: Cli, remote: Remote, start: Start, step: str
) -> None:
    remote.arm(f"die-after-{step}")
    died = start("declare", "Checkout", "--no-public")
    died.communicate(timeout=SOON)
    assert died.returncode == 9
    assert cli("list", "--quiet").out == "INC-1\n", "what was declared is declared"
    assert len(remote.objects(step)) == 1

    cli("worker", "--until-done")
    assert [len(remote.objects(name)) for name in ("first", "second")] == [1, 1]
    # Only what had not been kept as finished was looked for.
    assert remote.names("looked-for-") == [f"looked-for-{step}"]
    assert deliveries(cli) == {"folder incident_declared": "done"}
    links = cli("show", "INC-1", "--json").json()["links"]
    assert sorted(owned["link"]["id"] for owned in links) == sorted(
        remote.objects("first") + remote.objects("second")
    )


@pytest.mark.parametrize("by", ["the next command", "worker"])
def test_a_killed_holder_is_noticed_at_once(cli: Cli, remote: Remote, start: Start, by: str) -> None:
    remote.arm("hang-after-first")
    holder = start("declare", "Checkout", "--no-public")
    until(lambda: remote.names("hanging-after-first"))
    holder.send_signal(signal.SIGKILL)
    holder.wait(SOON)
    began = time.monotonic()
    if by == "worker":
        cli("worker", "--until-done")
    else:
        cli("update", "INC-1", "more", "--no-public")
    # Its lease ran for 35 s.
    assert time.monotonic() - began < 15
    assert deliveries(cli)["folder incident_declared"] == "done"
    assert len(remote.objects("first")) == 1


def test_a_living_holder_is_respected_by_other_processes(cli: Cli, remote: Remote, start: Start) -> None:
    remote.arm("hang-after-first")
    holder = start("declare", "Checkout", "--no-public")
    until(lambda: remote.names("hanging-after-first"))
    cli("update", "INC-1", "more", "--no-public", code=3)
    assert len(remote.names("attempt-")) == 1
    assert remote.names("update-") == []
    remote.arm("go")
    assert holder.communicate(timeout=SOON)[0]
    assert holder.returncode == 0
    assert set(deliveries(cli).values()) == {"done"}
    assert [len(remote.objects(name)) for name in ("first", "second")] == [1, 1]
