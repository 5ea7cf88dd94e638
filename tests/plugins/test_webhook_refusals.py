"""What a receiver will not take is said in words that name the setting; a secret is in none of them."""

import logging
import traceback
from typing import Any

import pytest

from chatops.sandbox import Fault
from chatops.sandbox.rehearsal import Rehearsal
from tests.plugins.test_webhook_support import SECRET, TOKEN, Hooked, a_webhook
from tests.stage import again, declare
from tests.wire import Raw, says

webhook = a_webhook
HELD = "plugins.webhook.secret or plugins.webhook.headers"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (301, "failed: plugins.webhook.url: write the address that it redirects to. "),
        (304, "failed: plugins.webhook.url: the receiver answered 304 to a POST."),
        (307, "failed: plugins.webhook.url: write the address that it redirects to. "),
        (400, "failed: plugins.webhook: the delivery was not taken. (POST http://127.0.0.1:"),
        (401, f"failed: {HELD}: the receiver does not accept what is sent. "),
        (403, f"failed: {HELD}: the receiver does not accept what is sent. "),
        (404, "failed: plugins.webhook.url: there is nothing at this address. "),
        (405, "failed: plugins.webhook.url: nobody takes a POST at this address. "),
        (410, "failed: plugins.webhook.url: the receiver says that it is gone for good, and wants nothing"),
        (413, "failed: plugins.webhook.max_bytes: the body is too long for the receiver. "),
        (415, "failed: plugins.webhook.content_type: the receiver does not take this type. "),
        (429, "retry: POST "),
        (500, "unconfirmed: POST "),
        (502, "unconfirmed: POST "),
        (503, "unconfirmed: POST "),
        (504, "unconfirmed: POST "),
    ],
)
def test_each_answer_becomes_what_it_means(webhook: Hooked, status: int, words: str) -> None:
    webhook.plan(Fault(kind="status", status=status, times=None))
    said = webhook.ended()
    assert said.startswith(words)
    assert status == 304 or f"was answered {status} " in said
    assert webhook.receiver.received == []


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_every_kind_of_yes_is_one(webhook: Hooked, status: int) -> None:
    webhook.plan(Fault(kind="status", status=status))
    assert webhook.ended() == "done"


def test_gone_is_told_of_without_a_promise_that_recreate_would_help(webhook: Hooked) -> None:
    webhook.plan(Fault(kind="status", status=410, times=None))
    incident = declare(webhook.service)
    (failed,) = webhook.deliver(incident)
    assert "--recreate does nothing here" in failed.reason
    assert "makes a new one" not in failed.reason


def test_after_a_refusal_the_receiver_is_not_asked_again_by_itself(webhook: Hooked) -> None:
    webhook.plan(Fault(kind="status", status=401))
    incident = declare(webhook.service)
    webhook.deliver(incident)
    assert len(webhook.asked()) == 1
    webhook.deliver(incident)
    assert webhook.asked() == []
    again(webhook.service, incident)
    assert [one.data["type"] for one in webhook.received()] == ["declared"]


def test_a_receiver_that_is_busy_for_a_moment_is_waited_for(webhook: Hooked) -> None:
    webhook.plan(Fault(kind="status", status=429, retry_after="0"))
    assert webhook.ended() == "done"
    assert [one.status for one in webhook.asked()] == [429, 200]
    (one,) = webhook.received()
    assert one.copies == 0


@pytest.mark.parametrize(
    ("setting", "old", "new"),
    [("secret", SECRET, "whsec_" + "A" * 40), ("headers", TOKEN, "expired-token-7")],
)
def test_what_is_not_accepted_is_named(webhook: Hooked, setting: str, old: str, new: str) -> None:
    webhook.configure(old, new)
    said = webhook.ended()
    assert said.startswith("failed: ")
    assert f"plugins.webhook.{setting}" in said
    assert new not in said


def test_a_receiver_that_wants_credentials_where_there_are_none_is_told_of(webhook: Hooked) -> None:
    webhook.service = webhook.make(
        f'[plugins.webhook]\nurl = "{webhook.url}"\nallow_private = true'  # and nothing else
    )
    assert webhook.ended().startswith(
        "failed: plugins.webhook.secret: the receiver wants one, or headers. (POST http://127.0.0.1:"
    )


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (f'["echo", "{SECRET}"]', '["false"]', "secret: the secret from command false cannot be read"),
        (SECRET, "whsec_no!base64", "secret: behind whsec_ has to stand base64; make one"),
        (SECRET, "whsec_c2hvcnQ=", "secret: a secret has at least 24 bytes; make one"),
        (SECRET, "short", "secret: a secret has at least 24 bytes; make one"),
        (f'["echo", "Bearer {TOKEN}"]', '["false"]', "headers.Authorization: the secret from command false"),
        (f"Bearer {TOKEN}", "Bearer tökén", "headers.Authorization: the secret has characters that a header"),
        (f"Bearer {TOKEN}", "a\\nHost: b", "headers.Authorization: the secret has characters that a header"),
    ],
)
def test_a_secret_that_cannot_be_used_is_named_before_anything_is_sent(
    webhook: Hooked, old: str, new: str, words: str
) -> None:
    webhook.configure(old, new)
    assert webhook.ended().startswith(f"failed: plugins.webhook.{words}")
    assert webhook.asked() == []
    found = [f"{f.setting}: {f.problem}".removeprefix("plugins.webhook.") for f in webhook.check()]
    assert [one[: len(words)] for one in found] == [words]


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind="status", status=500, times=None),
        Fault(kind="status", status=400, times=None),
        Fault(kind="status", status=301, times=None),
        Fault(kind="drop_before", times=None),
        Fault(kind="drop_after", times=None),
        Fault(kind="garbage", times=None, content_type="text/plain", body=f"token {TOKEN}? {SECRET}"),
    ],
)
def test_no_secret_is_told(webhook: Hooked, fault: Fault, caplog: pytest.LogCaptureFixture) -> None:
    kept = f'secret_url = {{ command = ["echo", "{webhook.url}/hidden-path-7?key=hidden-query-7"] }}'
    webhook.configure(f'url = "{webhook.url}"', kept)
    hidden = (SECRET, SECRET[6:], TOKEN, "hidden-path-7", "hidden-query-7")
    with caplog.at_level(logging.DEBUG, "chatops"):
        sent = webhook.rehearse(declare(webhook.service))
        incident = declare(webhook.service, "Another")
        webhook.plan(fault)
        (ended,) = webhook.deliver(incident)
    assert len(sent) == 1
    told = caplog.text + repr(ended) + repr(sent) + repr(webhook.service.config)
    assert [secret for secret in hidden if secret in told] == []


def test_a_token_that_the_receiver_quotes_is_not_told(webhook: Hooked) -> None:
    quoting = says("quoted-token-7, of 'Token quoted-token-7', is unknown", "401 No", kind="text/plain")
    with Raw(quoting) as remote:
        settings = webhook.sandbox.config().replace(webhook.url, remote.url, 1)
        more = 'headers.X-Token = { command = ["echo", "Token quoted-token-7"] }\nallow_private = true'
        webhook.service = webhook.make(settings.replace("allow_private = true", more, 1))
        said = webhook.ended()
    assert said.endswith("was answered 401 No: ***, of '***', is unknown)")
    assert b"X-Token: Token quoted-token-7" in remote.requests[0]


def test_a_token_in_a_secret_address_that_the_receiver_quotes_is_not_told(webhook: Hooked) -> None:
    said = "token T0ken+7of/you (T0ken%2B7of%2Fyou), key Qu3ryT0ken, in channel alerts"
    with Raw(says(said, "404 No", kind="text/plain")) as remote:
        url = f"{remote.url}/hooks/alerts/T0ken%2B7of%2Fyou?key=Qu3ryT0ken"
        webhook.configure(f'url = "{webhook.url}"', f'secret_url = {{ command = ["echo", "{url}"] }}')
        assert webhook.ended().endswith("404 No: token *** (***), key ***, in channel alerts)")


def test_no_secret_is_in_what_is_raised(webhook: Hooked) -> None:
    from chatops_webhook.sending import Sending
    from chatops_webhook.settings import WebhookConfig
    from tests.kit import http

    webhook.plan(Fault(kind="status", status=401, times=None))
    made = webhook.service.config.plugin_settings("webhook", _plugin()).config
    assert isinstance(made, WebhookConfig)
    with pytest.raises(Exception, match="does not accept") as wrong:
        Sending(made, http(), "webhook").send({"id": "x"}, "x")
    said = "".join(traceback.format_exception(wrong.value)) + repr(vars(wrong.value)) + repr(made)
    assert [secret for secret in (SECRET, TOKEN) if secret in said] == []


def _plugin() -> Any:
    from chatops_webhook import Webhook

    return Webhook


def test_an_address_that_is_secret_is_posted_to(webhook: Hooked) -> None:
    webhook.configure(f'url = "{webhook.url}"', f'secret_url = {{ command = ["echo", "{webhook.url}?k=1"] }}')
    assert webhook.ended() == "done"
    assert [one.query for one in webhook.asked()] == ["k=1"]
    webhook.plan(Fault(kind="status", status=404))
    assert webhook.ended("Another").startswith("failed: plugins.webhook.secret_url: there is nothing")


@pytest.mark.parametrize("url", ["ftp://secret-host.example/", "secret-host", "https://secret-host/#"])
def test_an_address_that_is_secret_and_none_is_told_of_without_it(webhook: Hooked, url: str) -> None:
    webhook.configure(f'url = "{webhook.url}"', f'secret_url = {{ command = ["echo", "{url}"] }}')
    said = webhook.ended()
    assert said.startswith("failed: plugins.webhook.secret_url: write an address such as https://")
    assert "secret-host" not in said


def test_a_dry_run_is_refused_what_the_delivery_would_be(webhook: Hooked) -> None:
    from chatops.engine.local import LocalEngine

    webhook.configure(SECRET, "short")
    incident = declare(webhook.service)
    engine = LocalEngine(webhook.service.store, webhook.service.config, Rehearsal())
    assert [one.state for one in engine.start(incident.id)] == ["failed"]
