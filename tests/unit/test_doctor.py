"""What `doctor` is told by plugins and by the machine, and what it makes of it."""

import sys
from datetime import timedelta
from pathlib import Path

import pytest

from chatops import config as configuration
from chatops import errors
from chatops.dispatch.ask import Answer
from chatops.reading import Problem
from chatops.service import doctor
from chatops.service.mounts import network_of
from tests.kit import Site

QUESTIONED = """
class Hanging(Plugin):
    @hookimpl
    def check(self, ctx):
        time.sleep(60)

class Ready(Plugin):
    @hookimpl
    def check(self, ctx): ...

class Strange(Plugin):
    @hookimpl
    def check(self, ctx):
        return "all is well"

class Leaving(Plugin):
    @hookimpl
    def check(self, ctx):
        sys.exit("bye")
"""


@pytest.fixture(autouse=True)
def _store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHATOPS_STORE", str(tmp_path / "store" / "chatops.db"))


def examined(tmp_path: Path, toml: str, *only: str) -> dict[str, doctor.Examined]:
    path = tmp_path / "chatops.toml"
    path.write_text(toml)
    return {e.name: e for e in doctor.examine(configuration.load(path), only, seconds=1.0)}


def test_whoever_hangs_leaves_or_talks_nonsense_is_a_finding_and_harms_nobody(
    tmp_path: Path, site: Site
) -> None:
    site.install(QUESTIONED, hanging="Hanging", ready="Ready", strange="Strange", leaving="Leaving")
    toml = "[plugins.hanging]\n[plugins.ready]\n[plugins.strange]\n[plugins.leaving]\n"
    found = examined(tmp_path, toml, "hanging", "ready", "strange", "leaving")
    assert list(found)[-1] == "hanging", "it is told last, and keeps nobody waiting"
    assert found["ready"].findings == ()
    for name, words in (
        ("hanging", "did not answer within 1 s"),
        ("strange", "returned a str"),
        ("leaving", "sys.exit"),
    ):
        (finding,) = found[name].findings
        assert finding.setting == f"plugins.{name}"
        assert words in finding.problem


def test_a_remotes_own_words_are_the_finding() -> None:
    error = errors.NotLoaded(instance="jira", problem="it raised Rejected: no such project.")
    error.__cause__ = errors.Rejected("there is no project OSP; change plugins.tracker.project")
    (problem,) = doctor.problems_of("tracker", error)
    assert problem == Problem("plugins.tracker", "there is no project OSP; change plugins.tracker.project")


def test_words_that_begin_with_a_setting_are_about_it() -> None:
    error = errors.NotLoaded(instance="jira", problem="no")
    error.__cause__ = errors.ConfigError("plugins.tracker.token: the variable JIRA_TOKEN is not set")
    (problem,) = doctor.problems_of("tracker", error)
    assert problem == Problem("plugins.tracker.token", "the variable JIRA_TOKEN is not set")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(29, ""), (-30, ""), (None, ""), (31, "31 s ahead of"), (-7200, "7,200 s behind")],
)
def test_clocks_may_differ_by_half_a_minute(seconds: int | None, words: str) -> None:
    skew = None if seconds is None else timedelta(seconds=seconds)
    said = doctor._of_answer("tracker", Answer(None, False, skew), asked=True)
    assert words in "".join(f.problem for f in said.findings)
    assert bool(said.findings) is bool(words)


def test_a_background_process_that_cannot_start_is_a_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nowhere" / "python"))
    (finding,) = examined(tmp_path, "")["background process"].findings
    assert finding.setting == "core.drainer"
    assert "chatops worker" in finding.problem


MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
server:/export /home/shared nfs4 rw 0 0
/dev/sdb1 /home/shared/local ext4 rw 0 0
//server/Team\\040files /mnt/Team\\040files cifs rw 0 0
dana@host: /mnt/there fuse.sshfs rw 0 0
/dev/sdc1 /mnt/there ext4 rw 0 0
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/home/dana/chatops.db", ""),
        ("/home/shared/chatops.db", "nfs4"),
        ("/home/shared/local/chatops.db", ""),
        ("/home/sharedelsewhere/chatops.db", ""),
        ("/mnt/Team files/incidents/chatops.db", "cifs"),
        ("/mnt/there/chatops.db", ""),
    ],
)
def test_a_network_file_system_is_recognised(tmp_path: Path, path: str, kind: str) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTS)
    assert network_of(Path(path), mounts) == kind
    assert network_of(Path(path), tmp_path / "missing") == ""


def test_a_store_on_a_network_file_system_is_a_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "network_of", lambda path: "nfs4")
    (finding,) = examined(tmp_path, "")["store"].findings
    assert finding.setting == "CHATOPS_STORE"
    assert "(nfs4)" in finding.problem
