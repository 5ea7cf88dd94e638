"""Words that do not fit, words that are not harmless, and answers that are not as they should be."""

import json
import logging
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops.sandbox import Fault
from chatops_statuspage.api import Incident
from chatops_statuspage.text import BODY_LIMIT, NAME_LIMIT, body_of, name_of
from tests.plugins.test_standin_support import ended
from tests.plugins.test_statuspage_support import Status, a_status

status = a_status
LOG = logging.LoggerAdapter(logging.getLogger("chatops.plugins"), {})
HOSTILE = (
    "</script><script>alert(1)</script> {{ 7*7 }} {% raw %} %s &amp; \"double\" 'single' <!-- --> \\u0000\n\n"
    "\u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd \N{GRINNING FACE}\ttab ../../pages/x?y=z#w "
    "<!channel> *bold* [a](javascript:alert(1)) "
) + "x" * 5000


@given(st.text(min_size=1, max_size=600).filter(lambda text: not text[0].isspace()))
def test_a_name_fits_and_is_the_beginning_of_the_title(title: str) -> None:
    name = name_of(title, LOG, drill=False)
    assert len(name) <= NAME_LIMIT
    assert name == title or (name.endswith("…") and title.startswith(name[:-1]))


def test_a_long_text_is_cut_at_a_word_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    body = body_of("word " * 6000, LOG)
    assert (len(body) <= BODY_LIMIT, body[-6:]) == (True, " word…")
    assert "Statuspage takes 25000" in caplog.text
    assert body_of("x" * BODY_LIMIT, LOG) == "x" * BODY_LIMIT
    assert body_of("x" * (BODY_LIMIT + 1), LOG) == "x" * (BODY_LIMIT - 1) + "…"
    assert body_of("a" * (BODY_LIMIT - 1) + " bc", LOG) == "a" * (BODY_LIMIT - 1) + "…"
    assert body_of("line\n" * 6000, LOG)[-6:] == "\nline…"


def test_a_long_text_without_spaces_loses_no_more_than_it_has_to() -> None:
    assert len(body_of("障害 " + "復旧しました。" * 5000, LOG)) == BODY_LIMIT
    assert len(name_of("Checkout " + "x" * 300, LOG, drill=False)) == NAME_LIMIT


def test_an_exercise_with_the_longest_title_is_taken(status: Status) -> None:
    status.configure('use = "statuspage"', 'use = "statuspage"\nwhen.drills = true')
    incident = status.declare(drill=True)
    assert ended(status.say(incident, "We are looking.", title="long " * 49 + "title")) == "done"
    assert status.public.name.startswith("Exercise: long long")
    assert status.public.name.endswith("long…")


def test_hostile_text_reaches_customers_as_it_was_written(status: Status) -> None:
    incident = status.declare()
    assert ended(status.say(incident, HOSTILE, title="<b>{{ x }}</b> \"'&")) == "done"
    status.say(incident, "Over." + HOSTILE, "resolved")
    assert status.texts == status.mailed == [HOSTILE, "Over." + HOSTILE]
    assert status.public.name == "<b>{{ x }}</b> \"'&"
    for html in status.page.panels().values():
        assert "<script" not in html
        assert "<b>" not in html
        assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7*7 }}" in html


def nulls(known: dict[str, Any]) -> dict[str, Any]:
    """As Statuspage writes it: what is not there is null, and there is more than the specification has."""
    nothing = dict.fromkeys(("scheduled_for", "twitter_id", "reminder_intervals", "impact_override"))
    return {**known, **nothing, "metadata": {}, "components": None, "incident_updates": None}


def only_id(known: dict[str, Any]) -> dict[str, Any]:
    return {"id": known["id"]}


def with_postmortem(known: dict[str, Any]) -> dict[str, Any]:
    return {**known, "status": "postmortem", "metadata": {"chatops": {"incident": 7, "seq": "x"}}}


@pytest.mark.parametrize("shape", [nulls, only_id])
def test_answers_with_less_in_them_are_understood(
    status: Status, shape: Callable[[dict[str, Any]], dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    from chatops_statuspage.sandbox import shown

    real = shown.incident
    monkeypatch.setattr(shown, "incident", lambda known, page: shape(real(known, page)))
    incident = status.declare()
    for text, said in (("We are looking.", "investigating"), ("Over.", "resolved")):
        assert ended(status.say(incident, text, said)) == "done"  # type: ignore[arg-type]
    assert status.mailed == ["We are looking.", "Over."]


def test_an_incident_with_a_post_mortem_is_over() -> None:
    known = msgspec.convert(with_postmortem({"id": "a"}), Incident)
    assert (known.over, known.ours, known.said) == (True, "", 0)


@pytest.mark.parametrize("body", ["[]", '{"id": 7}', "null", '{"message": "hm"}', "7"])
def test_an_answer_that_is_no_incident_is_asked_after(status: Status, body: str) -> None:
    status.plan(Fault(kind="garbage", method="POST", body=body, content_type="application/json"))
    incident = status.declare()
    assert ended(status.say(incident, "We are looking.")).startswith("unconfirmed")
    assert ended(status.again(incident)) == "done"
    assert status.mailed == ["We are looking."]


@pytest.mark.parametrize(("body", "told"), [('{"email": 2, "sms": null, "more": {"x": 1}}', 2), ("{}", None)])
def test_a_count_of_subscribers_is_made_of_what_is_a_number(
    status: Status, body: str, told: int | None
) -> None:
    status.say(status.declare(), "We are looking.")
    status.plan(Fault(kind="garbage", method="GET", body=body, content_type="application/json"))
    assert status.service.audience() == {"status": told}


def test_a_refusal_passes_the_remotes_words_on(status: Status, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chatops_statuspage.sandbox.changes.NAME_LIMIT", 5)
    ending = ended(status.say(status.declare(), "We are looking."))
    assert ending.startswith("failed: ")
    assert "Name is too long (maximum is 5 characters)" in ending
    assert json.dumps(ending)
