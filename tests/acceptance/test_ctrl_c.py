"""Ctrl-C, whenever it is pressed: what it says of what was recorded, and who delivers what was left."""

import json
import os
import signal
import time
from collections.abc import Callable

import pytest

from tests.acceptance.helpers import Process, install, tables, until
from tests.kit import Cli, Done

SLOW = """
    [plugins.slow]
    use = "slow"
"""
CTRL_C_AFTER_COMMIT = """
import os, signal
from chatops.service import Service

declare = Service.declare

def interrupted(*args, **options):
    recorded = declare(*args, **options)
    os.kill(os.getpid(), signal.SIGINT)
    return recorded

Service.declare = interrupted
"""
#: Ctrl-C where Python ignores whatever is raised.
SWALLOWED = """
import signal

class Swallowing:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)

press = Swallowing
"""
#: Ctrl-C while a class is made: before Python 3.12 it comes out as a RuntimeError.
WRAPPED = """
import signal

class Wrapping:
    def __set_name__(self, owner, name):
        signal.raise_signal(signal.SIGINT)

def press():
    type("Made", (), {"made": Wrapping()})
"""
#: Ctrl-C that wakes another thread than the one which is to hear of it.
ELSEWHERE = """
import signal, threading, time

def press():
    def soon():
        time.sleep(0.1)
        signal.pthread_kill(threading.get_ident(), signal.SIGINT)
    threading.Thread(target=soon, daemon=True).start()
"""
AS_CLICK_IS_IMPORTED = """
import sys

class Finder:
    def find_spec(name, path, target=None):
        if name == "click":
            press()

sys.meta_path.insert(0, Finder)
"""
AS_THE_STORE_IS_OPENED = """
from chatops.service import Service

usual = Service.open

def opening(path):
    press()
    return usual(path)

Service.open = opening
"""
AS_DELIVERIES_ARE_WAITED_FOR = """
from chatops.engine.local import Run

usual = Run.__iter__

def iterating(run):
    press()
    return usual(run)

Run.__iter__ = iterating
"""


@pytest.fixture
def interrupt(cli: Cli) -> Callable[..., Done]:
    """Declares an incident whose plugin hangs, and presses Ctrl-C."""
    install(cli.site)
    cli.configure(SLOW)

    def declare(*options: str) -> Done:
        (cli.home / "called").unlink(missing_ok=True)
        (cli.home / "hang").touch()
        with Process(cli, "declare", "Down", "--new", "--no-public", *options) as declaring:
            until(cli.home / "called")
            declaring.interrupt()
            ended = declaring.end()
        (cli.home / "hang").unlink()
        return ended

    return declare


def test_ctrl_c_while_a_plugin_hangs(interrupt: Callable[..., Done]) -> None:
    ended = interrupt()
    assert (ended.code, ended.out) == (3, "INC-1 declared: Down (sev2, investigating)\n")
    assert ended.err.splitlines() == [
        "",
        "Stopped. INC-1 is recorded.",
        "  … slow: incident_declared pending",
        "Warning: Nothing retries the rest by itself. To do it: chatops worker",
    ]
    assert interrupt("--quiet").out == "INC-2\n"
    body = interrupt("--json").json()
    assert [(d["instance"], d["state"]) for d in body["deliveries"]] == [("slow", "pending")]


def test_a_worker_delivers_what_was_left(cli: Cli, interrupt: Callable[..., Done]) -> None:
    interrupt()
    assert cli.here("worker", "--until-done").out == (
        "Delivering what falls due. Ctrl-C ends it after the calls under way.\n"
        "Waits: 1 pending; next now.\n"
        "INC-1  ✓ slow: incident_declared\n"
    )
    for number in (signal.SIGINT, signal.SIGTERM):
        interrupt()
        with Process(cli, "worker", "--json") as worker:
            assert json.loads(worker.line())["state"] == "done"
            worker.interrupt(number)
            ended = worker.end()
            assert (ended.code, ended.out, ended.err) == (0, "", "")


def test_ctrl_c_at_any_moment_tells_the_truth(cli: Cli) -> None:
    """Either nothing was recorded and that is said, or the incident is there and named."""
    install(cli.site)
    text = cli.configure(SLOW).read_text()
    (cli.home / "hang").touch()
    # A pipe in place of the configuration: the command waits for it, and the test knows where it is.
    pipe = cli.home / "pipe.toml"
    os.mkfifo(pipe)
    recorded = 0
    for moment in range(-1, 14):
        with Process(cli, "--config", str(pipe), "declare", "--new", "Down", "--no-public") as declaring:
            with pipe.open("w") as configuration:
                if moment < 0:
                    declaring.interrupt()
                    declaring.wait()
                else:
                    configuration.write(text)
            time.sleep(max(0, moment) ** 2 * 0.004)
            declaring.interrupt()
            ended = declaring.end()
        if len(tables(cli).get("incidents", [])) == recorded:
            assert ended == Done(130, "", "\nStopped. Nothing was recorded.\n")
        else:
            recorded += 1
            assert ended.code == 3
            assert f"Stopped. INC-{recorded} is recorded." in ended.err
    assert 0 < recorded < 15


def test_ctrl_c_right_after_the_commit_does_not_deny_it(cli: Cli) -> None:
    cli.configure("")
    (cli.site.folder / "sitecustomize.py").write_text(CTRL_C_AFTER_COMMIT)
    ended = cli("declare", "Down", "--no-public")
    assert (ended.out, ended.err) == ("", "\nStopped. INC-1 is recorded.\n")
    assert len(tables(cli)["incidents"]) == 1


@pytest.mark.parametrize("press", [SWALLOWED, WRAPPED], ids=["swallowed", "wrapped"])
def test_whatever_python_makes_of_ctrl_c_it_ends_a_command_that_starts(cli: Cli, press: str) -> None:
    (cli.site.folder / "sitecustomize.py").write_text(press + AS_CLICK_IS_IMPORTED)
    # The command waits for this configuration, which never comes.
    os.mkfifo(cli.home / "pipe.toml")
    with Process(cli, "--config", "pipe.toml", "declare", "Down", "--no-public") as declaring:
        assert declaring.end() == Done(130, "", "\nStopped. Nothing was recorded.\n")


def test_ctrl_c_while_a_class_is_made_is_no_defect(cli: Cli) -> None:
    cli.configure("")
    (cli.site.folder / "sitecustomize.py").write_text(WRAPPED + AS_THE_STORE_IS_OPENED)
    assert cli("declare", "Down", code=130).err == "\nStopped. Nothing was recorded.\n"


@pytest.mark.parametrize("press", [SWALLOWED, WRAPPED, ELSEWHERE], ids=["swallowed", "wrapped", "elsewhere"])
def test_whatever_python_makes_of_ctrl_c_what_was_recorded_is_said(cli: Cli, press: str) -> None:
    install(cli.site)
    cli.configure(SLOW)
    (cli.site.folder / "sitecustomize.py").write_text(press + AS_DELIVERIES_ARE_WAITED_FOR)
    (cli.home / "hang").touch()
    with Process(cli, "declare", "Down", "--no-public") as declaring:
        ended = declaring.end()
    assert ended.code == 3
    assert ended.err.startswith("\nStopped. INC-1 is recorded.\n")
