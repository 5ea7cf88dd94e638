"""A process that is suspended at the worst moment, and wakes when others have done its work.

Right before each request a call asks whether it still holds its lane. Between that answer and the first
byte on its way lies one instant that no check can close: who is suspended in it, past its lease, sends that
one request when it wakes, and nothing after it. These tests suspend processes everywhere else.
"""

import os
import signal
import socket
from contextlib import ExitStack
from pathlib import Path
from subprocess import Popen
from typing import Final

import pytest

from chatops.cli.flow import STILL_OWED
from tests.acceptance.helpers import service, tables
from tests.kit import Cli
from tests.processes import SOON, Remote, Start, until
from tests.stage import declare
from tests.wire import Raw, says

pytestmark = pytest.mark.slow

#: Two requests that write. What the call was refused is left as a file, and where it stops a file says.
TICKETS: Final = """
import signal, threading

class Config(msgspec.Struct):
    url: str
    folder: str

class Answer(msgspec.Struct):
    known: bool = False

class Tickets(Plugin[Config]):
    deadline = DEADLINE
    settle = 0.0

    @hookimpl
    def incident_declared(self, event, ctx):
        def create(key):
            ctx.http.request("POST", f"{self.config.url}/ticket", answer=Answer)
            self.stop("unrecorded")
            return Link("ticket", "1")
        def find(key):
            found = ctx.http.request("GET", f"{self.config.url}/ticket", answer=Answer)
            return Link("ticket", "1") if found.known else None
        try:
            made = ctx.once("ticket", create=create, find=find)
            self.stop("between")
            ctx.http.request("POST", f"{self.config.url}/comment", answer=Answer)
        except BaseException as error:
            open(f"{self.config.folder}/refused-{type(error).__name__}", "x").close()
            raise
        return made

    def stop(self, where):
        try:
            os.unlink(f"{self.config.folder}/{where}")
        except FileNotFoundError:
            return
        # To this thread: it would run on for a moment where the process is sent the signal.
        signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)
"""
LEASES: Final = "from chatops.dispatch import drain\ndrain.LEASE_MARGIN = {margin}\n"
#: Stops a process that has written an event, and has not committed it.
MIDDLE: Final = """
import os, signal, threading
from chatops.dispatch import drain
from chatops.store import Log, sqlite

drain.LEASE_MARGIN, sqlite.BUSY_SECONDS = -18.5, 0.3
append = Log.append

def appended(*given):
    append(*given)
    try:
        os.unlink(os.path.expanduser("~/stop"))
    except FileNotFoundError:
        return
    signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)

Log.append = appended
"""


def suspended(process: Popen[str]) -> bool:
    """Whether the process is stopped, all of its threads."""
    return "\nState:\tT" in Path(f"/proc/{process.pid}/status").read_text()


def woken(process: Popen[str]) -> None:
    os.kill(process.pid, signal.SIGCONT)


@pytest.mark.parametrize("where", ["unrecorded", "between"])
@pytest.mark.parametrize(
    ("deadline", "margin", "refused"),
    # While a whole machine sleeps, the clock of deadlines stands still, and that of leases does not.
    [(2.0, 0.0, {"unrecorded": "LeaseLost", "between": "DeadlineExceeded"}), (60.0, -58.0, {})],
    ids=["the process", "its machine"],
)
def test_past_its_lease_it_sends_and_records_nothing_more(
    cli: Cli, start: Start, where: str, deadline: float, margin: float, refused: dict[str, str]
) -> None:
    def known(connection: socket.socket) -> None:
        says(f'{{"known": {str("POST /ticket HTTP/1.1" in remote.lines).lower()}}}')(connection)

    cli.site.install(TICKETS.replace("DEADLINE", str(deadline)), tickets="Tickets")
    (cli.site.folder / "sitecustomize.py").write_text(LEASES.format(margin=margin))
    with Raw(known) as remote, ExitStack() as stack:
        cli.configure(f"[plugins.tickets]\nurl = '{remote.url}'\nfolder = '{cli.home}'\n")
        recording = stack.enter_context(service(cli))
        (cli.home / where).touch()
        declare(recording)
        late = start("worker")
        until(lambda: suspended(late))
        other = start("worker")
        until(lambda: not recording.store.deliveries.unsettled())
        done, asked = tables(cli), remote.lines
        woken(late)
        until(lambda: list(cli.home.glob("refused-*")))
        for worker in (late, other):
            worker.send_signal(signal.SIGTERM)
        said = [worker.communicate(timeout=SOON) for worker in (late, other)]
    found = ["GET /ticket HTTP/1.1"] if where == "unrecorded" else []
    assert remote.lines == asked == ["POST /ticket HTTP/1.1", *found, "POST /comment HTTP/1.1"]
    assert tables(cli) == done
    assert [path.name for path in cli.home.glob("refused-*")] == [
        f"refused-{refused.get(where, 'LeaseLost')}"
    ]
    assert [out.count("✓ tickets: incident_declared") for out, _ in said] == [0, 1]
    assert (late.returncode, other.returncode) == (0, 0)


def test_in_the_middle_of_a_transaction_others_wait_and_say_so(
    cli: Cli, remote: Remote, start: Start
) -> None:
    """It holds the one lock that writes take: commands give up with a message, a worker asks again."""
    (cli.site.folder / "sitecustomize.py").write_text(MIDDLE)
    remote.arm("hang-after-first")
    with service(cli) as recording:
        declare(recording)
        owed = recording.store.deliveries.unsettled
        worker = start("worker")
        until(lambda: remote.names("hanging-after-first"))
        (cli.home / "stop").touch()
        late = start("declare", "while suspended", "--no-public")
        until(lambda: suspended(late))

        assert "stayed locked by another process" in cli("declare", "never", "--no-public", code=4).err
        assert cli("list", "--quiet").out == "INC-1\n", "reading needs no lock"
        remote.arm("go")
        assert worker.stderr
        assert "stayed locked by another process" in worker.stderr.readline()
        assert [(d.state, d.attempts) for d in owed()] == [("pending", 0)]

        woken(late)
        assert "INC-2 declared: while suspended" in late.communicate(timeout=SOON)[0]
        assert late.returncode in {0, STILL_OWED}, "the worker may be first to deliver it"
        until(lambda: not owed())
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(SOON) == 0
    assert [len(remote.objects(step)) for step in ("first", "second")] == [2, 2]
    assert cli("list", "--quiet").out == "INC-2\nINC-1\n"
    assert cli("store", "check").out.startswith("ok: ")
