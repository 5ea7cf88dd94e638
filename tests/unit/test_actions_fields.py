"""The fields of an item: each spelling of owner, due date, ticket and state, and what only looks like one."""

from datetime import date

import pytest

from chatops.actions.model import Ticket
from tests.items import BROWSE, DAY, ISSUE, LINKED, OPS, document, item

CARD = Ticket("AbCd1234", "https://cards.example/c/AbCd1234")


@pytest.mark.parametrize(
    ("text", "words", "owner"),
    [
        ("fix @dana", "fix", "dana"),
        ("@dana: fix", "fix", "dana"),
        ("@dana fix", "fix", "dana"),
        ("fix (@dana)", "fix", "dana"),
        ("fix [@dana, @lee]", "fix", "dana, lee"),
        ("fix - @dana and @lee.", "fix", "dana, lee"),
        ("fix (@ops/on-call)", "fix", "ops/on-call"),
        ("fix -- @ops/on-call", "fix", "ops/on-call"),
        ("@ops/on-call: fix", "fix", "ops/on-call"),
        ("rotate @types/node", "rotate @types/node", None),
        ("fix -- Owner: Kim -- Due: 2025-03-31", "fix", "Kim"),
        ("fix \N{EM DASH} @lee \N{EM DASH} in progress", "fix", "lee"),
        ("fix (Owner: Dana Smith)", "fix", "Dana Smith"),
        ("fix. Owner: Dana", "fix.", "Dana"),
        ("**Owner:** Dana, fix", "fix", "Dana"),
        ("fix; assigned to: @dana; due: 2025-03-31", "fix", "dana"),
        ("fix [owner:: Dana]", "fix", "Dana"),
        ("fix [@dana](https://git.example/dana)", "fix", "dana"),
        ("we agreed that @dana fixes it", "we agreed that @dana fixes it", "dana"),
        ("ask @dana and then tell @lee why", "ask @dana and then tell @lee why", None),
        ("fix (owner: TBD)", "fix", None),
        ("mail dana@example.com", "mail dana@example.com", None),
        ("reach the target: 99.9 %", "reach the target: 99.9 %", None),
        ("log the status: 503 or 504", "log the status: 503 or 504", None),
        ("mend this issue: it is cold", "mend this issue: it is cold", None),
        ("fix `@Transactional`", "fix @Transactional", None),
        ("fix\n  - Owner: Dana\n  - @lee wants it", "fix", "Dana"),
    ],
)
def test_owners(text: str, words: str, owner: str | None) -> None:
    assert (item(f"- {text}").text, item(f"- {text}").owner) == (words, owner)


@pytest.mark.parametrize(
    ("text", "words", "due"),
    [
        ("fix (due 2025-03-31)", "fix", DAY),
        ("fix (due: 31 March 2025)", "fix", DAY),
        ("fix by March 31, 2025", "fix", DAY),
        ("fix, Due date: March 31, 2025, Owner: Dana", "fix", DAY),
        ("fix (2025-03-31)", "fix", DAY),
        ("fix \N{EN DASH} 2025-03-31", "fix", DAY),
        ("fix 📅 2025-03-31", "fix", DAY),
        ("fix [due:: 2025-03-31]", "fix", DAY),
        ("fix\n  - Deadline: 31.3.2025", "fix", DAY),
        ("fix what broke on 2025-03-31", "fix what broke on 2025-03-31", None),
        ("keep the logs of 2025-03-31 for a year", "keep the logs of 2025-03-31 for a year", None),
        ("fix (due: TBD)", "fix", None),
    ],
)
def test_due_dates(text: str, words: str, due: date | None) -> None:
    found = document(f"# Actions\n- {text}")
    assert [(i.text, i.due) for i in found.items] == [(words, due)]
    assert found.problems == ()


@pytest.mark.parametrize(
    "text", ["- fix (due 03/04/2025)", "| Action | Due |\n|---|---|\n| fix | 03/04/2025 |"]
)
def test_a_date_that_is_unclear_is_reported(text: str) -> None:
    found = document(f"# Actions\n\n{text}")
    assert [(i.text, i.due) for i in found.items] == [("fix", None)]
    (problem,) = found.problems
    assert str(problem) == (
        f"line {found.items[0].line}: The due date '03/04/2025' may be March 4 or April 3; "
        "write it as 2025-03-31."
    )


@pytest.mark.parametrize(
    ("text", "words", "ticket"),
    [
        ("fix (OPS-12)", "fix", OPS),
        ("OPS-12: fix", "fix", OPS),
        ("[OPS-12] fix", "fix", OPS),
        ("fix - OPS-12", "fix", OPS),
        ("fix OPS-12.", "fix", OPS),
        ("fix, ticket: OPS-12", "fix", OPS),
        ("fix (tracked in OPS-12)", "fix", OPS),
        (f"fix [OPS-12]({BROWSE})", "fix", LINKED),
        (f"[OPS-12]({BROWSE}) fix", "fix", LINKED),
        (f"fix ([the ticket]({BROWSE}))", "fix", LINKED),
        (f"fix {BROWSE}", "fix", LINKED),
        (f"fix <{BROWSE}>", "fix", LINKED),
        (
            "fix https://git.example/ops/tools/-/issues/7",
            "fix",
            Ticket(ISSUE.key, "https://git.example/ops/tools/-/issues/7"),
        ),
        ("fix (https://git.example/ops/tools/issues/7)", "fix", ISSUE),
        ("fix (#7)", "fix", Ticket("#7")),
        (
            "fix (Ticket: [here](https://cards.example/c/x))",
            "fix",
            Ticket("https://cards.example/c/x", "https://cards.example/c/x"),
        ),
        (f"fix ([AbCd1234]({CARD.url}))", "fix", CARD),
        (f"fix {CARD.url}", "fix", CARD),
        (f"[AbCd1234]({CARD.url}): fix", "fix", CARD),
        (f"fix {CARD.url}/12-fix-it", "fix", Ticket("AbCd1234", f"{CARD.url}/12-fix-it")),
        ("fix (https://cards.example/c/AbCd12345)", "fix (https://cards.example/c/AbCd12345)", None),
        ("fix\n  - Issue: OPS-12", "fix", OPS),
        ("fix [ref]\n\n[ref]: " + BROWSE, "fix", LINKED),
        ("OPS-12 / OPS-13: fix", "fix", OPS),
        ("OPS-12", "OPS-12", OPS),
        (BROWSE, BROWSE, LINKED),
        (f"[Fix it]({BROWSE}) - @sam - Due 2025-03-31", "Fix it", LINKED),
        ("fix the regression from OPS-12", "fix the regression from OPS-12", None),
        ("fix, see OPS-12", "fix, see OPS-12", None),
        ("fix what OPS-12 broke", "fix what OPS-12 broke", None),
        ("move to UTF-8", "move to UTF-8", None),
        ("patch CVE-2021-44228", "patch CVE-2021-44228", None),
        ("fix `OPS-12`", "fix OPS-12", None),
        ("read <https://git.example/ops/tools>", "read https://git.example/ops/tools", None),
    ],
)
def test_tickets(text: str, words: str, ticket: Ticket | None) -> None:
    assert (item(f"- {text}").text, item(f"- {text}").ticket) == (words, ticket)


@pytest.mark.parametrize(
    "text",
    [
        "- [x] fix",
        "- ~~fix~~",
        "- fix (done)",
        "- ✅ fix",
        "- fix ✔️",
        "- fix - done",
        "- Done: fix",
        "- fix (status: closed)",
    ],
)
def test_what_is_done(text: str) -> None:
    assert (item(text).text, item(text).done) == ("fix", True)


@pytest.mark.parametrize("text", ["- [ ] fix", "- fix ~~all~~ some", "- get it done", "- fix (status: open)"])
def test_what_is_not_done(text: str) -> None:
    assert not item(text).done
