"""What is written into a document about its items: in the shape that they have, and nothing else."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatops.actions.document import read
from chatops.actions.edit import edited
from chatops.actions.model import Ticket
from chatops.actions.write import Change

PATH = Path("pm.md")
TICKET = Ticket("OPS-12", "https://t.example/browse/OPS-12")
LINK = "[OPS-12](https://t.example/browse/OPS-12)"
TABLE = "| Action | Owner | Due | Ticket | Status |\n|---|---|---|---|---|\n"
DAY = date(2025, 4, 1)


def written(body: str, change: Change, *places: int) -> str | None:
    """The document's body afterwards; None where nothing was written."""
    data = f"# Actions\n{body}".encode()
    document = read(PATH, data)
    made = edited(document, data, dict.fromkeys(places or (0,), change))
    return made.data.decode().removeprefix("# Actions\n") if made.done else None


@pytest.mark.parametrize(
    ("body", "after"),
    [
        ("- fix it\n", f"- fix it ({LINK})\n"),
        ("- fix it\r\n", f"- fix it ({LINK})\r\n"),
        ("- fix it", f"- fix it ({LINK})"),
        ("1.\tfix it  \n", f"1.\tfix it ({LINK})  \n"),
        ("- [ ] fix\n  it @dana (due 2025-03-31)\n", f"- [ ] fix\n  it @dana (due 2025-03-31) ({LINK})\n"),
        ("- fix it <!-- action:abcdefghjkmn -->\n", f"- fix it ({LINK}) <!-- action:abcdefghjkmn -->\n"),
        ("- fix it\n  - because\n", f"- fix it ({LINK})\n  - because\n"),
        ("- fix it by 2025-03-31\n", f"- fix it by 2025-03-31 ({LINK})\n"),
        ("- fix `it`\n", f"- fix `it` ({LINK})\n"),
        (f"{TABLE}| fix | | | | |\n", f"{TABLE}| fix | | | {LINK} | |\n"),
        (f"{TABLE}| fix | me | | - | Open |\n", f"{TABLE}| fix | me | | {LINK} | Open |\n"),
        ("Action | Who\n---|---\nfix | me\n", f"Action | Who\n---|---\nfix ({LINK}) | me\n"),
        ("|Action|\n|--|\n|fix \\| me|more|\n", f"|Action|\n|--|\n|fix \\| me ({LINK})|more|\n"),
    ],
)
def test_a_link_stands_behind_the_words_or_in_its_column(body: str, after: str) -> None:
    assert written(body, Change(ticket=TICKET)) == after


@pytest.mark.parametrize(
    ("body", "after"),
    [
        ("- [ ] fix it\n", "- [x] fix it\n"),
        ("2) [ ] fix [ ] it\n", None),
        ("- fix it (OPS-12)\n", "- [x] fix it (OPS-12)\n"),
        ("3. fix it\n", "3. [x] fix it\n"),
        ("- **Action item:** fix it\n", "- **Action item:** fix it (done)\n"),
        (f"{TABLE}| fix | | | | Open |\n", f"{TABLE}| fix | | | | Done |\n"),
        ("|Action|\n|--|\n|fix|\n", "|Action|\n|--|\n|fix (done)|\n"),
    ],
)
def test_what_is_done_is_ticked(body: str, after: str | None) -> None:
    assert written(body, Change(done=True)) == after


@pytest.mark.parametrize(
    ("body", "change", "after"),
    [
        ("- fix @dana\n", Change(owner="lee"), "- fix @lee\n"),
        ("- fix it\n", Change(owner="lee"), "- fix it (@lee)\n"),
        ("- fix it\n", Change(owner="Lee Chan"), "- fix it (Owner: Lee Chan)\n"),
        ("- fix (Owner: Dana)\n", Change(owner="Lee"), "- fix (Owner: Lee)\n"),
        (f"{TABLE}| fix | Dana | | | |\n", Change(owner="Lee"), f"{TABLE}| fix | Lee | | | |\n"),
        (f"{TABLE}| fix | | | | |\n", Change(owner="Lee"), f"{TABLE}| fix | Lee | | | |\n"),
        ("- fix\n  - Owner: Dana\n", Change(owner="Lee"), None),
        ("- fix (due 2025-03-31)\n", Change(due=DAY), "- fix (due 2025-04-01)\n"),
        ("- fix by 31 March 2025\n", Change(due=DAY), "- fix by 2025-04-01\n"),
        ("- fix\n", Change(due=DAY), "- fix (due 2025-04-01)\n"),
        (f"{TABLE}| fix | | TBD | | |\n", Change(due=DAY), f"{TABLE}| fix | | 2025-04-01 | | |\n"),
        ("- fix it (OPS-12)\n", Change(text="mend *it*"), "- mend \\*it\\* (OPS-12)\n"),
        ("- fix **it** (OPS-12)\n", Change(text="mend it"), None),
    ],
)
def test_what_the_ticket_says_otherwise_is_written_where_it_stood(
    body: str, change: Change, after: str | None
) -> None:
    assert written(body, change) == after


@pytest.mark.parametrize(
    ("body", "after"),
    [
        (f"- fix ({LINK})\n", "- fix ([NEW-3](https://t.example/browse/NEW-3))\n"),
        ("- OPS-12: fix\n", "- NEW-3: fix\n"),
        ("- fix (https://t.example/browse/OPS-12)\n", "- fix (https://t.example/browse/NEW-3)\n"),
        (
            f"{TABLE}| fix | | | {LINK} | |\n",
            f"{TABLE}| fix | | | [NEW-3](https://t.example/browse/NEW-3) | |\n",
        ),
    ],
)
def test_the_link_to_a_ticket_that_was_moved_is_written_anew(body: str, after: str) -> None:
    data = f"# Actions\n{body}".encode()
    before = read(PATH, data).items[0].ticket
    assert before is not None
    moved = Ticket("NEW-3", "https://t.example/browse/NEW-3" if before.url else None)
    assert written(body, Change(ticket=moved)) == after


def test_several_changes_of_several_items_are_one_edit() -> None:
    body = "- [ ] a\n- [ ] b (OPS-1)\n- c *x*\n- [ ] d\n"
    data = f"# Actions\r\n{body}".encode()
    document = read(PATH, data)
    changes = {0: Change(ticket=TICKET, done=True), 2: Change(text="new"), 3: Change(owner="lee", due=DAY)}
    made = edited(document, data, changes)
    expected = f"- [x] a ({LINK})\n- [ ] b (OPS-1)\n- c *x*\n- [ ] d (@lee) (due 2025-04-01)\n"
    assert made.data.decode() == f"# Actions\r\n{expected}"
    assert (made.done, made.left) == ((0, 3), (2,))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.text("ab \t|-*_`[]()<>!@#:\r\n.0123OPSx\\&é", max_size=40), min_size=1, max_size=6),
    st.sampled_from([Change(ticket=TICKET), Change(done=True), Change(owner="lee"), Change(due=DAY)]),
)
def test_whatever_stands_there_only_lines_of_items_change(bullets: list[str], change: Change) -> None:
    data = ("# Actions\n" + "\n".join(f"- {text}" for text in bullets)).encode()
    document = read(PATH, data)
    made = edited(document, data, dict.fromkeys(range(len(document.items)), change))
    after = read(PATH, made.data)
    assert [change.of(i).text for i in document.items] == [i.text for i in after.items]
    meant = {n for item in document.items for n in range(item.line - 1, item.stamped_line)}
    old, new = data.splitlines(keepends=True), made.data.splitlines(keepends=True)
    assert len(old) == len(new)
    assert {n for n, (a, b) in enumerate(zip(old, new, strict=True)) if a != b} <= meant
