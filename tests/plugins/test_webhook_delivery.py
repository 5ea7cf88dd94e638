"""What is posted, when, and how often."""

import json
import re
from typing import Any

import msgspec
import pytest

from chatops import Event
from chatops import events as e
from chatops.sandbox import Fault
from chatops.service.incidents import Declaration
from chatops_webhook.payload import fitted
from chatops_webhook.settings import Unusable
from tests.kit import act, states
from tests.plugins.test_standin_support import ended
from tests.plugins.test_webhook_support import Hooked, a_webhook
from tests.stage import again, declare, say, update

webhook = a_webhook
NASTY = '"}], "incident": {"title": "mine"}} \\" \\u0022 {{ 7*7 }} </script> \u2028 äöü 🔥 %s {0}'


def test_an_event_is_posted_with_its_incident_and_its_links(webhook: Hooked) -> None:
    incident = declare(webhook.service, services=("checkout",))
    webhook.service.add_link(incident.id, "jira", e.Link("ticket", "OPS-7", "https://t.example/7"), act())
    webhook.service.note(incident.id, "The cache is empty.", act())
    assert set(states(webhook.deliver(incident)).values()) == {"done"}
    declared, _, noted = webhook.received()
    event = webhook.service.store.log.events(incident.id)[2]
    assert (noted.data["type"], noted.content_type) == ("note_added", "application/json")
    assert noted.data["event"] == {
        "id": str(event.id),
        "incident": str(incident.id),
        "seq": 3,
        "at": noted.data["timestamp"],
        "actor": "dana",
        "key": None,
        "text": "The cache is empty.",
    }
    shown = noted.data["incident"]
    assert (shown["name"], shown["title"], shown["version"]) == ("INC-1", "Checkout returns 500s", 3)
    assert (shown["services"], shown["drill"], shown["closed_at"]) == (["checkout"], False, None)
    link = {
        "instance": "jira",
        "kind": "ticket",
        "id": "OPS-7",
        "url": "https://t.example/7",
        "title": "",
    }
    assert noted.data["links"] == [link]
    assert noted.data["cut"] == []
    assert noted.id == noted.data["id"].replace(".", "_") == f"{event.id}_webhook"
    assert declared.data["event"]["title"] == "Checkout returns 500s"


def test_every_message_of_a_kind_has_the_same_keys(webhook: Hooked) -> None:
    plain = webhook.declared()
    full = webhook.declared("Another", services=("a", "b"), severity="sev1", detected_by="customer")
    assert plain.keys() == full.keys()
    for part in ("event", "incident"):
        assert plain[part].keys() == full[part].keys()


def test_what_plugins_remember_in_links_is_not_posted(webhook: Hooked) -> None:
    incident = declare(webhook.service)
    link = e.Link("ticket", "OPS-7", data={"cursor": "internal-state"})
    webhook.service.add_link(incident.id, "jira", link, act())
    webhook.deliver(incident)
    assert webhook.last()["event"]["link"]["id"] == "OPS-7"
    assert "internal-state" not in str([one.body for one in webhook.received()])


def test_a_change_is_posted_with_what_was_before(webhook: Hooked) -> None:
    incident = declare(webhook.service)
    update(webhook.service, incident, "Worse.", severity="sev1")
    webhook.deliver(incident)
    event = webhook.last()["event"]
    assert (event["message"], event["title"]) == ("Worse.", None)
    assert event["severity"] == {"old": "sev2", "new": "sev1"}


@pytest.mark.parametrize("text", [NASTY, "日本語 👩\u200d🚒", "a\nb\tc", "'; DROP TABLE"])
def test_a_text_arrives_as_it_was_written(webhook: Hooked, text: str) -> None:
    incident = declare(webhook.service)
    webhook.service.note(incident.id, text, act())
    written = webhook.service.store.log.events(incident.id)[-1]
    assert isinstance(written, e.NoteAdded)
    webhook.deliver(incident)
    assert webhook.last()["event"]["text"] == written.text
    assert webhook.last()["incident"]["title"] == "Checkout returns 500s"


def test_only_the_kinds_that_are_asked_for_are_posted(webhook: Hooked) -> None:
    webhook.set('events = ["resolved"]')
    incident = declare(webhook.service)
    assert ended(webhook.deliver(incident)) == "skipped: plugins.webhook.events does not have declared"
    webhook.service.resolve(incident.id, "Over.", act())
    webhook.deliver(incident)
    assert [one.data["type"] for one in webhook.received()] == ["resolved"]


def test_an_exercise_is_marked_as_one(webhook: Hooked) -> None:
    assert webhook.declared(drill=True)["incident"]["drill"] is True


def test_a_restricted_incident_is_for_those_that_are_cleared(webhook: Hooked) -> None:
    webhook.deliver(declare(webhook.service, restricted=True))
    assert webhook.received() == []
    webhook.set("when.restricted = true")
    assert webhook.declared("Another", restricted=True)["incident"]["restricted"] is True


@pytest.mark.parametrize("kind", ["drop_after", "garbage"])
def test_a_message_whose_answer_is_lost_comes_again_under_its_id(webhook: Hooked, kind: Any) -> None:
    webhook.plan(Fault(kind=kind, standin="webhook"))
    incident = declare(webhook.service)
    first = webhook.deliver(incident)[-1].state
    assert first == ("unconfirmed" if kind == "drop_after" else "done")
    again(webhook.service, incident)
    (one,) = webhook.received()
    assert one.copies == (1 if kind == "drop_after" else 0)


def test_after_an_outage_everything_comes_in_its_order(webhook: Hooked) -> None:
    webhook.plan(Fault(kind="drop_before", times=None))
    incident = declare(webhook.service)
    webhook.deliver(incident)
    for number in range(3):
        webhook.service.note(incident.id, f"Note {number}", act())
    webhook.deliver(incident)
    assert webhook.received() == []
    webhook.sandbox.faults.clear()
    again(webhook.service, incident)
    assert [one.data["event"]["seq"] for one in webhook.received()] == [1, 2, 3, 4]


def test_a_dry_run_posts_nothing_and_shows_what_it_would(webhook: Hooked) -> None:
    incident = declare(webhook.service)
    (sent,) = webhook.rehearse(incident)
    assert (webhook.asked(), webhook.receiver.received) == ([], [])
    assert (sent.method, sent.url, sent.body["type"]) == ("POST", webhook.url, "declared")


def test_a_dry_run_takes_any_path(webhook: Hooked) -> None:
    webhook.configure(f"{webhook.url}", f"{webhook.sandbox.url}?a=b")
    (sent,) = webhook.rehearse(declare(webhook.service))
    assert sent.url == f"{webhook.sandbox.url}/?a=b"


def test_a_long_text_is_cut_and_that_is_said(webhook: Hooked) -> None:
    incident = declare(webhook.service)
    webhook.publish(incident, "ä" * 100_000)
    (one,) = webhook.received()[1:]
    assert len(one.body) <= 65_536
    assert one.data["cut"] == ["event.document"]
    assert one.data["event"]["document"] == "ä" * 19_999 + "…"
    webhook.set("max_bytes = 1_000_000")
    webhook.publish(incident, "ä" * 100_000)
    assert (webhook.last()["cut"], len(webhook.last()["event"]["document"])) == ([], 100_000)


def test_addresses_and_ids_are_never_cut() -> None:
    payload = {"id": "i" * 9000, "event": {"text": "t" * 9000, "url": "u" * 9000, "note_url": "n" * 9000}}
    body = msgspec.json.decode(fitted(payload, 30_000, msgspec.json.encode))
    assert (body["cut"], len(body["event"]["text"])) == (["event.text"], 2000)
    with pytest.raises(
        Unusable, match=r"^max_bytes: the body has 27,\d+ bytes with every text cut; 20,000 may"
    ):
        fitted(payload, 20_000, msgspec.json.encode)


def test_customers_words_are_posted_without_an_internal_one(webhook: Hooked) -> None:
    components = """
    [components.checkout-internal]
    public_name = "Checkout"
    """
    webhook.service = webhook.make(webhook.sandbox.config() + components)
    incident = declare(
        webhook.service,
        "INTERNAL database rack-7 is down",
        components={"checkout-internal": "major_outage"},
        services=("internal-service",),
    )
    webhook.service.add_link(incident.id, "jira", e.Link("ticket", "INTERNAL-7"), act("internal-dana"))
    webhook.service.note(incident.id, "internal note", act("internal-dana"))
    webhook.told(incident, "We are looking.")
    webhook.told(incident, "It is over.", status="resolved")
    webhook.service.correct(incident.id, "We looked.", act("internal-dana"), 1)
    webhook.publish(incident, "INTERNAL: rack-7 burned", "We have fixed it.")
    update_, over, correction, postmortem = webhook.received("webhook_public")
    kinds = ["public_update", "public_update", "public_correction", "public_postmortem"]
    assert [one.data["type"] for one in webhook.received("webhook_public")] == kinds
    assert update_.data["event"]["text"] == "We are looking."
    assert (over.data["event"]["status"], over.data["incident"]["status"]) == ("resolved", "resolved")
    assert correction.data["event"].keys() == {"id", "incident", "sequence", "at", "text"}
    assert (correction.data["event"]["text"], correction.data["event"]["sequence"]) == ("We looked.", 1)
    assert postmortem.data["event"]["text"] == "We have fixed it."
    assert all(one.data.keys() == update_.data.keys() for one in webhook.received("webhook_public"))
    everything = b"".join(one.body for one in webhook.received("webhook_public")).decode()
    assert re.findall(r"internal|rack-7|dana|actor|sev\d", everything, re.IGNORECASE) == []
    assert "links" not in update_.data
    # Our own id says when the incident was declared.
    assert str(incident.id) not in everything
    (known,) = {one.data["event"]["incident"] for one in webhook.received("webhook_public")}
    assert known == update_.data["incident"]["id"]


def test_a_public_event_that_is_not_asked_for_is_not_posted(webhook: Hooked) -> None:
    webhook.set('events = ["public_postmortem"]', "webhook_public")
    incident = declare(webhook.service)
    assert states(webhook.told(incident))["webhook_public public_update"] == "skipped"
    webhook.publish(incident, "why", "We have fixed it.")
    assert [one.data["type"] for one in webhook.received("webhook_public")] == ["public_postmortem"]


def test_every_kind_is_posted(webhook: Hooked) -> None:
    """Whatever this version can record has its place in the shape."""
    from chatops_webhook.payload import internal_of
    from chatops_webhook.samples import internal_samples
    from chatops_webhook.settings import WebhookConfig

    kinds = WebhookConfig(url="https://x.example").kinds
    made = {payload["type"]: payload for payload in internal_samples(kinds)}
    assert set(made) == set(kinds) >= {"declared", "public_update_drafted", "instance_renamed"}
    incident = declare(webhook.service)
    for kind in Event.__subclasses__():
        name = str(kind.__struct_config__.tag)
        if name in made:
            fields = {field.name for field in msgspec.structs.fields(kind)}
            assert made[name]["event"].keys() == fields
    event = webhook.service.store.log.events(incident.id)[0]
    json.dumps(internal_of(event, incident, (), "key"))


def test_a_kind_of_a_later_version_is_posted_under_its_name(webhook: Hooked) -> None:
    from chatops.codec import decode
    from chatops_webhook.payload import internal_of

    incident = declare(webhook.service)
    written = webhook.service.store.log.events(incident.id)[0]
    stored = json.loads(msgspec.json.encode(written)) | {"kind": "moon_landed"}
    assert internal_of(decode(json.dumps(stored)), incident, (), "key")["type"] == "moon_landed"


def test_drills_are_no_words_for_customers(webhook: Hooked) -> None:
    said = Declaration(title="Exercise", drill=True)
    incident = webhook.service.declare(said, act(), anew=True).incident
    say(webhook.service, incident, "We are looking.")
    webhook.deliver(incident)
    assert webhook.received("webhook_public") == []
