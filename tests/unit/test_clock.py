"""A clock that is set an hour back, or an hour ahead, while things wait, and while a lane is held.

What is promised of a store in a file, which goes by its host's clock: the order of events is the log's and
not the clock's, and every command is taken; what was never tried waits for no clock, and what waits for a
time waits for as much longer as the clock was set back; nobody but the holder of a lane records anything,
whatever its lease says, and on one host a dead holder is known without a clock. A step ahead ends waits
early: what the remote does not show by then is made again. How long a call may take is measured by a clock
that nobody sets.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from chatops import errors
from chatops.dispatch.lease import Owner, lease
from chatops.events import Link
from chatops.service import Service
from chatops.service.incidents import Changes, Declaration
from tests.kit import act, deliver
from tests.stage import Call, Remote, Stage, again, declare, lane, link, only, ticket, update

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
Clock = time_machine.Traveller


@pytest.fixture
def clock() -> Iterator[Clock]:
    """It stands still but for what a test does to it."""
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def service(stage: Stage, clock: Clock) -> Service:
    return stage.service("[plugins.teller]\n")


class TestWhatWaits:
    """For the next attempt, or until a creation that may have arrived can be believed absent."""

    def test_for_a_remote_that_is_down_waits_longer_by_the_step_back(
        self, stage: Stage, service: Service, clock: Clock
    ) -> None:
        stage.fail("teller", errors.Unavailable("down"))
        incident = declare(service)
        deliver(service, incident)
        due = only(service, incident, "teller").due_at
        assert NOON < due < NOON + timedelta(seconds=15)
        stage.mend("teller")

        clock.shift(-HOUR)
        assert deliver(service, incident) == []
        new = declare(service, "another")
        assert [ended.state for ended in deliver(service, new)] == ["done"], "what is new is tried at once"
        clock.move_to(due)
        assert [ended.state for ended in deliver(service, incident)] == ["done"]

    def test_for_its_creation_to_settle_waits_longer_by_the_step_back(
        self, stage: Stage, service: Service, clock: Clock
    ) -> None:
        remote = Remote(lost=errors.Unknown("no answer"), blind=True)
        stage.play("teller", ticket(remote, settle=60.0))
        incident = declare(service)
        deliver(service, incident)
        due = only(service, incident, "teller").due_at
        # The call's 5 s, as many for the remote, and 60 s until its search knows.
        assert NOON + timedelta(seconds=69) < due <= NOON + timedelta(seconds=70)
        remote.lost = None

        clock.shift(-HOUR)
        assert deliver(service, incident) == []
        assert [ended.state for ended in again(service, incident)] == ["unconfirmed"]
        clock.move_to(due - SECOND)
        assert [ended.state for ended in again(service, incident)] == ["unconfirmed"]
        clock.move_to(due)
        assert [ended.state for ended in deliver(service, incident)] == ["done"]
        assert remote.verbs == ["create", "find", "find", "find", "create"]

    def test_is_due_after_a_step_ahead_and_is_looked_for_first(
        self, stage: Stage, service: Service, clock: Clock
    ) -> None:
        remote = Remote(lost=errors.Unknown("no answer"))
        stage.play("teller", ticket(remote, settle=60.0))
        incident = declare(service)
        deliver(service, incident)
        remote.lost = None
        clock.shift(HOUR)
        assert [ended.state for ended in deliver(service, incident)] == ["done"]
        assert remote.verbs == ["create", "find"]

    def test_for_its_first_attempt_waits_for_no_clock(self, service: Service, clock: Clock) -> None:
        incident = declare(service)
        clock.shift(-HOUR)
        update(service, incident, "more")
        assert [ended.state for ended in deliver(service, incident)] == ["done", "done"]

    def test_is_not_overdue_by_less_than_nothing(self, service: Service, clock: Clock) -> None:
        declare(service)
        clock.shift(-HOUR)
        assert service.engine.health().overdue == 0


class TestALane:
    """Of which somebody holds the lease when the clock is set."""

    def test_of_a_live_holder_stays_its_own_when_set_back(self, service: Service, clock: Clock) -> None:
        delivery = only(service, declare(service), "teller")
        with Owner(service.store) as one, Owner(service.store) as two:
            held = lease(service.store, delivery, one, 25)
            assert held
            clock.shift(-HOUR)
            assert lease(service.store, delivery, two, 25) is None
            held.check()
            assert service.store.deliveries.release(delivery, held.epoch)
            assert lease(service.store, delivery, two, 25)

    def test_of_a_live_holder_that_hangs_is_free_after_the_lease_and_the_step(
        self, service: Service, clock: Clock
    ) -> None:
        delivery = only(service, declare(service), "teller")
        with Owner(service.store) as one, Owner(service.store) as two:
            assert lease(service.store, delivery, one, 25)
            clock.shift(-HOUR)
            clock.shift(HOUR + timedelta(seconds=24))
            assert lease(service.store, delivery, two, 25) is None
            clock.shift(2)
            assert lease(service.store, delivery, two, 25)

    def test_of_a_dead_holder_is_free_at_once(self, service: Service, clock: Clock) -> None:
        delivery = only(service, declare(service), "teller")
        with Owner(service.store) as dead:
            assert lease(service.store, delivery, dead, 25)
        clock.shift(-HOUR)
        with Owner(service.store) as other:
            assert lease(service.store, delivery, other, 25)

    @pytest.mark.parametrize("before", [True, False], ids=["before it creates", "after it has created"])
    def test_that_a_step_ahead_takes_from_a_call_is_worked_on_by_one(
        self, stage: Stage, service: Service, clock: Clock, *, before: bool
    ) -> None:
        remote, refused = Remote(), list[str]()

        def robbed(call: Call) -> Link:
            stage.play("teller", ticket(remote))
            if before:
                self.taken(stage, service, clock)
            try:
                made: Link = call.ctx.once("comment" if before else "ticket", create=create)
            except errors.CallOver as error:
                refused.append(type(error).__name__)
                raise
            return made

        def create(key: str) -> Link:
            made = remote.create(key)
            self.taken(stage, service, clock)
            return made

        stage.play("teller", robbed)
        incident = declare(service)
        assert deliver(service, incident) == [], "it has nothing to say of a lane that it lost"
        assert refused == ["LeaseLost"]
        assert remote.verbs == (["create"] if before else ["create", "find"])
        kept = only(service, incident, "teller")
        assert (kept.state, kept.attempts) == ("done", 1)
        assert service.incident(incident.id).link("teller", "ticket") == link("ticket", "1")

    def taken(self, stage: Stage, service: Service, clock: Clock) -> None:
        """Another process works on what is due, an hour later as it seems."""
        clock.shift(HOUR)
        other = Service(type(service.store)(service.store.where), service.config)
        for incident in other.open_incidents():
            deliver(other, incident)
        other.store.close()


class TestTheLog:
    """Which goes on in its own order."""

    def test_takes_every_command_after_a_step_back(self, service: Service, clock: Clock) -> None:
        incident = declare(service)
        clock.shift(-HOUR)
        update(service, incident, "more")
        service.note(incident.id, "seen", act())
        service.acknowledge(incident.id, act())
        assert service.resolve(incident.id, "over", act()).incident.state == "resolved"
        with pytest.raises(errors.WrongState, match="said to have been before"):
            service.note(incident.id, "seen", act(at=NOON - 2 * HOUR))

    def test_is_in_the_order_of_the_commands(self, service: Service, clock: Clock) -> None:
        incident = declare(service)
        clock.shift(2 * HOUR)
        update(service, incident, "one")
        clock.shift(-HOUR)
        update(service, incident, "two")
        clock.shift(HOUR / 2)
        after = update(service, incident, "three", status="monitoring")
        events = service.store.log.events(incident.id)
        assert [event.at - NOON for event in events] == [0 * HOUR, 2 * HOUR, HOUR, HOUR * 3 / 2]
        assert [event.seq for event in events] == [1, 2, 3, 4]
        assert after == service.store.log.rebuilt(incident.id)
        deliver(service, incident)
        assert lane(service, incident, "teller") == ["incident_declared done", *["incident_updated done"] * 3]

    @pytest.mark.parametrize("step", [-HOUR, HOUR])
    def test_knows_a_repetition_by_its_key_whatever_the_clock_says(
        self, service: Service, clock: Clock, step: timedelta
    ) -> None:
        incident = declare(service)
        clock.shift(2 * HOUR)
        known = act(key="one")
        service.update(incident.id, Changes(message="more"), known)
        clock.shift(step)
        assert service.update(incident.id, Changes(message="more"), act(key="one")).repeated

    @pytest.mark.parametrize(("step", "same"), [(-0.5, True), (0.5, True), (-60, False), (60, False)])
    def test_knows_the_same_words_within_a_minute_of_the_clock(
        self, service: Service, clock: Clock, step: float, *, same: bool
    ) -> None:
        incident = declare(service)
        clock.shift(2 * HOUR)
        service.update(incident.id, Changes(message="more"), act())
        clock.shift(timedelta(minutes=step))
        assert bool(service.update(incident.id, Changes(message="more"), act()).repeated) is same

    @pytest.mark.parametrize(("step", "same"), [(-9, True), (9, True), (-60, False), (60, False)])
    def test_knows_the_same_title_within_ten_minutes_of_the_clock(
        self, service: Service, clock: Clock, step: float, *, same: bool
    ) -> None:
        service.declare(Declaration(title="Checkout returns 500s"), act())
        clock.shift(timedelta(minutes=step))
        assert bool(service.declare(Declaration(title="Checkout returns 500s"), act()).repeated) is same
