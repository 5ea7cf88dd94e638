"""A copy of real post-mortems, and a tracker: what a careful reader would file is filed, and nothing else."""

import shutil
from collections import Counter

import pytest

from tests.kit import shared
from tests.syncing import Desk, desk, git, requests
from tests.unit.test_actions_corpus import COUNTED, DONE, ITEMS

__all__ = ["desk"]


@pytest.fixture
def corpus(desk: Desk) -> Desk:
    """The real post-mortems in a repository of their own."""
    for path in shared("data/postmortems").glob("*.md"):
        shutil.copyfile(path, desk.folder / path.name)
    git(desk.folder, "init", "-q")
    git(desk.folder, "add", ".")
    git(desk.folder, "commit", "-qm", "before")
    return desk


def test_each_document_gets_the_tickets_that_a_reader_counts(corpus: Desk) -> None:
    told = corpus.here()
    assert {one.what for one in told} == {"filed"}
    filed = Counter(one.path.rpartition("/")[2].partition(" ")[0] for one in told)
    assert filed == {
        name: len(lines) - sum(n == name for n, _ in DONE) for name, lines in ITEMS.items() if lines
    }
    lines = {(one.path.rpartition("/")[2].partition(" ")[0], one.line) for one in told}
    assert lines == {(name, line) for name, of in ITEMS.items() for line in of} - DONE
    assert len(corpus.jira.issues) == COUNTED - len(DONE)


def test_only_lines_of_items_are_changed_and_a_second_run_changes_nothing(corpus: Desk) -> None:
    corpus.here()
    diff = git(corpus.folder, "diff", "--no-color", "-U0", "--no-ext-diff")
    hunks = [line for line in diff.splitlines() if line.startswith("@@")]
    assert len([line for line in diff.splitlines() if line.startswith("+") and "+++" not in line[:3]]) == 119
    assert len(hunks) <= 119
    git(corpus.folder, "commit", "-qam", "synced")
    corpus.sandbox.log.clear()
    assert corpus.here() == []
    assert git(corpus.folder, "status", "--porcelain") == ""
    assert requests(corpus.sandbox.log.all()) == {"POST issue/bulkfetch": 3}


def test_a_tracker_without_an_answer_leaves_every_byte(corpus: Desk) -> None:
    corpus.fault(kind="status", status=400, times=None)
    corpus.sync(code=1)
    assert git(corpus.folder, "status", "--porcelain") == ""
