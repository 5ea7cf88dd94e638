"""Words for customers are said once, put right, left waiting, and owed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chatops import events as e
from chatops.errors import BadText, UsageError, WrongState
from chatops.incident import Incident
from chatops.service import Service
from chatops.service.incidents import Changes
from tests.kit import act
from tests.wording import declare, publish, service

__all__ = ["service"]


class TestPublishing:
    def test_says_the_words_and_counts_them(self, service: Service) -> None:
        made = declare(service, "checkout")
        words = service.compose(made, "Some payments fail.", notify=False)

        (event,) = service.publish(made.id, words, act("lee")).events
        after = publish(service, made, "All payments fail.")

        assert isinstance(event, e.PublicUpdatePublished)
        assert (event.sequence, event.text, event.actor) == (1, "Some payments fail.", "lee")
        assert (event.title, event.notify) == ("Checkout: service disruption", False)
        assert [said.sequence for said in after.public] == [1, 2]

    def test_says_the_same_words_once(self, service: Service) -> None:
        made = declare(service)
        words = service.compose(made, "Some payments fail.")
        service.publish(made.id, words, act())

        again = service.publish(made.id, words, act("lee"))

        assert again.repeated
        assert len(again.incident.public) == 1

    @pytest.mark.parametrize("other", [{"title": "Other"}, {"status": "identified"}, {"text": "Other"}])
    def test_says_words_that_differ(self, service: Service, other: dict[str, Any]) -> None:
        made = publish(service, declare(service), "Words")

        assert len(publish(service, made, **{"text": "Words", **other}).public) == 2

    def test_says_the_same_words_where_a_component_changed(self, service: Service) -> None:
        made = publish(service, declare(service, components={"api": "partial_outage"}), "Words")
        service.update(made.id, Changes(components={"api": "major_outage"}), act())

        assert len(publish(service, made, "Words").public) == 2

    def test_says_earlier_words_again_after_others(self, service: Service) -> None:
        made = declare(service)

        for text in ("Up and down", "Up", "Up and down"):
            made = publish(service, made, text)

        assert len(made.public) == 3

    @pytest.mark.parametrize("end", ["resolve", "cancel"])
    def test_is_possible_after_the_end(self, service: Service, end: str) -> None:
        made = publish(service, declare(service))
        getattr(service, end)(made.id, "over", act())
        assert service.incident(made.id).owes_the_end

        after = publish(service, made)

        assert after.public[-1].status == "resolved"
        assert not after.owes_the_end

    def test_shows_the_time_that_it_is_given(self, service: Service) -> None:
        made = declare(service)
        shown = datetime(2026, 1, 1, tzinfo=UTC)
        words = service.compose(made, "Words")
        dated = type(words)(
            **{name: getattr(words, name) for name in words.__struct_fields__} | {"displayed_at": shown}
        )

        assert service.publish(made.id, dated, act()).incident.public[0].displayed_at == shown


class TestCorrecting:
    def test_puts_the_last_words_right(self, service: Service) -> None:
        made = publish(service, publish(service, declare(service), "One"), "Two")

        after = service.correct(made.id, " Too ", act()).incident

        assert [words.text for words in after.public] == ["One", "Too"]

    def test_puts_any_words_right(self, service: Service) -> None:
        made = publish(service, publish(service, declare(service), "One"), "Two")

        after = service.correct(made.id, "Won", act(), sequence=1).incident

        assert [words.text for words in after.public] == ["Won", "Two"]

    def test_by_the_same_words_changes_nothing(self, service: Service) -> None:
        made = publish(service, declare(service), "One")

        assert service.correct(made.id, "One", act()).repeated

    @pytest.mark.parametrize("sequence", [-1, 0, 2, 99])
    def test_of_an_unknown_number_is_refused(self, service: Service, sequence: int) -> None:
        made = publish(service, declare(service), "One")

        with pytest.raises(UsageError, match=f"INC-1 has no public update {sequence}: .*1"):
            service.correct(made.id, "Won", act(), sequence=sequence)

    def test_where_nothing_was_said_is_refused(self, service: Service) -> None:
        with pytest.raises(UsageError, match="customers were told nothing yet"):
            service.correct(declare(service).id, "Won", act())

    def test_by_nothing_is_refused(self, service: Service) -> None:
        made = publish(service, declare(service), "One")

        with pytest.raises(BadText, match="public text"):
            service.correct(made.id, " ", act())


class TestWaitingWords:
    @pytest.fixture
    def made(self, service: Service) -> Incident:
        """An incident with a draft that waits."""
        incident = declare(service, "checkout")
        words = service.compose(incident, "Soon.", title="Drafted", status="identified")
        return service.draft(incident.id, words, act("lee")).incident

    def test_are_said_to_nobody(self, made: Incident) -> None:
        assert made.draft is not None
        assert (made.draft.text, made.draft.title, made.draft.actor) == ("Soon.", "Drafted", "lee")
        assert not made.customers_know

    def test_are_said_as_they_were_drafted_once_somebody_says_yes(
        self, service: Service, made: Incident
    ) -> None:
        recorded = service.approve(made.id, act("sam"), notify=False)

        assert [event.kind for event in recorded.events] == [
            "public_update_approved",
            "public_update_published",
        ]
        (said,) = recorded.incident.public
        assert (said.text, said.title, said.status) == ("Soon.", "Drafted", "identified")
        assert (said.notify, recorded.incident.draft) == (False, None)

    def test_are_forgotten_on_a_no(self, service: Service, made: Incident) -> None:
        recorded = service.reject(made.id, "Too\nearly", act("sam"))

        (event,) = recorded.events
        assert isinstance(event, e.PublicUpdateRejected)
        assert event.reason == "Too\nearly"
        assert (recorded.incident.draft, recorded.incident.public) == (None, ())

    def test_are_replaced_by_newer_ones(self, service: Service, made: Incident) -> None:
        service.draft(made.id, service.compose(made, "Sooner."), act())

        (said,) = service.approve(made.id, act()).incident.public
        assert said.text == "Sooner."

    def test_are_forgotten_when_others_are_said(self, service: Service, made: Incident) -> None:
        assert publish(service, made, "At once.").draft is None

    def test_are_approved_once_by_a_key(self, service: Service, made: Incident) -> None:
        service.approve(made.id, act(key="yes"))

        assert service.approve(made.id, act(key="yes")).repeated
        assert len(service.incident(made.id).public) == 1

    @pytest.mark.parametrize("settle", ["approve", "reject"])
    def test_are_settled_once(self, service: Service, made: Incident, settle: str) -> None:
        def settled() -> None:
            service.approve(made.id, act()) if settle == "approve" else service.reject(made.id, "", act())

        settled()
        with pytest.raises(WrongState, match="INC-1 has no public words that wait"):
            settled()


class TestTheNextWords:
    def test_are_due_by_the_severity(self, service: Service) -> None:
        made = declare(service, severity="sev0")
        assert service.public_update_due(made) == made.declared_at + timedelta(minutes=30)

        said = publish(service, made)
        assert service.public_update_due(said) == said.public[0].at + timedelta(minutes=30)

    @pytest.mark.parametrize("quiet", [{"restricted": True}, {"drill": True}, {"severity": "sev4"}])
    def test_are_owed_for_what_is_manual_only_once_customers_know(
        self, service: Service, quiet: dict[str, Any]
    ) -> None:
        made = declare(service, **{"severity": "sev0", **quiet})
        assert service.public_update_due(made) is None

        said = publish(service, made)
        due = service.public_update_due(said)
        assert (due is not None) is ("restricted" in quiet)

    def test_are_owed_after_the_end_until_customers_heard_it(self, service: Service) -> None:
        made = publish(service, declare(service, severity="sev4"))
        over = service.resolve(made.id, "", act()).incident

        assert service.public_update_due(over) == over.closed_at
        assert service.public_update_due(publish(service, over)) is None
