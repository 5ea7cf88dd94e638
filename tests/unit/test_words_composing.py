"""The words for customers: who is asked about them, what a draft says, and what they come with."""

from collections.abc import Callable
from typing import Any

import pytest

from chatops import events as e
from chatops.errors import BadText
from chatops.service import Service
from chatops.service.incidents import Changes
from tests.kit import act
from tests.wording import TITLE, declare, publish, service

__all__ = ["service"]


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
