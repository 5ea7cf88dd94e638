"""The store: a log and what it adds up to, in one file that many open."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chatops import errors
from chatops import events as e
from chatops.service import Service
from chatops.store import Store, default_path
from tests.kit import act
from tests.stage import SOON, declare, say, update

pytestmark = pytest.mark.any_store


@pytest.fixture
def store(where: str) -> Iterator[Store]:
    made = Store(where)
    yield made
    made.close()


@pytest.fixture
def service(make_service: Callable[[str], Service]) -> Service:
    return make_service("")


def test_what_was_written_is_there_when_it_is_opened_again(service: Service) -> None:
    incident = declare(service, services=("checkout",))
    say(service, incident, "We are looking into it.")
    update(service, incident, "found it", severity="sev1", status="monitoring")
    service.store.close()
    store = Store(service.store.where)
    found = store.log.numbered(1)
    assert found
    assert (found.severity, found.public[0].text) == ("sev1", "We are looking into it.")
    assert store.log.rebuilt(found.id) == found
    assert [event.seq for event in store.log.events(found.id)] == [1, 2, 3]
    assert [event.seq for event in store.log.events(found.id, upto=2)] == [1, 2]
    store.close()


def test_every_snapshot_is_what_its_events_add_up_to(service: Service) -> None:
    first = declare(service, services=("checkout",))
    update(service, first, "found it", severity="sev1", title="Worse")
    say(service, first, "one")
    service.correct(first.id, "one, better", act())
    service.acknowledge(first.id, act())
    service.assign(first.id, "commander", "dana", act())
    service.add_link(first.id, "tracker", e.Link("ticket", "OPS-7", data={"a": [1, None, "ü"]}), act())
    service.resolve(first.id, "over", act())
    service.reopen(first.id, "back", act())
    service.cancel(declare(service, "a false alarm", drill=True).id, "a test", act())
    ids = service.store.log.all_ids()
    assert len(ids) == 2
    for identity in ids:
        assert service.store.log.incident(identity) == service.store.log.rebuilt(identity)


def test_an_error_takes_the_whole_transaction_back(service: Service) -> None:
    incident = declare(service)

    def failing() -> None:
        with service.store.transaction():
            update(service, incident, "never")
            declare(service, "never either")
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        failing()
    assert service.store.log.all_ids() == [incident.id]
    assert service.incident(incident.id) == incident
    assert declare(service, "the next").number == 2


def test_an_inner_transaction_is_part_of_the_outer(service: Service) -> None:
    def failing() -> None:
        with service.store.transaction():
            with service.store.transaction():
                incident = declare(service)
            assert service.store.log.incident(incident.id) == incident
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        failing()
    assert service.store.log.all_ids() == []


def test_a_copy_has_all_there_is_and_goes_its_own_way(service: Service, tmp_path: Path) -> None:
    first = declare(service)
    copy = service.store.copy(tmp_path / "copy.db")
    assert copy.log.incident(first.id) == first
    copied = Service(copy, service.config)
    second = declare(copied, "Only in the copy")
    third = declare(service, "Only in the original")
    assert (second.number, third.number) == (2, 2)
    assert copy.log.incident(third.id) is None
    assert service.store.log.incident(second.id) is None
    copy.close()


def test_another_thread_does_not_see_what_is_not_committed(service: Service) -> None:
    seen: list[object] = []
    with service.store.transaction():
        declare(service)
        other = threading.Thread(target=lambda: seen.append(service.store.log.numbered(1)))
        other.start()
        other.join(SOON)
    assert seen == [None]
    assert service.store.log.numbered(1)


def test_an_error_that_is_not_the_stores_stays_what_it_is(service: Service) -> None:
    with pytest.raises(ConnectionResetError), service.store.transaction():
        raise ConnectionResetError("by peer")


def test_a_closed_store_says_so(store: Store) -> None:
    store.close()
    with pytest.raises(errors.StoreError, match="it is closed"):
        store.log.next_number()


WRITER = """
import sys
from pathlib import Path
from chatops import config
from chatops.service import Act, Service
from chatops.service.incidents import Declaration
from chatops.store import Store
service = Service(Store(sys.argv[1]), config.load(Path(sys.argv[2])))
sys.stdin.readline()
for number in range(25):
    service.declare(Declaration(title=f"{sys.argv[3]} {number}"), Act(actor="dana"))
"""


@pytest.mark.slow
def test_two_processes_that_write_lose_nothing(where: str, tmp_path: Path) -> None:
    config = tmp_path / "chatops.toml"
    config.write_text("[core]\ndrainer = false\n")
    Store(where).close()
    command = [sys.executable, "-c", WRITER, where, str(config)]
    writers = [
        subprocess.Popen([*command, name], stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for name in ("left", "right")
    ]
    for writer in writers:
        assert writer.stdin
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        assert writer.communicate(timeout=60)[1] == ""
    store = Store(where)
    found = store.log.listed(most=1000)
    assert sorted(incident.number for incident in found) == list(range(1, 51))
    assert {i.title for i in found} == {f"{name} {n}" for name in ("left", "right") for n in range(25)}
    store.close()


def test_the_default_is_in_the_users_state_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/somewhere")
    assert default_path() == Path("/somewhere/chatops/chatops.db")
