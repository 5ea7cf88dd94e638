"""What customers are told is what was meant for them: composed, said once, put right, or left waiting."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chatops import events as e
from chatops.errors import BadText, UsageError, WrongState
from chatops.incident import Incident
from chatops.service import Service
from chatops.service.incidents import Changes, Declaration
from tests.kit import act

CONFIG = """
[severities.sev0]
impact = "critical"
public = "automatic"
update_every = "30m"
[components.api]
public_name = "Checkout API"
public_id = "q2x0"
[components.web]
public_name = "Web shop"
[services.checkout]
public_name = "Checkout"
components = ["api"]
[services.search]
public_name = "Search"
[services.mail]
public_name = "E-mail"
[services.batch]
[services.odd]
public_name = "{services} {0} %s </script> {{ 7*7 }}"
"""
TITLE = "zq db-7 of customer ACME is down"


@pytest.fixture
def service(make_service: Callable[[str], Service]) -> Iterator[Service]:
    """A service whose snapshots are compared, in the end, with what their events fold to."""
    made = make_service(CONFIG)
    yield made
    for incident in made.store.log.all_ids():
        assert made.store.log.rebuilt(incident) == made.store.log.incident(incident)


def declare(service: Service, *services: str, **said: Any) -> Incident:
    return service.declare(Declaration(title=TITLE, services=services, **said), act(), anew=True).incident


def publish(service: Service, incident: Incident, text: str = "", **how: Any) -> Incident:
    now = service.incident(incident.id)
    return service.publish(incident.id, service.compose(now, text, **how), act()).incident


class TestPolicy:
    @pytest.mark.parametrize(
        ("severity", "policy"), [("sev0", "automatic"), ("sev1", "ask"), ("sev4", "manual")]
    )
    def test_is_that_of_the_severity(self, service: Service, severity: str, policy: str) -> None:
        assert service.policy(declare(service, severity=severity)) == policy

    @pytest.mark.parametrize("quiet", [{"restricted": True}, {"drill": True}])
    def test_asks_nobody_about_what_is_restricted_or_an_exercise(
        self, service: Service, quiet: dict[str, bool]
    ) -> None:
        assert service.policy(declare(service, severity="sev0", **quiet)) == "manual"

    def test_of_a_severity_that_is_gone_is_manual(
        self, service: Service, make_service: Callable[[str], Service]
    ) -> None:
        made = declare(service, severity="sev0")

        later = make_service("")
        assert later.policy(made) == "manual"
        assert later.compose(made).impact == "major"


class TestTheDraft:
    @pytest.mark.parametrize(
        ("services", "named"),
        [
            (("checkout",), "Checkout"),
            (("checkout", "search"), "Checkout and Search"),
            (("checkout", "search", "mail"), "Checkout, Search and E-mail"),
            (("batch", "search"), "Search"),
        ],
    )
    def test_names_the_services_as_customers_know_them(
        self, service: Service, services: tuple[str, ...], named: str
    ) -> None:
        words = service.compose(declare(service, *services))

        assert words.title == f"{named}: service disruption"
        assert words.text == (
            f"We are investigating a problem with {named} and will post an update as soon as we know more."
        )

    @pytest.mark.parametrize("services", [(), ("batch",)])
    def test_names_none_where_none_is_public(self, service: Service, services: tuple[str, ...]) -> None:
        words = service.compose(declare(service, *services))

        assert words.title == "Service disruption"
        assert "a problem with some of our services and" in words.text

    @pytest.mark.parametrize("status", e.STATUSES)
    @pytest.mark.parametrize("services", [(), ("checkout",), ("batch",)])
    def test_never_says_the_internal_title(
        self, service: Service, services: tuple[str, ...], status: e.Status
    ) -> None:
        made = declare(service, *services, components={"api": "major_outage"})
        service.note(made.id, TITLE, act())

        said = repr(service.compose(service.incident(made.id), status=status))

        assert not any(word in said for word in ("zq", "ACME", "db-7", "batch"))

    def test_has_words_of_its_own_for_each_status(self, service: Service) -> None:
        made = declare(service, "checkout")

        drafts = [service.compose(made, status=status) for status in e.STATUSES]

        assert [words.status for words in drafts] == list(e.STATUSES)
        assert len({words.text for words in drafts}) == len(e.STATUSES)

    def test_is_for_the_status_of_the_incident(self, service: Service) -> None:
        made = declare(service)
        after = service.update(made.id, Changes(status="monitoring"), act()).incident

        assert service.compose(after).text.startswith("A fix for some of our services is in place")

    def test_takes_a_name_as_it_is(self, service: Service) -> None:
        words = service.compose(declare(service, "odd"))

        assert words.title == "{services} {0} %s </script> {{ 7*7 }}: service disruption"
        assert "a problem with {services} {0} %s </script> {{ 7*7 }} and" in words.text

    def test_is_made_from_the_configured_templates(self, make_service: Callable[[str], Service]) -> None:
        service = make_service(
            """
            [public]
            title = "{services} { %s"
            investigating = "{services}! {services}? {{ 7*7 }} {0.x}"
            [services.checkout]
            public_name = "Checkout"
            """
        )
        words = service.compose(declare(service, "checkout"))

        assert (words.title, words.text) == ("Checkout { %s", "Checkout! Checkout? {{ 7*7 }} {0.x}")

    def test_keeps_a_public_title_once_it_was_said(self, service: Service) -> None:
        made = publish(service, declare(service, "checkout"), title="Payments are slow")

        assert service.compose(made).title == "Payments are slow"
        assert service.compose(made, title="Payments fail").title == "Payments fail"


class TestGivenWords:
    def test_are_cleaned_and_otherwise_kept(self, service: Service) -> None:
        words = service.compose(
            declare(service),
            " Some {x}\r\n%s </b>\x1b[0m ",
            title=" A\n{title} ",
            status="monitoring",
            notify=False,
        )

        assert (words.text, words.title) == ("Some {x}\n%s </b>", "A {title}")
        assert (words.status, words.notify) == ("monitoring", False)

    @pytest.mark.parametrize(
        "given", [{"text": " \n"}, {"title": "\u200b"}, {"text": "x" * 20_001}, {"title": "x" * 251}]
    )
    def test_that_nobody_can_read_are_refused(self, service: Service, given: dict[str, Any]) -> None:
        with pytest.raises(BadText, match="public"):
            service.compose(declare(service), **given)

    @pytest.mark.parametrize(
        ("severity", "impact"), [("sev0", "critical"), ("sev2", "major"), ("sev3", "minor"), ("sev4", "none")]
    )
    def test_come_with_the_impact_of_the_severity(self, service: Service, severity: str, impact: str) -> None:
        assert service.compose(declare(service, severity=severity)).impact == impact


class TestComponents:
    def test_travel_under_their_public_names(self, service: Service) -> None:
        made = declare(service, components={"api": "major_outage", "web": "partial_outage"})

        api, web = service.compose(made).components

        assert api == e.PublicComponent("q2x0", "Checkout API", "major_outage", "operational")
        assert (web.name, web.status) == ("Web shop", "partial_outage")
        assert "web" not in web.id

    def test_say_how_they_were_before(self, service: Service) -> None:
        made = publish(service, declare(service, components={"api": "major_outage"}))
        after = service.update(made.id, Changes(components={"api": "partial_outage"}), act()).incident

        (api,) = service.compose(after).components

        assert (api.status, api.old_status) == ("partial_outage", "major_outage")

    def test_are_all_well_once_it_is_resolved(self, service: Service) -> None:
        made = publish(service, declare(service, components={"api": "major_outage"}))

        (api,) = service.compose(made, status="resolved").components

        assert (api.status, api.old_status) == ("operational", "major_outage")

    def test_that_are_configured_no_more_are_left_out(
        self, service: Service, make_service: Callable[[str], Service]
    ) -> None:
        made = declare(service, components={"api": "major_outage"})

        assert make_service("").compose(made).components == ()


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
