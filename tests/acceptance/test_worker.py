"""A worker over days: what it says, and that neither a plugin that hangs nor a store that breaks ends it."""

import signal
import subprocess

import pytest

from chatops.cli.output import Shown
from chatops.cli.worker import Report
from chatops.engine.local import MOST_HUNG
from tests.acceptance.helpers import CTRL_C, Process, Terminal, install, renamed, service
from tests.kit import Cli
from tests.processes import SOON, Start, until
from tests.stage import declare

pytestmark = pytest.mark.slow

#: `sticky` never comes back from its first attempt, and works on the second; `slow` waits to be let go.
STUCK = """
class Sticky(Plugin):
    deadline = 0.3

    @hookimpl
    def incident_declared(self, event, ctx):
        while ctx.attempt == 1:
            time.sleep(60)

class Slow(Plugin):
    deadline = 60.0

    @hookimpl
    def incident_declared(self, event, ctx):
        if event.number == 1:
            print(file=open("called", "a"))
            while not os.path.exists("go"):
                time.sleep(0.01)
"""


def test_a_worker_that_too_much_hangs_in_becomes_a_fresh_process_between_two_calls(
    cli: Cli, start: Start
) -> None:
    cli.site.install(STUCK, sticky="Sticky", slow="Slow")
    cli.configure("[plugins.sticky]\n[plugins.slow]\n")
    with service(cli) as recording:
        for number in range(MOST_HUNG):
            declare(recording, f"incident {number}")
        worker = start("worker", stderr=subprocess.STDOUT)

        def given_up() -> bool:
            owed = recording.store.deliveries.unsettled()
            return [d.state for d in owed if d.instance == "sticky"] == ["retry"] * MOST_HUNG

        until(given_up)
        until((cli.home / "called").exists)
        (cli.home / "go").touch()
        assert worker.stdout
        said: list[str] = []
        while sum("Delivering" in line for line in said) < 2:
            said.append(worker.stdout.readline())
            assert said[-1], "".join(said)
        recording.retry(recording.store.deliveries.unsettled())
        until(lambda: not recording.store.deliveries.unsettled())
        assert {d.state for d in recording.store.deliveries.recent(100)} == {"done"}

    (replaced,) = [n for n, line in enumerate(said) if "A fresh process takes over." in line]
    assert f"{MOST_HUNG} calls hang: {MOST_HUNG} x incident_declared sticky." in said[replaced]
    ended = said.index("INC-1  ✓ slow: incident_declared\n")
    assert ended < replaced, "what was under way has ended first"
    assert (cli.home / "called").read_text() == "\n", "and was called once"
    worker.send_signal(signal.SIGTERM)
    out, _ = worker.communicate(timeout=SOON)
    assert worker.returncode == 0, out
    assert "fresh" not in out


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_fresh_process_hears_a_signal_that_came_while_it_started(cli: Cli, number: signal.Signals) -> None:
    cli.configure("")
    (cli.site.folder / "sitecustomize.py").write_text(
        "import os, signal\n"
        f"signal.pthread_sigmask(signal.SIG_BLOCK, [{int(number)}])\n"
        f"os.kill(os.getpid(), {int(number)})\n"
    )
    assert cli("worker").err == ""


def test_a_store_that_breaks_is_waited_for(cli: Cli) -> None:
    install(cli.site)
    cli.configure("[plugins.tracker]\n")
    with service(cli) as recording, Process(cli, "worker", env={"PYTHONUNBUFFERED": "1"}) as worker:
        declare(recording)
        while "✓ tracker" not in (line := worker.line()):
            assert line
        with renamed(cli, "instances"):
            while "no such table" not in (line := worker.line()):
                assert line
        declare(recording)
        while "INC-2  ✓ tracker" not in (line := worker.line()):
            assert line
        worker.interrupt(signal.SIGTERM)
        ended = worker.end()
    assert ended.code == 0
    assert ended.err.count("no such table") == 1, "it is said once"


def test_off_a_terminal_it_says_how_it_stands_when_that_changes(cli: Cli) -> None:
    install(cli.site)
    (cli.home / "refuse").touch()
    cli.configure("[plugins.broken]\n[plugins.slow]\n")
    with service(cli) as recording, Process(cli, "worker", env={"PYTHONUNBUFFERED": "1"}) as worker:
        assert worker.line() == "Delivering what falls due. Ctrl-C ends it after the calls under way.\n"
        assert worker.line() == "Nothing waits.\n"
        declare(recording)
        slow, broken = sorted(worker.line() for _ in range(2))
        assert (slow[:14], broken[:16]) == ("INC-1  ✓ slow:", "INC-1  ✗ broken:")
        assert worker.line() == "Tried 2, delivered 1. Waits: 1 failed.\n"
        worker.interrupt()
        assert worker.end().out == ""


def test_on_a_terminal_one_line_stands_below_what_happened(cli: Cli) -> None:
    install(cli.site)
    cli.configure("[plugins.slow]\n")
    with service(cli) as recording, Terminal(cli, "worker") as terminal:
        terminal.expect("Nothing waits.")
        declare(recording)
        terminal.expect("INC-1  ✓ slow: incident_declared")
        terminal.expect("Tried 1, delivered 1. Nothing waits.")
        terminal.press(CTRL_C)
        terminal.end(0)
        assert "Nothing waits.\r\x1b[KINC-1" in terminal.raw.replace("\x1b[0m", ""), "it gave way to the news"


def test_what_cannot_be_read_for_a_moment_is_said_in_fewer_words(
    cli: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    install(cli.site)
    cli.configure("[plugins.slow]\n")
    with service(cli) as opened:
        incident = declare(opened)
        (ended,) = opened.engine.start(incident.id)
        report = Report(opened, Shown("text"))
        report.ended(ended)
        with renamed(cli, "incidents"):
            report.ended(ended)
    assert capsys.readouterr().out.splitlines() == [
        "INC-1  ✓ slow: incident_declared",
        "slow: incident_declared done",
    ]
