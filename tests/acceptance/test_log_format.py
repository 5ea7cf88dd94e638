"""What is written to standard error for programs: lines of JSON, whatever a command has to say there."""

import json
import signal
from typing import Any

import pytest

from tests.acceptance.helpers import Process, install
from tests.kit import Cli

#: It logs in a step, with a secret, and fails after it; or in one.
TALKER = """
class Config(msgspec.Struct):
    token: Secret

class Talker(Plugin[Config]):
    @hookimpl
    def incident_declared(self, event, ctx):
        def create(key):
            ctx.log.warning("with %s", self.config.token.reveal())
            return Link("thing", "1")
        ctx.once("make", create=create)
        raise Unavailable("the talker is down")

    @hookimpl
    def incident_updated(self, event, ctx):
        def create(key):
            raise Rejected("the talker is full")
        ctx.once("refill", create=create)
"""
JSON = {"CHATOPS_LOG_FORMAT": "json"}


def lines(text: str) -> list[dict[str, Any]]:
    """Every line; each must be an object with these keys."""
    found = [json.loads(line) for line in text.splitlines()]
    assert all({"time", "level", "logger", "message"} <= line.keys() for line in found)
    return found


@pytest.fixture
def talker(cli: Cli) -> Cli:
    cli.site.install(TALKER, talker="Talker")
    cli.configure('[plugins.talker]\ntoken = { env = "TALKER_TOKEN" }\n')
    return cli


def test_how_an_attempt_ended_is_said_with_the_step_that_failed(talker: Cli) -> None:
    secret = {"TALKER_TOKEN": "correct-horse-battery"}
    talker("declare", "Down", "--no-public", env=secret, code=3)
    (delivery,) = talker("deliveries", "--quiet").out.split()
    talker("skip", delivery, "--reason", "it is down", env=secret)
    failed = talker("update", "Still down", "--no-public", env=JSON | secret, code=3)
    said = {line["message"]: line for line in lines(failed.err)}
    ended = said["talker incident_updated: failed: the talker is full"]
    assert (ended["step"], ended["error"], ended["state"]) == ("refill", "Rejected", "failed")


@pytest.mark.slow
def test_a_worker_logs_all_that_it_does_with_what_it_is_about(talker: Cli) -> None:
    secret = {"TALKER_TOKEN": "correct-horse-battery"}
    declared = talker("--log-format", "json", "declare", "Down", "--no-public", env=secret, code=3)
    assert "correct-horse" not in declared.err + declared.out
    said = {line["message"]: line for line in lines(declared.err)}
    inside = said["with ***"]
    identity = talker("show", "--json").json()["id"]
    (delivery,) = talker("deliveries", "--quiet").out.split()
    about = {"incident": "INC-1", "incident_id": identity, "instance": "talker", "delivery": int(delivery)}
    about |= {"hook": "incident_declared", "attempt": 1}
    assert (
        inside.items() >= (about | {"step": "make", "level": "warning", "logger": "chatops.plugins"}).items()
    )
    ended = said["talker incident_declared: retry: the talker is down"]
    assert ended.items() >= (about | {"state": "retry", "error": "Unavailable", "level": "warning"}).items()
    assert "step" not in ended, "it was over"
    assert "Nothing retries the rest by itself. To do it: chatops worker" in said

    with Process(talker, "worker", env=JSON | secret) as worker:
        assert worker._process.stderr
        first = [json.loads(worker._process.stderr.readline())["message"] for _ in range(2)]
        worker.interrupt(signal.SIGTERM)
        stopped = worker.end()
    assert stopped.out == "", "there is nothing for people"
    assert first[0].startswith("Delivering what falls due.")
    assert lines(stopped.err) == []


def test_errors_are_lines_too_and_answers_are_as_ever(cli: Cli) -> None:
    install(cli.site)
    cli.configure("[plugins.slow]\n")
    done = cli("declare", "Down", "--no-public", "--quiet", env=JSON)
    assert done.out == "INC-1\n"
    assert [line["level"] for line in lines(done.err) if line["logger"] == "chatops.deliveries"] == ["info"]
    (wrong,) = lines(cli("show", "INC-7", env=JSON, code=2).err)
    assert wrong["level"] == "error"
    assert wrong["message"].startswith("There is no incident INC-7")
    usage = lines(cli("show", "--nonsense", env=JSON, code=2).err)
    assert "No such option" in usage[0]["message"]


def test_a_format_that_is_none_stops_no_incident(cli: Cli) -> None:
    cli.configure("")
    done = cli("declare", "Down", "--no-public", env={"CHATOPS_LOG_FORMAT": "yaml"})
    assert done.out.startswith("INC-1 declared")
    assert "CHATOPS_LOG_FORMAT is 'yaml', and not one of: text, json." in done.err
    assert "--log-format" in cli("--log-format", "yaml", "list", code=2).err


def test_text_is_as_it_was(cli: Cli) -> None:
    install(cli.site)
    cli.configure("[plugins.slow]\n")
    for env in ({}, {"CHATOPS_LOG_FORMAT": "text"}, {"CHATOPS_LOG_FORMAT": ""}):
        assert cli("declare", "Down", "--no-public", "--new", env=env).err == ""
