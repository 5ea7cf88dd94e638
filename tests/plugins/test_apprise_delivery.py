"""What happens arrives at real servers, and nobody who has had it gets it again."""

import re
import threading
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from chatops import events as e
from chatops.registry import Registry
from chatops.service.act import Pen
from chatops.service.incidents import Changes
from chatops_apprise import Apprise
from chatops_apprise.settings import CALM, HOOKS
from tests import stage
from tests.kit import Cli, act, deliver
from tests.plugins.test_apprise_support import Mailbox, Post, a_post, mailbox, posted, to
from tests.wire import Raw, says

__all__ = ["mailbox"]
post = a_post


def test_a_declaration_arrives_at_each_service(post: Post, mailbox: Mailbox) -> None:
    with Raw() as server:
        post.configure(to(server), mailbox.url())
        incident = post.declare(severity="sev1")
        assert post.deliver(incident).state == "done"
    (said,) = posted(server)
    assert (said["title"], said["type"]) == ("INC-1 sev1 declared: Checkout returns 500s", "failure")
    assert re.fullmatch(r"Status: investigating.\ndana, \d{4}-\d\d-\d\d \d\d:\d\d UTC", said["message"])
    (mail,) = mailbox.mails
    assert (mail["Subject"], mail["To"]) == (said["title"], "ops@example.com")
    assert "Status: investigating." in str(mail)


def _whole_story(post: Post) -> UUID:
    """Everything that can happen to an incident."""
    incident, service = post.declare(severity="sev2"), post.service
    service.acknowledge(incident.id, act("marta"))
    service.update(incident.id, Changes(message="A bad deploy", status="identified", severity="sev1"), act())
    service.note(incident.id, "Rollback began", act())
    service.assign(incident.id, "commander", "lee", act())
    stage.say(service, incident, "Some orders fail.")
    service.correct(incident.id, "Some payments fail.", act())
    service.resolve(incident.id, "Rolled back", act())
    service.reopen(incident.id, "It is back", act())
    service.cancel(incident.id, "Only a probe", act())

    def writing(pen: Pen) -> None:
        item = e.ActionItem(id="1", text="Alert on it", owner="dana", due="2026-12-01")
        pen.add(e.ActionItemAdded(**pen.stamp(), item=item))
        pen.add(e.PostmortemPublished(**pen.stamp(), document="Why", url="https://git.example.com/why.md"))

    service.write(incident.id, act(), writing)
    deliver(service, incident)
    return incident.id


def test_all_that_happens_is_told_where_it_is_asked_for(post: Post) -> None:
    with Raw() as server:
        post.configure(to(server), events=HOOKS)
        identity = _whole_story(post)
    lane = post.service.store.deliveries.of_lane(identity, "post")
    assert [d.hook for d in lane if d.state == "done"] == [d.hook for d in lane]
    assert {d.hook for d in lane} == set(HOOKS)
    title = ": Checkout returns 500s"
    told = [
        (m["title"].removeprefix("INC-1 ").removesuffix(title), m["type"], m["message"].rpartition("\n")[0])
        for m in posted(server)
    ]
    assert told == [
        ("sev2 declared", "failure", "Status: investigating."),
        ("acknowledged", "info", "marta has taken it on."),
        ("updated", "warning", "severity: sev2 → sev1\nstatus: investigating → identified\nA bad deploy"),
        ("note", "info", "Rollback began"),
        ("commander", "info", "lee is commander."),
        ("customers were told", "info", "Checkout (investigating)\nSome orders fail."),
        ("words to customers corrected", "info", "Update 1 now reads:\nSome payments fail."),
        ("resolved", "success", "Rolled back"),
        ("reopened", "failure", "It is back"),
        ("was a false alarm", "success", "Only a probe"),
        ("action item", "info", "Alert on it\nOwner: dana.\nDue: 2026-12-01."),
        ("post-mortem", "info", "https://git.example.com/why.md"),
    ]


@pytest.mark.parametrize("events", [None, ["note_added", "role_assigned"]])
def test_nothing_is_planned_for_what_is_not_asked_for(post: Post, events: list[str] | None) -> None:
    with Raw() as server:
        more: dict[str, Any] = {"events": events} if events else {}
        post.configure(to(server), **more)
        identity = _whole_story(post)
        wanted = set(events or CALM)
        assert Registry(post.service.config).load("post").hooks == wanted | {"check"}
    lane = post.service.store.deliveries.of_lane(identity, "post")
    assert {d.hook for d in lane} == wanted
    assert len(posted(server)) == len(lane) == len(wanted)


def test_what_happened_is_told_with_what_else_there_is_to_see(post: Post) -> None:
    with Raw() as server:
        post.configure(to(server))
        incident = post.declare(drill=True)
        post.service.add_link(incident.id, "post", e.Link("room", "1", "https://chat.example/1"), act())
        post.service.resolve(incident.id, "Rehearsed", act())
        post.deliver(incident)
    *_, end = posted(server)
    assert end["title"] == "[DRILL] INC-1 resolved: Checkout returns 500s"
    assert end["message"].splitlines()[-1] == "post room: https://chat.example/1"


def test_who_has_had_it_is_left_alone_when_it_is_tried_again(post: Post, mailbox: Mailbox) -> None:
    with Raw() as well, Raw(says(status="503 Away"), says()) as ill:
        post.configure(to(well), to(ill), mailbox.url())
        incident = post.declare()
        waits = post.deliver(incident)
        assert (waits.state, len(well.requests), len(ill.requests)) == ("unconfirmed", 1, 1)
        assert len(mailbox.mails) == 1, "one that fails keeps no other waiting"
        assert post.again(incident).state == "done"
        assert (len(well.requests), len(ill.requests), len(mailbox.mails)) == (1, 2, 1)


def test_what_is_remembered_of_a_url_is_no_part_of_it(post: Post, tmp_path: Path) -> None:
    with Raw() as server:
        post.configure(to(server, "T0kenTheFirst12345", user="bot:hunter2secret@"))
        incident = post.declare()
        post.deliver(incident)
    store = b"".join(path.read_bytes() for path in tmp_path.glob("store/*") if path.is_file())
    assert b"sent-" in store
    assert b"hunter2secret" not in store
    assert b"T0kenTheFirst12345" not in store


def test_a_url_that_is_changed_gets_what_it_had_not(post: Post) -> None:
    with Raw(says(status="401 No")) as closed, Raw() as opened:
        post.configure(to(closed))
        incident = post.declare()
        assert post.deliver(incident).state == "failed"
        post.monkeypatch.setenv("POST_URL_1", to(opened))
        assert post.again(incident).state == "done"
        assert len(opened.requests) == 1


def test_many_calls_at_once_do_not_hear_of_each_other(post: Post) -> None:
    """Half of them are refused, each at a URL of its own; the reason of each is its own."""
    gate = threading.Barrier(8, timeout=stage.SOON)

    def meet(connection: Any) -> None:
        gate.wait()

    plays = [says(status="200 OK"), says(status="401 No")]
    with Raw() as server:

        def both(connection: Any) -> None:
            meet(connection)
            number = next(numbers)
            plays[number % 2](connection)

        numbers = iter(range(8))
        server.plays = [both]
        post.configure(to(server))
        plugin = Registry(post.service.config).load("post").plugin
        assert isinstance(plugin, Apprise)
        incidents = [post.declare(f"Outage {n}") for n in range(8)]
        threads = [threading.Thread(target=deliver, args=(post.service, i)) for i in incidents]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(stage.SOON)
    ended = [stage.only(post.service, incident, "post") for incident in incidents]
    assert sorted(d.state for d in ended) == ["done"] * 4 + ["failed"] * 4
    for one in ended:
        assert one.reason.count("error=401") == (one.state == "failed"), one.reason


def test_a_dry_run_calls_nobody(cli: Cli) -> None:
    with Raw() as server:
        cli.configure('[plugins.post]\nuse = "apprise"\nurls = [{ env = "POST_URL" }]\n')
        done = cli.here("declare", "Checkout", "--dry-run", env={"POST_URL": to(server)})
        assert "it has ways of its own" in done.out + done.err
        assert server.requests == []
        cli.here("declare", "Checkout", env={"POST_URL": to(server)})
        assert len(server.requests) == 1
