"""What becomes of a public history when it is read, played and imported."""

import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chatops import events as e
from chatops.codec import encode
from chatops.incident import Incident
from chatops.service import Service
from chatops.service.history import History
from chatops.service.source import CUT
from chatops.text import TEXT_LIMIT, TITLE_LIMIT
from tests.histories import Json, day, incident, source, story, update
from tests.kit import Site, deliver

Make = Callable[[str], Service]

LISTENER = """
class Page(PublicPlugin):
    drills = True

    @hookimpl
    def public_update(self, event, ctx):
        return Link("page", str(event.incident))
"""


def history(service: Service, *incidents: Json, page: str = "page1") -> History:
    return History(service, source(Path(service.store.where).parent, *incidents, page=page))


def replayed(service: Service, *incidents: Json, **more: Any) -> list[Incident]:
    return [p.incident for p in history(service, *incidents, **more).replay(lambda i: deliver(service, i))]


def kinds(service: Service, of: Incident) -> list[str]:
    return [event.kind for event in service.store.log.events(of.id) if event.kind != "link_added"]


def told(incidents: Iterable[Incident]) -> list[tuple[str, str]]:
    return [(words.status, words.text) for i in incidents for words in i.public]


@pytest.fixture
def service(make_service: Make, site: Site) -> Service:
    site.install(LISTENER, page="Page")
    return make_service('[plugins.status]\nuse = "page"\n')


def test_planned_work_and_silence_are_left_out_and_counted(service: Service) -> None:
    planned = incident("m", update("m1", "scheduled", "2999-01-01T00:00:00Z"), impact="maintenance")
    known = history(service, planned, incident("silent"), story())
    assert [i.title for i in replayed(service, planned, incident("silent"), story())] == ["Title of i1"]
    assert (known._source.maintenances, known._source.silent) == (1, 1)


def test_responders_follow_what_customers_were_told(service: Service) -> None:
    (played,) = replayed(service, story())
    assert kinds(service, played) == [
        "declared",
        "public_update_published",
        "updated",
        "public_update_published",
        "updated",
        "public_update_published",
        "resolved",
        "public_update_published",
    ]
    assert (played.state, played.drill, played.severity) == ("resolved", True, "sev3")
    assert (played.declared_at, played.closed_at) == (
        datetime(2019, 2, 1, tzinfo=UTC),
        datetime(2019, 2, 1, 3, tzinfo=UTC),
    )


def test_a_postmortem_is_one_and_does_not_begin_it_anew(service: Service) -> None:
    end, after, late = (
        update(f"u{n}", status, day(n))
        for n, status in enumerate(("resolved", "postmortem", "postmortem"), 1)
    )
    (played,) = history(service, incident("i1", end, after, late)).replay(lambda i: deliver(service, i))
    assert played.updates == 3
    assert kinds(service, played.incident)[1:] == [
        "resolved",
        "public_update_published",
        "postmortem_published",
        "public_update_published",
    ]
    assert played.incident.public_postmortem is not None
    assert played.incident.public_postmortem.text == "words of u2"
    assert told([played.incident]) == [("resolved", "words of u1"), ("resolved", "words of u3")]


def test_a_postmortem_before_the_end_is_the_end(service: Service) -> None:
    (played,) = replayed(service, incident("i1", update("u1", "postmortem", day(1))))
    assert (played.state, told([played])) == ("resolved", [("resolved", "words of u1")])


def test_an_incident_that_comes_back_is_reopened(service: Service) -> None:
    statuses = ("resolved", "identified", "resolved")
    (played,) = replayed(
        service, incident("i1", *(update(f"u{n}", s, day(n + 1)) for n, s in enumerate(statuses)))
    )
    assert [kind for kind in kinds(service, played) if not kind.startswith("public")] == [
        "declared",
        "resolved",
        "reopened",
        "updated",
        "resolved",
    ]
    assert [status for status, _ in told([played])] == ["resolved", "identified", "resolved"]


def test_an_unknown_status_changes_nothing(service: Service) -> None:
    statuses = ("strange", "identified", "stranger", "resolved", "strangest")
    (played,) = replayed(
        service, incident("i1", *(update(f"u{n}", s, day(n + 1)) for n, s in enumerate(statuses)))
    )
    known = ["investigating", "identified", "identified", "resolved", "resolved"]
    assert [status for status, _ in told([played])] == known


def test_texts_are_made_safe_and_never_refuse_the_history(service: Service) -> None:
    bodies = [
        "",
        "\x00\x07",
        "a\x07\u202eb\r\nc",
        "x" * (TEXT_LIMIT + 1),
        "\u0958" * TEXT_LIMIT,
        "y" * TEXT_LIMIT,
    ]
    updates = [update(f"u{n}", "resolved", day(n + 1), body=body) for n, body in enumerate(bodies)]
    hostile = incident("i1", *updates, name="t" * 300)
    (played,) = replayed(service, hostile, page="\x1b]0;")
    texts = [text for _, text in told([played])]
    assert texts[:3] == ["(no text)", "(no text)", "ab\nc"]
    assert [len(text) for text in texts[3:]] == [TEXT_LIMIT] * 3
    assert [text.endswith(CUT) for text in texts[3:]] == [True, True, False]
    assert len(played.title) == TITLE_LIMIT
    assert history(service, hostile)._source.too_long == 1
    assert replayed(service, incident("i2", updates[0], name="\x00"))[0].title == "(no title)"


def test_components_are_kept_where_they_are_ones(service: Service) -> None:
    affected = [
        {"name": "No components were affected by this update."},
        {"code": "c1", "name": "A\x1bPI", "old_status": "unheard", "new_status": "major_outage"},
        {"code": "c2", "name": "", "old_status": "operational", "new_status": "unheard"},
    ]
    words = update("u1", "investigating", day(1), affected_components=affected)
    (played,) = replayed(service, incident("i1", words))
    assert played.public[0].components == (e.PublicComponent("c1", "API", "major_outage"),)


def test_times_are_kept_in_utc(service: Service) -> None:
    shown = "2019-01-31T23:30:00+05:30"
    (played,) = replayed(
        service, incident("i1", update("u1", "identified", "2019-02-01T00:30:00+01:00", display_at=shown))
    )
    stored = [event for event in service.store.log.events(played.id) if event.actor != "status"]
    assert {event.at for event in stored} == {datetime(2019, 1, 31, 23, 30, tzinfo=UTC)}
    assert {event.at.utcoffset() for event in stored} == {timedelta(0)}
    assert b"2019-01-31T18:00:00Z" in encode(stored[-1])
    assert played.started_at == datetime(2019, 1, 31, 18, 0, tzinfo=UTC)


def test_each_id_counts_once_and_the_order_is_that_of_writing(service: Service) -> None:
    late, early = story("late", 5), story("early", 1)
    more = incident("early", update("early-0", "resolved", day(2)), update("early-9", "resolved", day(3)))
    tied = incident("tied", update("t1", "identified", day(9)), update("t2", "resolved", day(9)))
    played = replayed(service, tied, late, early, more)
    assert [(i.number, i.title[9:]) for i in played] == [(1, "early"), (2, "late"), (3, "tied")]
    assert [text for _, text in told(played[:1])] == [f"words of early-{n}" for n in (0, 1, 2, 3, 9)]
    assert [text for _, text in told(played[2:])] == ["words of t1", "words of t2"]


def test_ids_of_different_incidents_and_pages_do_not_meet(service: Service) -> None:
    same = [incident(name, update("u", "investigating", day(1))) for name in ("a", "b", "u")]
    assert len({i.id for i in replayed(service, *same)}) == 3
    assert len({i.id for i in replayed(service, *same, page="page2")}) == 3
    assert len(service.store.log.all_ids()) == 6


def test_every_plugin_hears_of_each_word_before_the_next_is_said(service: Service) -> None:
    replayed(service, story("i1", 1), story("i2", 2))
    assert _states(service) == ["done"] * 8


@pytest.mark.parametrize("killed_after", range(10))
def test_an_interrupted_replay_goes_on_and_says_nothing_twice(service: Service, killed_after: int) -> None:
    calls = 0

    def fatal(played: Incident) -> None:
        nonlocal calls
        calls += 1
        if calls > killed_after:
            raise KeyboardInterrupt
        deliver(service, played)

    both = story("i1", 1), story("i2", 2)
    with pytest.raises(KeyboardInterrupt):
        list(history(service, *both).replay(fatal))
    ended = replayed(service, *both)
    assert [text for _, text in told(ended)] == [f"words of {i}-{n}" for i in ("i1", "i2") for n in range(4)]
    assert [i.state for i in ended] == ["resolved", "resolved"]
    assert _states(service) == ["done"] * 8


def test_a_second_replay_changes_nothing(service: Service) -> None:
    before = replayed(service, story())
    deliveries = service.store.deliveries.recent(99)
    assert replayed(service, story()) == before
    assert service.store.deliveries.recent(99) == deliveries


def test_two_replays_at_once_play_it_once(service: Service) -> None:
    both = [history(service, story("i1", 1), story("i2", 2)) for _ in range(2)]
    failed: list[BaseException] = []

    def play(one: History) -> None:
        try:
            list(one.replay(lambda i: deliver(service, i)))
        except BaseException as error:  # noqa: BLE001  (the thread's error is the test's)
            failed.append(error)

    threads = [threading.Thread(target=play, args=(one,)) for one in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    found = [service.store.log.incident(identity) for identity in service.store.log.all_ids()]
    assert [len(i.public) for i in found if i] == [4, 4]


def test_an_import_records_and_tells_nobody(service: Service) -> None:
    played = list(history(service, story()).import_())
    assert [(p.incident.drill, p.incident.state, p.updates) for p in played] == [(False, "resolved", 4)]
    assert [len(p.events) for p in played] == [8]
    assert not service.store.deliveries.recent(99)
    assert [p.events for p in history(service, story()).import_()] == [()]


def test_a_longer_history_adds_only_what_is_new(service: Service) -> None:
    begun = story()
    begun["incident_updates"] = begun["incident_updates"][2:]
    assert [p.incident.state for p in history(service, begun).import_()] == ["open"]
    (grown,) = history(service, story()).import_()
    assert (grown.incident.state, grown.updates) == ("resolved", 2)


def test_a_replay_never_speaks_for_what_was_imported(service: Service) -> None:
    begun = story()
    begun["incident_updates"] = begun["incident_updates"][2:]
    list(history(service, begun).import_())
    (left,) = history(service, story()).replay(lambda i: deliver(service, i))
    assert (left.events, left.incident.drill) == ((), False)
    assert not service.store.deliveries.recent(99)


def test_an_import_leaves_an_exercise_as_it_is(service: Service) -> None:
    (exercise,) = replayed(service, story())
    assert list(history(service, story()).import_()) == [(exercise, ())]


@pytest.mark.parametrize(
    ("settings", "heard"),
    [
        ('use = "page"', ["status"]),
        ('use = "page"\nwhen.drills = false', []),
        ('use = "status_html"', []),
        ('use = "status_html"\nwhen.drills = true', ["status"]),
        ('use = "nowhere"', []),
    ],
)
def test_who_takes_exercises(make_service: Make, site: Site, settings: str, heard: list[str]) -> None:
    site.install(LISTENER, page="Page")
    assert history(make_service(f"[plugins.status]\n{settings}\n")).listeners() == heard


def test_what_another_configuration_enabled_takes_exercises_too(make_service: Make, site: Site) -> None:
    site.install(LISTENER, page="Page")
    replayed(make_service('[plugins.far]\nuse = "page"\nwhen.drills = true\n'), story())
    assert history(make_service("")).listeners() == ["far"]


def _states(service: Service) -> list[str]:
    return [d.state for d in service.store.deliveries.recent(99) if d.hook == "public_update"]
