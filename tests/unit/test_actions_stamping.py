"""Stamping, and the files that it changes: nothing but the lines of new items, all at once, or not at all."""

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chatops.actions.document import MOST_BYTES, NotRead, read
from chatops.actions.files import find, replace, take
from chatops.actions.stamp import Stamped, new_id, stamped

PATH = Path("pm.md")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "postmortems"
    made.mkdir()
    return made


def numbered() -> Callable[[], str]:
    return iter(f"id{n:010}" for n in range(1, 100)).__next__


def stamp(data: bytes) -> Stamped:
    return stamped(read(PATH, data), data, make=numbered())


ONE = b"<!-- action:id0000000001 -->"
NO_ID = (
    "The item gets no id: with a comment it would be read otherwise. Is a tag left open, or is it very long?"
)


@pytest.mark.parametrize(
    ("line", "after"),
    [
        (b"- fix", b"- fix " + ONE),
        (b"- fix  \t\r\n", b"- fix " + ONE + b"  \t\r\n"),
        (b"1.\tfix\r", b"1.\tfix " + ONE + b"\r"),
        (b"* [ ] fix @dana\n\tbecause\n", b"* [ ] fix @dana\n\tbecause " + ONE + b"\n"),
        (b"- fix\n\n  more\n  - and more\n", b"- fix " + ONE + b"\n\n  more\n  - and more\n"),
        (
            b"| Action | Who |\n|---|---|\n| fix | me |  \n",
            b"| Action | Who |\n|---|---|\n| fix | me " + ONE + b" |  \n",
        ),
        (b"Action | Who\n---|---\nfix | me\r\n", b"Action | Who\n---|---\nfix | me " + ONE + b"\r\n"),
        (b"Action | Who\n---|---\nfix |\n", b"Action | Who\n---|---\nfix " + ONE + b" |\n"),
        (b"Action | Who\n---|---\n| fix\n", b"Action | Who\n---|---\n| fix " + ONE + b"\n"),
        (b"|Action|\n|--|\n|fix \\| me|more|\n", b"|Action|\n|--|\n|fix \\| me " + ONE + b"|more|\n"),
        (b"|Action|Who|\n|--|--|\n|fix||\n", b"|Action|Who|\n|--|--|\n|fix| " + ONE + b"|\n"),
    ],
)
def test_where_the_id_goes(line: bytes, after: bytes) -> None:
    made = stamp(b"# Actions\r\n\n" + line)
    assert made.data == b"# Actions\r\n\n" + after
    assert [item.id for item in made.items] == ["id0000000001"]
    assert made.problems == ()


def test_only_what_is_new_is_stamped() -> None:
    data = b"# Actions\n- a OPS-12\n- b <!-- action:abcdefghjkmn -->\n- c\n- None\n"
    assert stamp(data).data == data.replace(b"- c", b"- c " + ONE)
    assert stamp(stamp(data).data).items == ()


def test_an_item_whose_reading_would_change_stays_as_it_is() -> None:
    data = b"# Actions\n- a\n- b <!-- open\n- c\n"
    made = stamp(data)
    assert made.data == data.replace(b"- a", b"- a " + ONE).replace(
        b"- c", b"- c <!-- action:id0000000003 -->"
    )
    assert [str(problem) for problem in made.problems] == [f"line 3: {NO_ID}"]


def test_an_item_that_an_id_would_make_too_long_stays_as_it_is() -> None:
    data = b"# Actions\n- a\n- " + b"b" * 19_990 + b"\n"
    made = stamp(data)
    assert made.data == data.replace(b"- a", b"- a " + ONE)
    assert [str(problem) for problem in made.problems] == [f"line 3: {NO_ID}"]


def test_a_file_that_ids_would_make_too_large_stays_as_it_is() -> None:
    data = b"# Actions\n- a\n\n" + b"x" * (MOST_BYTES - 20)
    data = data[:MOST_BYTES]
    assert (stamp(data).data, stamp(data).items) == (data, ())


def test_every_id_is_another() -> None:
    ids = {new_id() for _ in range(1000)}
    assert len(ids) == 1000
    data = f"# Actions\n- a <!-- action:{new_id()} -->".encode()
    assert not read(PATH, data).items[0].new


@pytest.mark.parametrize("name", ["a b.md", "-x.md", "new\nline.md", "é\udcff.md", "x" * 252 + ".md"])
def test_a_file_is_replaced_at_once_and_keeps_its_mode(folder: Path, name: str) -> None:
    path = folder / name
    path.write_bytes(b"old")
    path.chmod(0o751)
    replace(take(path), b"new\r")
    assert path.read_bytes() == b"new\r"
    assert path.stat().st_mode & 0o777 == 0o751
    assert [entry.name for entry in folder.iterdir()] == [name]


def test_a_link_stays_one(folder: Path) -> None:
    (folder / "real.md").write_bytes(b"old")
    link = folder / "link.md"
    link.symlink_to("real.md")
    replace(take(link), b"new")
    assert link.is_symlink()
    assert (folder / "real.md").read_bytes() == b"new"


def test_a_file_that_changes_meanwhile_is_left_as_it_is(folder: Path) -> None:
    path = folder / "pm.md"
    path.write_bytes(b"old")
    taken = take(path)
    path.write_bytes(b"theirs")
    with pytest.raises(NotRead, match=r"pm.md changed meanwhile, so it is left as it is; try again"):
        replace(taken, b"ours")
    assert path.read_bytes() == b"theirs"
    assert list(folder.iterdir()) == [path]


def test_a_file_that_changes_while_it_is_read_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder / "pm.md"
    path.write_bytes(b"old")
    seen: list[os.stat_result] = []
    real = os.fstat

    def fstat(number: int) -> os.stat_result:
        if seen:
            path.write_bytes(b"new")
            os.utime(path, ns=(1, 1))
        seen.append(real(number))
        return seen[-1]

    monkeypatch.setattr(os, "fstat", fstat)
    with pytest.raises(NotRead, match="changed while it was read"):
        take(path)


def test_what_cannot_be_read_is_refused_in_words(folder: Path) -> None:
    os.mkfifo(folder / "pipe.md")
    (folder / "loop.md").symlink_to("loop.md")
    with (folder / "large.md").open("wb") as large:
        large.truncate(50_000_000)
    for name, why in {
        "pipe.md": "is no file",
        "loop.md": "cannot be read",
        "gone.md": "No such file",
        "large.md": "has 50,000,000 bytes; at most 1,048,576 are read",
    }.items():
        with pytest.raises(NotRead, match=why):
            take(folder / name)


def test_no_half_written_file_is_left(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder / "pm.md"
    path.write_bytes(b"old")

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NotRead, match=r"pm.md cannot be written \(No space left on device\)"):
        replace(take(path), b"new")
    assert path.read_bytes() == b"old"
    assert list(folder.iterdir()) == [path]


def test_what_is_found_below_a_folder(folder: Path) -> None:
    for name in ("b.md", "a.MD", "c.txt", "sub/d.markdown", ".git/e.md", "node_modules/f.md", "sub/.g.md"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(name)
    (folder / "sub" / "up").symlink_to(folder)
    (folder / "same.md").symlink_to("b.md")
    found = [path.relative_to(folder).as_posix() for path in find([folder, folder / "b.md"])]
    assert found == ["a.MD", "b.md", "sub/.g.md", "sub/d.markdown"]
    assert list(find([folder / "c.txt"])) == [folder / "c.txt"]


def test_readers_see_the_old_file_or_the_new_one(folder: Path) -> None:
    path = folder / "pm.md"
    contents = [bytes([65 + n]) * 50_000 for n in range(5)]
    path.write_bytes(contents[0])
    seen, ended = set(), threading.Event()

    def look() -> None:
        while not ended.is_set():
            seen.add(path.read_bytes())

    reader = threading.Thread(target=look)
    reader.start()
    for content in contents:
        replace(take(path), content)
    ended.set()
    reader.join()
    assert seen <= set(contents)
