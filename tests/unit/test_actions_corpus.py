"""Real post-mortems: what a careful reader has counted in each of them, and the lines that they stand on.

No item of them names an owner by a mention or a label, a due date or a ticket, so that whatever is read as
one would be a mistake; one item says that it is done.
"""

import pytest

from chatops.actions.document import read
from chatops.actions.stamp import stamped
from tests.kit import shared

#: The file, by its number: the lines of its items.
ITEMS: dict[str, tuple[int, ...]] = {
    "PM2019-009": (62, 64, 66, 68),
    "PM2019-010": (36, 38),
    "PM2019-011": (44, 46, 48, 50, 52),
    "PM2020-001": (32,),
    "PM2020-002": (34, 35, 36),
    "PM2020-003": (38, 39, 40, 41),
    "PM2020-004": (36, 37),
    "PM2020-005": (39, 40, 41),
    "PM2020-006": (38, 40),
    "PM2020-007": (42, 43),
    "PM2020-008": (33, 34),
    "PM2020-009": (37,),
    "PM2021-001": (37, 38, 39),
    "PM2021-002": (34, 35, 36, 37),
    "PM2021-003": (38, 39, 40),
    "PM2021-004": (36, 37, 38),
    "PM2021-005": (30, 31, 32),
    "PM2021-006": (28, 29, 30),
    "PM2021-007": (32, 33),
    "PM2021-008": (32, 33),
    "PM2021-009": (34, 35, 36, 37, 38, 39),
    "PM2021-010": (32, 33, 34),
    "PM2021-011": (44, 45, 46, 47, 48, 49),
    "PM2022-001": (40,),
    "PM2022-002": (29,),
    "PM2022-003": (33, 34),
    "PM2022-004": (32, 33),
    "PM2022-005": (37, 38),
    "PM2022-006": (33, 34, 35, 36),
    "PM2022-007": (34,),
    "PM2022-008": (33, 34, 35, 36),
    "PM2023-001": (40, 41, 42, 43, 44, 45),
    "PM2023-002": (34, 35, 36, 37, 38),
    "PM2024-001": (52, 53, 54, 55, 56, 57, 58),
    "PM2024-002": (29, 30),
    "PM2024-003": (31, 32),
    "PM2025-001": (46, 47, 48, 49, 50, 51),
    "PM2025-002": (41, 42, 43, 44, 45, 46),
    "PMyyyy-nnn": (),
}
DONE = {("PM2023-001", 45)}
COUNTED = 120


def test_every_file_is_counted() -> None:
    files = [path.name for path in shared("data/postmortems").glob("PM*.md")]
    assert {name[:10] for name in files} == set(ITEMS)
    assert len(files) == len(ITEMS) == 39
    assert sum(map(len, ITEMS.values())) == COUNTED


@pytest.mark.parametrize("number", ITEMS)
def test_a_real_post_mortem(number: str) -> None:
    (path,) = shared("data/postmortems").glob(f"{number}*.md")
    data = path.read_bytes()
    document = read(path, data)
    assert tuple(item.line for item in document.items) == ITEMS[number]
    assert document.problems == ()
    assert [i for i in document.items if i.owner or i.due or i.ticket or i.id] == []
    assert {(number, item.line) for item in document.items if item.done} == {
        d for d in DONE if d[0] == number
    }
    made = stamped(document, data)
    lines = zip(data.split(b"\n"), made.data.split(b"\n"), strict=True)
    assert tuple(n for n, (old, new) in enumerate(lines, 1) if old != new) == ITEMS[number]
    assert [item.text for item in made.document.items] == [item.text for item in document.items]


def test_what_is_no_post_mortem_has_none() -> None:
    folder = shared("data/postmortems")
    for name in ("LICENSE", "../../design.md", "../../contracts.md"):
        assert read(folder / name, (folder / name).read_bytes()).items == ()
