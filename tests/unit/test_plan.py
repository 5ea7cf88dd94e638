"""Who hears of an event, through which hook, and who joins with it."""

from typing import Any

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from chatops import events as e
from chatops.dispatch.plan import ANY_HOOK, admits, plan
from chatops.hookspecs import Hooks, PublicHooks
from chatops.incident import Incident, apply, fold
from chatops.registry import hook_names
from chatops.settings import When
from chatops.store import Instance, Traits
from tests.strategies import INCIDENT, histories

Made = tuple[type[e.Event], dict[str, Any]]
EVERY_HOOK = tuple(hook_names(Hooks))
EVERY_PUBLIC_HOOK = tuple(hook_names(PublicHooks))


def internal(name: str = "jira", hooks: tuple[str, ...] = EVERY_HOOK, **when: Any) -> Instance:
    return Instance(
        name=name,
        plugin=name,
        source="chatops.toml",
        enabled=True,
        filters=When(**when),
        traits=Traits(hooks, public=False, drills=True),
        paused_until=None,
    )


def public(name: str = "status", hooks: tuple[str, ...] = EVERY_PUBLIC_HOOK, **when: Any) -> Instance:
    return replace(internal(name, **when), traits=Traits(hooks, public=True, drills=False))


def never_loaded(name: str = "new", **when: Any) -> Instance:
    return replace(internal(name, **when), traits=None)


class Story:
    """An incident, event by event, and who has joined it."""

    def __init__(self, *instances: Instance, **declared: Any) -> None:
        self.instances = instances
        self.joined: set[str] = set()
        self.incident: Incident | None = None
        facts = {"number": 1, "title": "x", "severity": "sev2", "services": ("checkout",), **declared}
        self.first = self.then(e.Declared, **facts)

    def then(self, kind: type[e.Event], **facts: Any) -> list[tuple[str, str]]:
        """What comes next: who is told, as (instance, hook)."""
        seq = self.incident.version + 1 if self.incident else 1
        stamp: dict[str, Any] = {
            "id": e.new_id(),
            "incident": INCIDENT,
            "seq": seq,
            "at": e.utcnow(),
            "actor": "dana",
        }
        self.event = kind(**stamp, **facts)
        self.incident = apply(self.incident, self.event)
        self.plan = plan(self.event, self.incident, self.instances, self.joined)
        self.joined |= set(self.plan.joining)
        return [(told.instance, told.hook) for told in self.plan.deliveries]

    def happens(self, event: Made) -> list[tuple[str, str]]:
        return self.then(event[0], **event[1])

    def say(self, status: str = "investigating") -> list[tuple[str, str]]:
        said = len(self.incident.public) if self.incident else 0
        words = {"title": "t", "text": f"Words {said}", "status": status, "impact": "minor"}
        return self.then(e.PublicUpdatePublished, sequence=said + 1, **words)


UPDATE: Made = (e.Updated, {"message": "x"})
WORSE: Made = (e.Updated, {"severity": e.Change("sev2", "sev1")})
RESOLVED: Made = (e.Resolved, {})
POSTMORTEM: Made = (
    e.PostmortemPublished,
    {"document": "x", "public_section": "y"},
)
ANYTHING: list[tuple[type[e.Event], dict[str, Any], str]] = [
    (e.Acknowledged, {}, "incident_acknowledged"),
    (e.Updated, {"message": "x"}, "incident_updated"),
    (e.NoteAdded, {"text": "x"}, "note_added"),
    (e.RoleAssigned, {"role": "x", "person": "y"}, "role_assigned"),
    (e.Resolved, {}, "incident_resolved"),
    (e.Cancelled, {"reason": "x"}, "incident_cancelled"),
    (e.Reopened, {"reason": "x"}, "incident_reopened"),
    (e.Restricted, {"on": True}, "incident_restricted"),
    (e.LinkAdded, {"instance": "chat", "link": e.Link("c", "1")}, "links_changed"),
    (e.ActionItemAdded, {"item": e.ActionItem("1", "x")}, "action_item_added"),
    (e.PostmortemPublished, {"document": "x"}, "postmortem_published"),
]


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
