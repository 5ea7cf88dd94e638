"""`actions sync` that is cut short anywhere, or runs twice: in the end each item has its one ticket."""

import re
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from chatops.errors import ChatopsError
from tests.syncing import Desk, desk, link_of

__all__ = ["desk"]

BULLETS = "".join(f"- Item {n} <!-- action:abcdefghjk{n:02} -->\n" for n in range(4))
DOCUMENT = f"---\nid: one\nticket: OPS-1\n---\n# Actions\n{BULLETS}- without an id\n"
OTHER = "# Actions\n1. [ ] Another @dana\n"
ITEMS = 6


@pytest.fixture
def written(desk: Desk) -> Desk:
    desk.jira.put_issue("OPS", "The incident")
    desk.write("one.md", DOCUMENT)
    desk.write("two.md", OTHER)
    return desk


def settled(desk: Desk, twins: int = 0) -> None:
    """Run until nothing is left to do: once mends what a cut left behind, and once more does nothing. So many
    tickets were filed twice, and closed.
    """
    desk.sandbox.faults.clear()
    desk.here()
    tickets = desk.by_item()
    del tickets["None"]
    assert set(tickets.values()) == {1}, tickets
    assert len(tickets) == ITEMS
    assert len(desk.jira.issues) == 1 + ITEMS + twins
    linked = re.findall(r"\(\[(OPS-\d+)\]", desk.text("one.md") + desk.text("two.md"))
    assert sorted(linked) == sorted({i.key for i in desk.jira.issues if not i.resolved} - {"OPS-1"})
    assert all(link_of(desk, key) for key in linked), "a ticket does not lead back"
    before = desk.bytes()
    desk.sandbox.log.clear()
    desk.here()
    assert (desk.bytes(), desk.writes) == (before, [])


def cut(desk: Desk) -> None:
    """A run that may end anywhere."""
    with suppress(ChatopsError):
        desk.here()


def steps(desk: Desk) -> int:
    """How many requests a first run sends."""
    desk.here()
    return len(desk.sandbox.log.all())


STEPS = range(22)
#: Those of a first run that write; at the others a kill is as if there had been no run.
WRITES = (5, 6, 8, 12, 16)


@pytest.mark.parametrize("step", STEPS)
def test_a_reply_that_is_lost_anywhere_files_nothing_twice(written: Desk, step: int) -> None:
    written.fault(kind="drop_after", skip=step)
    cut(written)
    settled(written)


@pytest.mark.parametrize("step", WRITES)
@pytest.mark.parametrize("kind", ["drop_before", "garbage", "status"])
def test_nor_does_another_fault(written: Desk, kind: str, step: int) -> None:
    written.fault(kind=kind, skip=step)
    cut(written)
    settled(written)


@pytest.mark.parametrize("step", WRITES[:2])
def test_nor_while_the_search_does_not_know_what_was_filed(written: Desk, step: int) -> None:
    lag = {"kind": "lag", "seconds": 300.0, "times": None}
    written.fault(**lag)
    written.fault(kind="drop_after", skip=step)
    cut(written)
    cut(written)
    assert len(written.jira.issues) == 1 + ITEMS
    settled(written)


def test_the_steps_are_all_of_a_run(written: Desk) -> None:
    assert steps(written) <= len(STEPS)


def held(desk: Desk, step: int, kind: str) -> None:
    """The request of this number is answered late: after its work, or before it."""
    desk.fault(kind=kind, skip=step, seconds=60.0)


@pytest.mark.slow
@pytest.mark.parametrize("step", WRITES)
def test_killed_at_any_request_it_files_nothing_twice(written: Desk, step: int) -> None:
    held(written, step, "wait")
    process = written.started()
    for _ in until(lambda: len(written.sandbox.log.all()) > step or process.poll() is not None):
        pass
    process.kill()
    process.communicate()
    settled(written)


def until(true: object, seconds: float = 20.0) -> Iterator[None]:
    end = time.monotonic() + seconds
    while not true():  # type: ignore[operator]
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.01)
        yield


@pytest.mark.slow
@pytest.mark.parametrize("lag", [0.0, 300.0])
def test_two_jobs_at_once_end_with_one_ticket_each(written: Desk, tmp_path: Path, lag: float) -> None:
    """Each has its own checkout; both have looked, and found nothing, before either has filed."""
    other = tmp_path / "other" / "postmortems"
    shutil.copytree(written.folder, other)
    if lag:
        written.fault(kind="lag", seconds=lag, times=None)
    written.fault(kind="wait", seconds=1.5, path="issue/bulk$", times=2)
    jobs = [written.started(), written.started(folder=other)]
    outs = [job.communicate(timeout=60) for job in jobs]
    assert [job.returncode for job in jobs] == [0, 0], outs
    tickets = written.by_item()
    del tickets["None"]
    assert set(tickets.values()) == {1}, tickets
    mine = re.findall(r"\(\[(OPS-\d+)\]", written.text("one.md") + written.text("two.md"))
    theirs = re.findall(r"\(\[(OPS-\d+)\]", (other / "one.md").read_text() + (other / "two.md").read_text())
    assert mine == theirs
    assert len(mine) == ITEMS
    settled(written, twins=ITEMS)
