"""Who joins an incident on its way, with which event, and what they are told first."""

import pytest

from chatops import events as e
from tests.planning import ANYTHING, UPDATE, Made, Story, internal, never_loaded, public

WORSE: Made = (e.Updated, {"severity": e.Change("sev2", "sev1")})


class TestNewcomers:
    def test_are_told_of_the_declaration_in_place_of_what_let_them_in(self) -> None:
        story = Story(internal(severity=("sev1",)))

        told = story.happens(WORSE)

        assert told == [("jira", "incident_declared"), ("jira", "event_recorded")]
        assert {delivery.event for delivery in story.plan.deliveries} == {story.event.id}
        assert story.plan.joining == ["jira"]

    def test_who_do_not_listen_to_declarations_hear_the_event_itself(self) -> None:
        story = Story(internal(hooks=("incident_updated",), severity=("sev1",)))

        assert story.happens(WORSE) == [("jira", "incident_updated")]

    def test_join_once(self) -> None:
        story = Story(internal(severity=("sev1",)))
        story.happens(WORSE)

        assert story.happens(UPDATE) == [("jira", "incident_updated"), ("jira", "event_recorded")]
        assert story.plan.joining == []

    def test_that_face_customers_hear_the_latest_words(self) -> None:
        story = Story(public(severity=("sev1",)))
        assert story.say() == []
        assert story.say("identified") == []
        latest = story.event.id

        assert story.happens(WORSE) == [("status", "public_update")]
        assert [delivery.event for delivery in story.plan.deliveries] == [latest]

    def test_that_face_customers_join_only_where_customers_know(self) -> None:
        story = Story(public(severity=("sev1",)))

        assert story.happens(WORSE) == []
        assert story.joined == set()
        assert story.say() == [("status", "public_update")]

    def test_that_face_customers_are_judged_at_the_declaration(self) -> None:
        story = Story(public(severity=("sev2",)))
        assert (story.first, story.joined) == ([], {"status"})
        story.then(e.Updated, severity=e.Change("sev2", "sev4"))

        assert story.say() == [("status", "public_update")]

    @pytest.mark.parametrize("kind", [e.NoteAdded, e.RoleAssigned, e.ActionItemAdded, e.LinkAdded])
    def test_do_not_join_an_incident_that_is_over(self, kind: type[e.Event]) -> None:
        facts = next(facts for known, facts, _ in ANYTHING if known is kind)
        story = Story(never_loaded())
        story.then(e.Resolved)
        story.instances = (internal("late"), never_loaded("later"))

        assert story.then(kind, **facts) == []
        assert story.joined == {"new"}

    @pytest.mark.parametrize("end", [(e.Resolved, {}), (e.Cancelled, {"reason": "x"})])
    def test_do_not_join_with_the_end(self, end: Made) -> None:
        story = Story()
        story.instances = (internal("late"),)

        assert story.happens(end) == []

    def test_that_face_customers_join_for_words_after_the_end(self) -> None:
        story = Story()
        story.say()
        story.then(e.Resolved)
        story.instances = (public("late"),)

        assert story.say("resolved") == [("late", "public_update")]

    def test_join_when_it_goes_on(self) -> None:
        story = Story()
        story.then(e.Resolved)
        story.instances = (internal("late"),)

        assert ("late", "incident_declared") in story.then(e.Reopened, reason="x")
