"""The stand-in, as somebody meets it who talks to it without the plugin; and the command with it."""

import time
from collections.abc import Iterator
from typing import Any, cast

import pytest
import requests

from chatops.sandbox import Sandbox
from chatops_webhook.sandbox import WebhookPublicStandIn, WebhookStandIn
from chatops_webhook.signing import key_of, signed
from tests.kit import Cli
from tests.plugins.test_webhook_support import SECRET, TOKEN


class Sender:
    """Posts to the stand-in over HTTP."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.receiver = cast("WebhookStandIn", sandbox.standins["webhook"])

    def post(
        self,
        body: bytes = b'{"type": "declared"}',
        *,
        known: str = "m1",
        secret: str = SECRET,
        ago: int = 0,
        place: str = "/x",
        headers: dict[str, str] | None = None,
    ) -> requests.Response:
        signature = signed([key_of(secret)], known, int(time.time()) - ago, body)
        said = {"Authorization": f"Bearer {TOKEN}", **signature, **(headers or {})}
        return requests.post(f"{self.receiver.url}{place}", data=body, headers=said, timeout=5)


@pytest.fixture
def sender() -> Iterator[Sender]:
    with Sandbox(only=[WebhookStandIn]) as sandbox:
        yield Sender(sandbox)


def test_a_signed_message_is_taken_once_however_often_it_comes(sender: Sender) -> None:
    assert sender.post().json() == {"received": "m1", "copy": False}
    assert sender.post().json() == {"received": "m1", "copy": True}
    assert sender.post(place="/y").json()["copy"] is False
    assert sender.post(known="m2", place="").json()["copy"] is False
    assert [(one.id, one.place, one.copies) for one in sender.receiver.received] == [
        ("m1", "x", 1),
        ("m1", "y", 0),
        ("m2", "", 0),
    ]
    assert sender.receiver.received[0].data == {"type": "declared"}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"headers": {"Authorization": "Bearer x"}}, "the token is not known"),
        ({"secret": "whsec_" + "A" * 40}, "no signature matches"),
        ({"headers": {"webhook-signature": ""}}, "no signature matches"),
        ({"headers": {"webhook-signature": "v1,äöü"}}, "no signature matches"),
        ({"headers": {"webhook-id": "another"}}, "no signature matches"),
        ({"ago": 301}, "the message is too old, or of no time"),
        ({"ago": -310}, "the message is too old, or of no time"),
        ({"headers": {"webhook-timestamp": "soon"}}, "the message is too old, or of no time"),
        ({"headers": {"webhook-timestamp": ""}}, "the message is too old, or of no time"),
    ],
)
def test_what_is_not_signed_or_not_fresh_is_refused(sender: Sender, more: Any, words: str) -> None:
    refused = sender.post(**more)
    assert (refused.status_code, refused.json()) == (401, {"error": words})
    assert sender.receiver.received == []


def test_a_message_that_was_overheard_cannot_be_sent_later(sender: Sender) -> None:
    assert sender.post(ago=200).ok
    sender.receiver.now = lambda: time.time() + 200
    assert sender.post(ago=200).status_code == 401


def test_only_posts_are_taken(sender: Sender) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}", **signed([key_of(SECRET)], "m", int(time.time()), b"")}
    assert requests.get(f"{sender.receiver.url}/x", headers=headers, timeout=5).status_code == 405


def test_the_panel_shows_the_newest_messages_and_no_markup_of_theirs(sender: Sender) -> None:
    assert sender.receiver.panels() == {}
    sender.post(b'{"type": "<i>declared</i>", "text": "</pre><script>"}')
    sender.post(b"<b>plain</b> \xff", known="m2", headers={"Content-Type": "text/plain"})
    sender.post(b"<b>plain</b> \xff", known="m2", headers={"Content-Type": "text/plain"})
    panel = sender.receiver.panels()["Webhooks"]
    assert "&lt;i&gt;declared&lt;/i&gt;" in panel
    assert "&lt;/pre&gt;&lt;script&gt;" in panel
    assert "&lt;b&gt;plain&lt;/b&gt;" in panel
    assert "came 2 times" in panel
    assert panel.index("plain") < panel.index("declared")
    for number in range(60):
        sender.post(known=f"n{number}")
    assert sender.receiver.panels()["Webhooks"].count("<details>") == 50


def test_a_rehearsal_takes_any_message(sender: Sender) -> None:
    from werkzeug.test import EnvironBuilder
    from werkzeug.wrappers import Request

    standin = WebhookStandIn(rehearsing=True)
    for path in ("/", "/services/T00/B00/xyz"):
        builder = EnvironBuilder(path=path, method="POST", data=b"text")
        assert standin.respond(Request(builder.get_environ())).status_code == 200


def test_the_command_posts_what_it_does(cli: Cli) -> None:
    with Sandbox(only=[WebhookStandIn, WebhookPublicStandIn]) as sandbox:
        cli.configure(sandbox.config())
        cli("declare", "Checkout returns 500s")
        cli("note", "INC-1", "The cache is empty.")
        cli("public", "post", "INC-1", "We are looking.")
        cli("resolve", "INC-1", "--message", "Over.")
        internal, public = (cast("WebhookStandIn", standin) for standin in sandbox.standins.values())
    kinds = [one.data["type"] for one in internal.received]
    assert kinds == ["declared", "note_added", "public_update_published", "resolved"]
    assert [one.data["type"] for one in public.received] == ["public_update"]
    assert len(set(internal.made())) == 4


def test_the_command_tells_no_secret_not_even_of_an_address(sender: Sender, cli: Cli) -> None:
    settings = sender.receiver.settings()
    url = f'url = "{sender.receiver.url}/events"'
    hidden = 'secret_url = { env = "HOOK" }'
    cli.configure(settings.replace(url, hidden))
    env = {"HOOK": f"{sender.receiver.url}/hidden-path-7?key=hidden-query-7", "CHATOPS_DEBUG": "1"}
    ended = [cli("declare", "Checkout returns 500s", env=env)]
    sender.receiver.token = "another"
    ended.append(cli("note", "INC-1", "The cache is empty.", env=env, code=None, trace=True))
    ended.append(cli("note", "INC-1", "Really.", "--dry-run", env=env, code=None, trace=True))
    ended.append(cli("deliveries", "INC-1", env=env, code=None, trace=True))
    assert [one.place for one in sender.receiver.received] == ["hidden-path-7"]
    told = "".join(one.out + one.err for one in ended)
    assert "plugins.webhook.secret_url" in told
    assert [word for word in ("hidden-path-7", "hidden-query-7", SECRET, TOKEN) if word in told] == []
