"""Customers get the words that were written for them, and not a byte of anything else."""

from uuid import UUID

import pytest

from chatops import events as e
from chatops.events import PublicComponent
from chatops.registry import Registry
from chatops.service.act import Pen
from chatops.service.words import Wording
from tests import stage
from tests.kit import act, deliver
from tests.plugins.test_apprise_support import Mailbox, Post, a_post, mailbox, posted, to
from tests.wire import Raw

__all__ = ["mailbox"]
post = a_post


def _say(post: Post, incident: UUID, text: str, **more: object) -> None:
    said = {
        "title": "Checkout: service disruption",
        "text": text,
        "status": "investigating",
        "impact": "major",
    }
    post.service.publish(incident, Wording(**said | more), act())  # type: ignore[arg-type]


def test_customers_get_words_and_corrections_and_what_was_learned(post: Post) -> None:
    with Raw() as server:
        post.configure(to(server), use="apprise_public")
        incident = post.declare()
        parts = (PublicComponent("c0ffee", "Checkout", "major_outage"),)
        _say(post, incident.id, "Some orders fail.", components=parts)
        deliver(post.service, incident)
        post.service.correct(incident.id, "Some payments fail.", act())
        deliver(post.service, incident)
        _say(post, incident.id, "All is well.", status="resolved")
        post.service.resolve(incident.id, "Rolled back", act())
        deliver(post.service, incident)

        def writing(pen: Pen) -> None:
            pen.add(e.PostmortemPublished(**pen.stamp(), document="Why", public_section="A disk was full."))

        post.service.write(incident.id, act(), writing)
        assert post.deliver(incident).state == "done"
    first, corrected, last, learned = posted(server)
    assert {m["title"] for m in posted(server)} == {"Checkout: service disruption"}
    assert first["message"] == "Some orders fail.\n\nStatus: investigating\nCheckout: major outage"
    assert corrected["message"].startswith("We correct what we wrote at 20")
    assert corrected["message"].endswith(" UTC:\nSome payments fail.")
    assert (last["message"], learned["message"]) == ("All is well.\n\nStatus: resolved", "A disk was full.")
    assert [m["type"] for m in posted(server)] == ["failure", "failure", "success", "info"]


@pytest.mark.parametrize(
    ("impact", "tone"), [("none", "info"), ("minor", "warning"), ("critical", "failure")]
)
def test_the_impact_says_what_kind_of_message_it_is(post: Post, impact: e.Impact, tone: str) -> None:
    with Raw() as server:
        post.configure(to(server), use="apprise_public")
        incident = post.declare()
        _say(post, incident.id, "Some orders fail.", impact=impact)
        post.deliver(incident)
    assert [m["type"] for m in posted(server)] == [tone]


def test_no_internal_word_leaves(post: Post, mailbox: Mailbox) -> None:
    """Everything that a responder can write holds the word; customers are told twice."""
    word = "zzinternal"
    with Raw() as server:
        post.configure(to(server), mailbox.url(), use="apprise_public")
        service = post.service
        incident = post.declare(f"{word} title", services=(word,), severity="sev1")
        service.acknowledge(incident.id, act(word))
        stage.update(service, incident, f"{word} update", title=f"{word} again")
        service.note(incident.id, f"{word} note", act(word))
        service.assign(incident.id, word, word, act(word))
        service.add_link(incident.id, "post", stage.link(word, word), act(word))
        _say(post, incident.id, "Some orders fail.")
        deliver(service, incident)
        service.resolve(incident.id, f"{word} end", act(word))
        service.reopen(incident.id, f"{word} back", act(word))

        def writing(pen: Pen) -> None:
            pen.add(
                e.PostmortemPublished(
                    **pen.stamp(), document=word, url=f"https://{word}/", public_section="A disk was full."
                )
            )

        service.write(incident.id, act(word), writing)
        assert post.deliver(incident).state == "done"
    sent = b"".join(server.requests) + b"".join(mail.as_bytes() for mail in mailbox.mails)
    assert (len(server.requests), len(mailbox.mails)) == (2, 2)
    assert b"Some orders fail." in sent
    for internal in (word, "INC-1", "sev1", "dana", str(incident.id)):
        assert internal.encode() not in sent


def test_nobody_is_sent_words_of_which_nobody_is_to_be_notified(post: Post) -> None:
    with Raw() as server:
        post.configure(to(server), use="apprise_public")
        incident = post.declare()
        _say(post, incident.id, "Some orders fail.", notify=False)
        ended = post.deliver(incident)
    assert (ended.state, ended.reason) == ("skipped", "nobody is to be notified of these words")
    assert server.requests == []


def test_the_two_hear_of_different_hooks(post: Post) -> None:
    post.configure("json://127.0.0.1/hook", use="apprise_public")
    hooks = {"check", "public_update", "public_correction", "public_postmortem"}
    assert Registry(post.service.config).load("post").hooks == hooks


def test_customers_hear_of_an_exercise_only_where_that_is_configured(post: Post) -> None:
    with Raw() as server:
        post.configure(to(server), use="apprise_public")
        incident = post.declare(drill=True)
        _say(post, incident.id, "Some orders fail.")
        deliver(post.service, incident)
        assert server.requests == []
        post.configure(to(server), use="apprise_public", **{"when.drills": True})
        incident = post.declare("Another", drill=True)
        _say(post, incident.id, "Some orders fail.")
        deliver(post.service, incident)
    assert [m["title"] for m in posted(server)] == ["[Exercise] Checkout: service disruption"]
