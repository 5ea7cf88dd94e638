"""Real post-mortems: what `postmortem lint` says of each, every finding read beside its document.

No item of them names an owner, a date or a ticket in a form that can be read, which is said once for each
document; those of two documents only tell of what was done.
"""

import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chatops.postmortem.lint.check import Check, Terms
from chatops.postmortem.lint.rules import RULES
from tests.kit import shared

CHECK = Check(Terms(), datetime(2026, 12, 1, tzinfo=UTC))
#: The file, by its number: the line of the first item that is to be done; None where there is none.
PROMISED: dict[str, int | None] = {
    "PM2019-009": 62,
    "PM2019-010": 36,
    "PM2019-011": 44,
    "PM2020-001": 32,
    "PM2020-002": 34,
    "PM2020-003": 38,
    "PM2020-004": 36,
    "PM2020-005": 39,
    "PM2020-006": 38,
    "PM2020-007": 42,
    "PM2020-008": 33,
    "PM2020-009": 37,
    "PM2021-001": 37,
    "PM2021-002": 34,
    "PM2021-003": 38,
    "PM2021-004": 36,
    "PM2021-005": 30,
    "PM2021-006": 28,
    "PM2021-007": 32,
    "PM2021-008": 32,
    "PM2021-009": 34,
    "PM2021-010": 32,
    "PM2021-011": 44,
    "PM2022-001": 40,
    "PM2022-002": 29,
    "PM2022-003": 33,
    "PM2022-004": 32,
    "PM2022-005": 37,
    "PM2022-006": 33,
    "PM2022-007": None,
    "PM2022-008": 33,
    "PM2023-001": 40,
    "PM2023-002": 34,
    "PM2024-001": 52,
    "PM2024-002": None,
    "PM2024-003": 31,
    "PM2025-001": 46,
    "PM2025-002": 41,
}
#: All that is said besides.
BESIDES: dict[str, list[tuple[int, str]]] = {
    "PM2020-001": [(37, "stats-missing"), (38, "stats-missing")],
    "PM2020-003": [(46, "stats-missing"), (47, "stats-missing")],
    "PM2020-004": [(42, "stats-missing")],
    "PM2020-006": [(45, "stats-missing"), (46, "stats-missing")],
    "PM2020-009": [(33, "human-cause")],
    "PM2022-002": [(23, "human-cause")],
    "PM2023-002": [(40, "empty-section")],
    "PM2024-003": [(34, "empty-section")],
    "PM2025-002": [(51, "human-cause")],
}
#: As docs/postmortems.md has them.
COUNTED = {
    **dict.fromkeys(("ownerless", "undated", "unlinked"), 36),
    "stats-missing": 7,
    "human-cause": 3,
    "empty-section": 2,
}


DOCS = (Path(__file__).parents[2] / "docs" / "postmortems.md").read_text("utf-8").partition("## Checking")[2]


def test_the_docs_have_every_rule_with_its_reason_and_its_count() -> None:
    rules = re.findall(r"^\| `([a-z-]+)` \| .* \| (.*) \|$", DOCS.partition("**On ")[0], re.MULTILINE)
    assert dict(rules) == RULES
    counts = re.findall(r"^\| `([a-z-]+)` \| (\d+) \| (\d+) \|$", DOCS, re.MULTILINE)
    assert {rule: int(findings) for rule, findings, _ in counts} == COUNTED
    besides = Counter(rule for found in BESIDES.values() for rule in {rule for _, rule in found})
    promising = len([line for line in PROMISED.values() if line])
    assert {rule: int(documents) for rule, _, documents in counts} == {
        rule: besides.get(rule, promising) for rule in COUNTED
    }


@pytest.mark.parametrize("number", PROMISED)
def test_a_real_post_mortem(number: str) -> None:
    (path,) = shared("data/postmortems").glob(f"{number}*.md")
    found = CHECK.remarks(path, path.read_bytes(), named=False)
    assert found is not None
    line = PROMISED[number]
    promises = [(line, rule) for rule in ("ownerless", "undated", "unlinked")] if line else []
    assert sorted((one.line, one.rule) for one in found) == sorted([*promises, *BESIDES.get(number, [])])


def test_every_file_is_counted_and_the_template_passed_over() -> None:
    files = sorted(shared("data/postmortems").glob("*.md"))
    said = {path.name[:10]: CHECK.remarks(path, path.read_bytes(), named=False) for path in files}
    assert said.pop("PMyyyy-nnn") is None
    assert set(said) == set(PROMISED)
    assert Counter(one.rule for found in said.values() for one in found or ()) == COUNTED
    assert set(COUNTED) <= set(RULES)


def test_the_template_itself_is_all_to_be_written() -> None:
    (path,) = shared("data/postmortems").glob("PMyyyy-nnn*.md")
    found = CHECK.remarks(path, path.read_bytes(), named=True) or []
    assert [(one.line, one.rule) for one in found] == [
        *((n, "empty-section") for n in (3, 13, 17, 21)),
        *((n, "stats-missing") for n in (31, 32, 33)),
    ]
