"""What goes on beside and after a command: Ctrl-C, a reader who leaves, the worker, the drainer."""

import os
import signal
import time
from pathlib import Path

import pytest

from tests.kit import Cli
from tests.processes import SOON, Remote, Start, deliveries, drainers, until

pytestmark = pytest.mark.slow


def test_ctrl_c_while_a_plugin_hangs_says_what_is_recorded_and_what_is_owed(
    cli: Cli, remote: Remote, start: Start
) -> None:
    remote.arm("hang-after-first")
    running = start("declare", "Checkout", "--no-public")
    until(lambda: remote.names("hanging-after-first"))
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=SOON)
    assert running.returncode == 3
    assert "INC-1 declared: Checkout" in out
    assert "Stopped. INC-1 is recorded." in err
    assert "folder: incident_declared pending" in err
    assert "chatops worker" in err
    assert "Traceback" not in err
    cli("worker", "--until-done")
    assert deliveries(cli) == {"folder incident_declared": "done"}
    assert len(remote.objects("first")) == 1


def test_a_reader_who_leaves_early_stops_nothing(cli: Cli, remote: Remote, start: Start) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    running = start("declare", "Checkout", "--no-public", stdout=writing)
    os.close(writing)
    _, err = running.communicate(timeout=SOON)
    assert (running.returncode, err) == (0, "")
    assert deliveries(cli) == {"folder incident_declared": "done"}


def test_sigterm_ends_a_worker_after_the_call_under_way(cli: Cli, remote: Remote, start: Start) -> None:
    remote.arm("hang-after-first")
    killed = start("declare", "Checkout", "--no-public")
    until(lambda: remote.names("hanging-after-first"))
    killed.kill()
    killed.wait(SOON)
    remote.arm("hang-after-second")
    worker = start("worker")
    until(lambda: remote.names("hanging-after-second"))
    worker.send_signal(signal.SIGTERM)
    remote.arm("go")
    out, err = worker.communicate(timeout=SOON)
    assert (worker.returncode, err) == (0, "")
    assert "INC-1  ✓ folder: incident_declared" in out
    assert deliveries(cli) == {"folder incident_declared": "done"}


def test_an_idle_worker_ends_at_once_when_told_to(cli: Cli, remote: Remote, start: Start) -> None:
    worker = start("worker")
    assert worker.stdout
    assert "Delivering" in worker.stdout.readline()
    began = time.monotonic()
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(SOON) == 0
    assert time.monotonic() - began < 2


def test_what_is_left_behind_is_drained_by_one_process_that_ends_by_itself(cli: Cli, remote: Remote) -> None:
    cli.configure("[core]\ndrainer = true\n[plugins.down]\n")
    first = cli("declare", "Checkout", "--no-public", code=3)
    assert "A background process" in first.err
    until(lambda: len(drainers(cli)) == 1)
    (drainer,) = drainers(cli)
    assert os.getsid(drainer) == drainer, "it outlives the terminal"
    (lock,) = [path for path in (cli.home / ".local/state/chatops").iterdir() if "drainer" in path.name]
    until(lambda: f":{lock.stat().st_ino} " in Path("/proc/locks").read_text())

    second = cli("declare", "Billing", "--no-public", code=3)
    assert "A background process" in second.err
    assert drainers(cli) == [drainer]

    for delivery in cli("deliveries", "--quiet").out.split():
        cli("skip", delivery, "--reason", "enough")
    until(lambda: not drainers(cli))
    assert set(deliveries(cli).values()) == {"skipped"}


def test_a_command_that_leaves_nothing_behind_starts_nothing(cli: Cli, remote: Remote) -> None:
    cli.configure(f"[core]\ndrainer = true\n[plugins.folder]\nfolder = '{remote.folder}'\n")
    cli("declare", "Checkout", "--no-public")
    assert drainers(cli) == []
