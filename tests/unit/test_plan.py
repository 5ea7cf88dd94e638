"""Who hears of an event, through which hook, and whom the filters let in."""

from typing import Any

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from chatops import events as e
from chatops.dispatch.plan import ANY_HOOK, admits, plan
from chatops.incident import Incident, apply, fold
from tests.planning import ANYTHING, UPDATE, Made, Story, internal, never_loaded, public
from tests.strategies import histories

RESOLVED: Made = (e.Resolved, {})
POSTMORTEM: Made = (
    e.PostmortemPublished,
    {"document": "x", "public_section": "y"},
)


class TestThoseWhoAreIn:
    @pytest.mark.parametrize(("kind", "facts", "hook"), ANYTHING, ids=lambda v: getattr(v, "__name__", ""))
    def test_hear_each_event_through_its_hook(
        self, kind: type[e.Event], facts: dict[str, Any], hook: str
    ) -> None:
        assert Story(internal()).then(kind, **facts) == [("jira", hook), ("jira", "event_recorded")]

    def test_hear_of_the_declaration(self) -> None:
        assert Story(internal()).first == [("jira", "incident_declared"), ("jira", "event_recorded")]

    def test_hear_words_through_the_hook_of_their_side(self) -> None:
        told = Story(internal(), public()).say()

        assert told == [
            ("jira", "public_update_published"),
            ("jira", "event_recorded"),
            ("status", "public_update"),
        ]

    def test_hear_only_what_they_listen_to(self) -> None:
        story = Story(internal(hooks=("note_added",)), public(hooks=("public_correction",)))

        assert story.first == []
        assert story.joined == {"jira", "status"}
        assert story.say() == []
        assert story.then(e.NoteAdded, text="x") == [("jira", "note_added")]
        assert story.then(e.PublicUpdateCorrected, sequence=1, text="y") == [("status", "public_correction")]

    def test_hear_to_the_end_whatever_their_filters_say_by_then(self) -> None:
        story = Story(internal(severity=("sev2",), services=("checkout",)))
        story.then(e.Updated, severity=e.Change("sev2", "sev4"), services=e.Change(("checkout",), ()))

        assert ("jira", "incident_resolved") in story.then(e.Resolved)
        assert ("jira", "note_added") in story.then(e.NoteAdded, text="afterwards")
        assert ("jira", "postmortem_published") in story.happens(POSTMORTEM)

    def test_do_not_hear_of_their_own_links(self) -> None:
        story = Story(internal("jira"), internal("chat"))

        told = story.then(e.LinkAdded, instance="jira", link=e.Link("ticket", "1"))

        assert ("jira", "links_changed") not in told
        assert ("chat", "links_changed") in told

    @pytest.mark.parametrize(
        ("kind", "facts"),
        [
            (e.PublicUpdateDrafted, {"title": "t", "text": "x", "status": "resolved"}),
            (e.PublicUpdateApproved, {}),
            (e.PublicUpdateRejected, {}),
        ],
    )
    def test_hear_of_drafts_only_as_of_any_event(self, kind: type[e.Event], facts: dict[str, Any]) -> None:
        assert Story(internal(), public()).then(kind, **facts) == [("jira", "event_recorded")]


class TestThoseWhoAreDisabled:
    def test_neither_join_nor_hear(self) -> None:
        story = Story(replace(internal(), enabled=False), replace(never_loaded(), enabled=False))

        assert (story.first, story.joined) == ([], set())

    def test_hear_no_more_where_they_had_joined(self) -> None:
        story = Story(internal())
        story.instances = (replace(internal(), enabled=False),)

        assert story.then(e.Resolved) == []


class TestFilters:
    @pytest.mark.parametrize(
        ("when", "declared", "admitted"),
        [
            ({}, {}, True),
            ({"severity": ("sev1", "sev2")}, {}, True),
            ({"severity": ("sev1",)}, {}, False),
            ({"severity": ()}, {}, False),
            ({"services": ("search", "checkout")}, {}, True),
            ({"services": ("search",)}, {}, False),
            ({"services": ("checkout",)}, {"services": ()}, False),
            ({"services": ()}, {}, False),
            ({"severity": ("sev2",), "services": ("search",)}, {}, False),
            ({}, {"restricted": True}, False),
            ({"restricted": True}, {"restricted": True}, True),
            ({"restricted": True}, {}, True),
            ({}, {"drill": True}, True),
            ({"drills": False}, {"drill": True}, False),
            ({"drills": True}, {"drill": True}, True),
            ({"drills": False}, {}, True),
        ],
    )
    def test_let_in_what_they_name(
        self, when: dict[str, Any], declared: dict[str, Any], admitted: bool
    ) -> None:
        for instance in (internal(**when), never_loaded("jira", **when)):
            story = Story(instance, **declared)
            assert story.joined == ({"jira"} if admitted else set())
            assert bool(story.first) is admitted

    @pytest.mark.parametrize(("drills", "admitted"), [(None, False), (False, False), (True, True)])
    def test_of_a_public_plugin_admit_exercises_only_where_they_say_so(
        self, drills: bool | None, admitted: bool
    ) -> None:
        story = Story(public(drills=drills), drill=True)

        assert bool(story.say()) is admitted

    def test_are_looked_at_anew_with_each_event(self) -> None:
        story = Story(internal(severity=("sev1",)))

        assert story.then(e.NoteAdded, text="x") == []
        assert ("jira", "incident_declared") in story.then(e.Updated, severity=e.Change("sev2", "sev1"))

    @settings(max_examples=40, deadline=None)
    @given(histories())
    def test_that_say_nothing_admit_all_but_the_restricted(self, events: list[e.Event]) -> None:
        incident = fold(events)
        assert incident is not None
        assert admits(internal(), incident) is not incident.restricted
        assert admits(internal(restricted=True), incident)


class TestThoseWhoWereNeverLoaded:
    def test_are_told_something_that_is_made_out_later(self) -> None:
        story = Story(never_loaded())

        assert story.first == [("new", ANY_HOOK)]
        assert story.happens(UPDATE) == [("new", ANY_HOOK)]
        assert story.say() == [("new", ANY_HOOK)]

    def test_are_filtered_like_the_others(self) -> None:
        assert Story(never_loaded(severity=("sev1",))).first == []


@settings(max_examples=60, deadline=None)
@given(histories())
def test_whoever_is_in_hears_each_event_once(events: list[e.Event]) -> None:
    instances = [internal("a", restricted=True), internal("b", restricted=True, severity=()), never_loaded()]
    incident: Incident | None = None
    joined: set[str] = set()
    for event in events:
        incident = apply(incident, event)
        made = plan(event, incident, instances, joined)
        joined |= set(made.joining)
        told = [(d.instance, d.hook, d.event) for d in made.deliveries]
        assert len(told) == len(set(told))
        assert ("a", "event_recorded", event.id) in told
        assert {instance for instance, _, _ in told} <= joined
        assert "b" not in joined
