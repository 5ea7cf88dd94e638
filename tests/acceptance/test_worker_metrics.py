"""A worker's health and metrics: over HTTP, to this machine alone, whatever its store is."""

import json
import re
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families

from chatops import __version__
from tests.acceptance.helpers import Process, install, renamed, service
from tests.kit import Cli, raw
from tests.stage import declare

pytestmark = pytest.mark.slow


@dataclass
class Served:
    """What a worker serves."""

    url: str

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urlopen(f"{self.url}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode()

    def health(self) -> tuple[int, Any]:
        status, body = self.get("/health")
        return status, json.loads(body)

    def metrics(self) -> dict[str, float]:
        """Each sample, by its name and the values of its labels, in the labels' order."""
        status, body = self.get("/metrics")
        assert status == 200
        return {
            " ".join([sample.name, *(value for _, value in sorted(sample.labels.items()))]): sample.value
            for family in text_string_to_metric_families(body)
            for sample in family.samples
        }


@pytest.fixture
def worker(cli: Cli) -> Iterator[Process]:
    install(cli.site)
    (cli.home / "refuse").touch()
    cli.configure("[plugins.broken]\n[plugins.tracker]\n")
    with Process(cli, "worker", "--metrics-port", "0", env={"PYTHONUNBUFFERED": "1"}) as worker:
        yield worker


@pytest.fixture
def served(worker: Process) -> Served:
    (url,) = re.findall(r"^Health and metrics: (http://127\.0\.0\.1:\d+)$", worker.line())
    return Served(url)


def read(worker: Process, text: str) -> None:
    """Read what the worker prints, up to this."""
    while text not in (line := worker.line()):
        assert line


def test_what_waits_and_what_was_done(cli: Cli, worker: Process, served: Served) -> None:
    with service(cli) as recording:
        declare(recording)
        read(worker, "Tried 2, delivered 1")
    found = served.metrics()
    assert found["chatops_store_up"] == 1
    assert found["chatops_deliveries_waiting broken failed"] == 1
    assert found["chatops_delivery_attempts_total incident_declared tracker done"] == 1
    assert found["chatops_delivery_attempts_total incident_declared broken failed"] == 1
    assert found["chatops_call_duration_seconds_count incident_declared tracker"] == 1
    assert 0 < found["chatops_call_duration_seconds_sum incident_declared tracker"] < 10
    assert found["chatops_oldest_due_age_seconds"] == 0
    assert found["chatops_hung_threads"] == 0
    assert found[f"chatops_build_info {sys.version.split()[0]} {__version__}"] == 1
    assert found["process_resident_memory_bytes"] > 0
    status, health = served.health()
    assert status == 200
    assert health == {
        "status": "ok",
        "problem": None,
        "waiting": {"failed": 1},
        "unserved": {},
        "oldest_due_age_seconds": 0.0,
        "hung": [],
    }


#: 100,001 more deliveries to `tracker`.
BACKLOG = """
INSERT INTO deliveries (event, incident, instance, hook, position, due_at, changed_at)
WITH RECURSIVE counted (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM counted WHERE number < 100001)
SELECT event, incident, instance, 'hook_' || number, position, due_at, changed_at FROM deliveries, counted
WHERE instance = 'tracker'
"""


def test_a_long_backlog_is_counted_to_its_end_and_anothers_not_at_all(cli: Cli) -> None:
    install(cli.site)
    cli.configure("[plugins.slow]\n").rename(cli.home / "theirs.toml")
    cli.config = cli.home / "theirs.toml"
    with service(cli) as theirs:
        declare(theirs)
    cli.configure("[plugins.broken]\n[plugins.tracker]\n")
    with service(cli) as ours:
        declare(ours)
        with raw(ours.store) as connection:
            connection.execute(BACKLOG)
            connection.commit()
        health = ours.engine.health()
    assert health.waiting == {("broken", "pending"): 1, ("tracker", "pending"): 100_002}
    assert health.states == {"pending": 100_003}


def test_a_store_that_is_broken_breaks_no_answer(cli: Cli, worker: Process, served: Served) -> None:
    with service(cli) as recording:
        declare(recording)
    read(worker, "Tried 2, delivered 1")
    with renamed(cli, "instances"):
        status, health = served.health()
        assert (status, health["status"], health["waiting"]) == (503, "unavailable", None)
        assert "no such table" in health["problem"]
        found = served.metrics()
        assert found["chatops_store_up"] == 0
        assert found["chatops_delivery_attempts_total incident_declared tracker done"] == 1
        assert not any("waiting" in name or "oldest" in name for name in found)
    assert served.health()[0] == 200
    assert served.metrics()["chatops_store_up"] == 1


def test_it_is_for_this_machine_alone_and_only_read(worker: Process, served: Served) -> None:
    port = int(served.url.rpartition(":")[2])
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", port), timeout=5)
    assert served.get("/") == (404, "There are /health and /metrics.\n")


def test_a_port_that_is_taken_is_said_before_anything_is_delivered(cli: Cli) -> None:
    cli.configure("")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = cli("worker", "--metrics-port", str(port), code=1)
    assert ended.out == ""
    assert f"Error: Port {port} cannot be had: Address already in use." in ended.err


def test_where_the_library_is_missing_it_says_how_to_get_it(cli: Cli) -> None:
    cli.configure("")
    (cli.site.folder / "sitecustomize.py").write_text("import sys\nsys.modules['prometheus_client'] = None\n")
    ended = cli("worker", "--metrics-port", "0", code=1)
    assert "pip install 'chatops-incident[metrics]'" in ended.err
    cli("worker", "--until-done")
