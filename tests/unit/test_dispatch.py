"""One bad plugin harms nobody else: whatever it does, the others run, in time, and it is on record."""

import threading
import time
from typing import Any

import pytest

from chatops import errors
from chatops.context import Skipped
from chatops.dispatch import drain, loading
from chatops.engine.bell import Bell
from chatops.events import Link
from tests.kit import deliver, raw, states
from tests.stage import SOON, Page, Stage, Teller, declare, lane, link, only, say

pytestmark = pytest.mark.any_store

PAIR = "[plugins.bad]\nuse = 'teller'\n[plugins.good]\nuse = 'teller'\n"


class Unspeakable(Exception):
    def __str__(self) -> str:
        raise ValueError("even this fails")


@pytest.mark.parametrize(
    ("error", "state", "reason"),
    [
        (ValueError("no\nidea"), "failed", "it raised ValueError: no idea."),
        (Unspeakable(), "failed", "it raised Unspeakable."),
        (KeyboardInterrupt(), "failed", "it raised KeyboardInterrupt."),
        (GeneratorExit(), "failed", "it raised GeneratorExit."),
        (SystemExit(0), "failed", "it called sys.exit"),
        (MemoryError(), "failed", "it raised MemoryError."),
        (ConnectionResetError("by peer"), "retry", "it raised ConnectionResetError: by peer."),
        (errors.Rejected("no project X"), "failed", "no project X"),
        (errors.Unauthorized("mend plugins.bad.token"), "failed", "mend plugins.bad.token"),
        (errors.Gone("OPS-7 was deleted"), "failed", "OPS-7 was deleted"),
        (errors.Unavailable("503"), "retry", "503"),
        (errors.Unknown("no answer"), "unconfirmed", "no answer"),
        (ValueError("x" * 100_000), "failed", "it raised ValueError: xxx"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else None,
)
def test_whatever_a_plugin_raises_is_kept_and_stops_nobody_else(
    stage: Stage, error: BaseException, state: str, reason: str
) -> None:
    service = stage.service(PAIR)
    stage.fail("bad", error)
    incident = declare(service)
    ended = deliver(service, incident)
    assert states(ended) == {"bad incident_declared": state, "good incident_declared": "done"}
    kept = only(service, incident, "bad")
    assert kept.reason.startswith(reason)
    assert len(kept.reason) < 1100
    assert kept.attempts == 1


def test_what_breaks_before_the_call_stops_nobody_else(stage: Stage) -> None:
    odd = """
        class Odd(Plugin):
            asked = 0

            @property
            def pace(self):
                self.asked += 1
                if self.asked > 1:
                    raise ValueError("no pace")

            @hookimpl
            def incident_declared(self, event, ctx): ...
    """
    stage.site.install(odd, odd="Odd")
    service = stage.service("[plugins.odd]\n[plugins.good]\nuse = 'teller'\n")
    incident = declare(service)
    ended = deliver(service, incident)
    assert states(ended) == {"odd incident_declared": "failed", "good incident_declared": "done"}
    assert only(service, incident, "odd").reason.startswith("it raised ValueError: no pace.")


@pytest.mark.parametrize(
    ("result", "found"),
    [
        ("PROJ-1", "a str"),
        ("", "a str"),
        (True, "a bool"),
        ({"id": 1}, "a dict"),
        ([link("ticket"), "PROJ-1"], "a str"),
        ([None], "a NoneType"),
        (Link("ticket", 7), "a Link that cannot be kept: Expected `str`, got `int`"),  # type: ignore[arg-type]
        (Link("ticket", "7", data={"made": object()}), "a Link that cannot be kept"),
        (Link("ticket", "\ud800"), "a Link that cannot be kept"),
    ],
    ids=["text", "no text", "true", "table", "link and text", "none", "number", "object", "surrogate"],
)
def test_a_result_of_the_wrong_type_is_the_plugins_defect(stage: Stage, result: Any, found: str) -> None:
    service = stage.service(PAIR)
    stage.play("bad", lambda call: result)
    incident = declare(service)
    ended = deliver(service, incident)
    assert states(ended) == {"bad incident_declared": "failed", "good incident_declared": "done"}
    assert f"incident_declared returned {found}" in only(service, incident, "bad").reason
    assert service.incident(incident.id).links == ()


@pytest.mark.parametrize(
    ("result", "links", "state"),
    [
        (None, [], "done"),
        ([], [], "done"),
        (link("ticket"), ["ticket"], "done"),
        ([link("ticket"), link("board")], ["ticket", "board"], "done"),
        ((link("ticket"),), ["ticket"], "done"),
        (Skipped("nothing\nto do"), [], "skipped"),
    ],
    ids=["none", "empty", "link", "links", "tuple", "skipped"],
)
def test_what_a_hook_may_return(stage: Stage, result: Any, links: list[str], state: str) -> None:
    service = stage.service(PAIR)
    stage.play("bad", lambda call: result)
    incident = declare(service)
    deliver(service, incident)
    assert [owned.link.kind for owned in service.incident(incident.id).links] == links
    kept = only(service, incident, "bad")
    assert (kept.state, kept.reason) == (state, "nothing to do" if state == "skipped" else "")


def test_a_plugin_that_hangs_is_given_up_at_its_deadline(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Teller, "deadline", 0.3)
    service = stage.service(PAIR)
    stage.play("bad", stage.hang)
    incident = declare(service)
    began = time.monotonic()
    ended = deliver(service, incident)
    assert time.monotonic() - began < 3
    assert states(ended) == {"good incident_declared": "done", "bad incident_declared": "retry"}
    assert [d.instance for d in ended] == ["good", "bad"]
    assert "longer than its deadline of 0.3 s" in only(service, incident, "bad").reason


def test_many_hanging_calls_of_one_instance_leave_room_for_another(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = stage.service(PAIR)
    deliver(service, declare(service, "learnt"))
    stage.play("bad", stage.hang)
    for number in range(drain.MOST_CALLS + 4):
        with service.store.transaction():
            incident = declare(service, f"incident {number}")
            for delivery in service.store.deliveries.of_lane(incident.id, "good"):
                service.store.deliveries.settle(delivery, "done")
    last = declare(service, "the last")
    reached = threading.Event()
    stage.play("good", lambda call: reached.set())
    bell = Bell()
    work = threading.Thread(target=lambda: list(service.engine.work(bell)), daemon=True)
    work.start()
    # All of it runs at once, before any deadline has passed.
    assert reached.wait(Teller.deadline - 1)
    bell.end()
    stage.over.set()
    work.join(SOON)
    assert lane(service, last, "good") == ["incident_declared done"]


@pytest.mark.sqlite_only(reason="what does not load fails where no other host may have it")
def test_a_plugin_that_hangs_while_it_is_imported_is_given_up(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "LOAD_SECONDS", 0.5)
    flag = stage.site.folder / "go"
    stage.site.install(f"while not os.path.exists({str(flag)!r}): time.sleep(0.01)", slow="Slow")
    service = stage.service("[plugins.slow]\n[plugins.teller]\n")
    incident = declare(service)
    ended = deliver(service, incident)
    flag.touch()
    assert states(ended) == {"teller incident_declared": "done", "slow any": "failed"}
    assert "importing it took longer than 0.5 s" in only(service, incident, "slow").reason


def test_an_incident_that_cannot_be_read_stops_no_other(stage: Stage) -> None:
    service = stage.service("[plugins.teller]\n")
    damaged = declare(service, "damaged")
    sound = declare(service, "sound")
    with raw(service.store) as connection:
        connection.execute(f"UPDATE incidents SET snapshot = '{{}}' WHERE id = '{damaged.id}'")
    bell = Bell()
    for ended in service.engine.work(bell, until_done=True):
        assert ended.state == ("failed" if ended.incident == damaged.id else "done")
    assert lane(service, sound, "teller") == ["incident_declared done"]


@pytest.mark.sqlite_only(reason="what does not load fails where no other host may have it")
def test_a_deadline_that_is_no_number_is_that_plugins_fault_alone(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Page, "deadline", "10")
    service = stage.service("[plugins.page]\n[plugins.teller]\n")
    incident = declare(service)
    say(service, incident, "words")
    ended = deliver(service, incident)
    assert {d.state for d in ended if d.instance == "page"} == {"failed"}
    assert "its deadline is '10'" in service.store.deliveries.of_lane(incident.id, "page")[0].reason
    assert stage.told("teller") == ["incident_declared", "public_update_published"]
