"""A new file is made all at once, or not at all."""

import errno
import os
import stat
from pathlib import Path

import pytest

from chatops.actions.document import NotRead
from chatops.actions.files import close_to_others, create, take


@pytest.fixture(params=["links", "no links"])
def _file_system(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    if request.param == "no links":
        monkeypatch.setattr(os, "link", refused)


@pytest.mark.usefixtures("_file_system")
def test_a_new_file_has_its_bytes_and_the_usual_mode(tmp_path: Path) -> None:
    path = tmp_path / "pm" / "2026" / "a.md"
    before = os.umask(0o027)
    try:
        create(path, b"a\r\n")
    finally:
        os.umask(before)
    assert path.read_bytes() == b"a\r\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert path.stat().st_nlink == 1
    assert [one.name for one in path.parent.iterdir()] == ["a.md"]


@pytest.mark.usefixtures("_file_system")
def test_a_file_that_is_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "pm" / "a.md"
    path.parent.mkdir()
    path.write_text("theirs")
    with pytest.raises(NotRead, match=r"a\.md was written meanwhile, so it is left as it is"):
        create(path, b"ours")
    assert path.read_text() == "theirs"
    assert [one.name for one in path.parent.iterdir()] == ["a.md"]


def test_a_file_for_its_owner_alone(tmp_path: Path) -> None:
    create(tmp_path / "a.md", b"a", 0o600)
    assert stat.S_IMODE((tmp_path / "a.md").stat().st_mode) == 0o600
    (tmp_path / "b.md").write_text("b")
    close_to_others(take(tmp_path / "b.md"))
    assert stat.S_IMODE((tmp_path / "b.md").stat().st_mode) == 0o600


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NotRead, match="cannot be written"):
        create(tmp_path / "file" / "a.md", b"a")
    path = tmp_path / "b.md"
    path.write_text("b")
    taken = take(path)
    path.unlink()
    with pytest.raises(NotRead, match="can be read by others"):
        close_to_others(taken)
