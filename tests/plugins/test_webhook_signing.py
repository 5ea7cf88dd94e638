"""Signatures are those of Standard Webhooks, and the README says how to verify them."""

import json
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from chatops.sandbox import Fault
from chatops_webhook import sending
from chatops_webhook.signing import key_of, message_id, signed
from tests.plugins.test_webhook_support import SECRET, Hooked, a_webhook
from tests.stage import again, declare

webhook = a_webhook
README = Path(__file__).parents[2] / "plugins" / "webhook" / "README.md"
#: Of the test vector that the libraries of Standard Webhooks share.
VECTOR = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OLD, NEW = "whsec_YW4tb2xkLXNlY3JldC1vZi0yNC1ieXRl", "a plain text of some length, ünïcode"


def example(language: str) -> str:
    """The README's example in this language."""
    (found,) = re.findall(rf"```{language}\n(.*?)```", README.read_text(), re.DOTALL)
    return str(found)


def verified_in_python(body: bytes, headers: dict[str, str], secret: str) -> bool:
    space: dict[str, Any] = {}
    exec(example("python"), space)
    return bool(space["verified"](body, headers, secret))


def verified_in_node(body: bytes, headers: dict[str, str], secret: str) -> bool:
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no node here")
    call = "console.log(verified(Buffer.from(body), headers, secret))"
    given = f"const [body, headers, secret] = {json.dumps([list(body), headers, secret])};"
    done = subprocess.run(
        [node, "-e", f"{example('javascript')}{given}{call}"], capture_output=True, text=True, check=True
    )
    return done.stdout.strip() == "true"


VERIFIERS = pytest.mark.parametrize("verified", [verified_in_python, verified_in_node])
Verified = Callable[[bytes, dict[str, str], str], bool]


def sent(webhook: Hooked) -> tuple[bytes, dict[str, str]]:
    """The body and the headers of the only message, as a receiver has them."""
    (asked,) = [one for one in webhook.asked() if one.method == "POST"]
    return asked.body, {name.lower(): value for name, value in asked.headers.items()}


def test_the_shared_test_vector_comes_out() -> None:
    body = b'{"test": 2432232314}'
    headers = signed([key_of(VECTOR)], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_an_id_has_no_full_stop() -> None:
    assert message_id("01938a3e-0000-7000-8000-000000000001.my-hook_2") == (
        "01938a3e-0000-7000-8000-000000000001_my-hook_2"
    )


@VERIFIERS
@pytest.mark.parametrize("secret", [SECRET, OLD, NEW])
def test_a_message_is_verified_as_the_readme_says(webhook: Hooked, verified: Verified, secret: str) -> None:
    webhook.configure(SECRET, secret)
    webhook.receiver.secrets = [secret]
    assert webhook.ended("Checkout ist kaputt 🔥") == "done"
    body, headers = sent(webhook)
    assert verified(body, headers, secret)
    assert not verified(body, headers, "whsec_" + "A" * 40)
    assert not verified(body + b" ", headers, secret)
    assert not verified(body, headers | {"webhook-id": "another"}, secret)
    assert not verified(body, headers | {"webhook-signature": "v1,AAAA v2,x v1a, ü"}, secret)
    early = str(int(headers["webhook-timestamp"]) - 1)
    assert not verified(body, headers | {"webhook-timestamp": early}, secret)


@VERIFIERS
def test_an_old_message_is_not_verified_whoever_signed_it(verified: Verified) -> None:
    assert not verified(b"{}", signed([key_of(SECRET)], "x", 1614265330, b"{}"), SECRET)
    assert not verified(b"{}", signed([key_of(SECRET)], "x", 2**40, b"{}"), SECRET)


@VERIFIERS
def test_while_a_secret_is_changed_either_verifies(webhook: Hooked, verified: Verified) -> None:
    webhook.configure(
        f'secret = {{ command = ["echo", "{SECRET}"] }}',
        f'secret = {{ command = ["echo", "{NEW}"] }}\nold_secrets = [{{ command = ["echo", "{OLD}"] }}]',
    )
    webhook.receiver.secrets = [NEW]
    assert webhook.ended() == "done"
    webhook.receiver.secrets = [OLD]
    body, headers = sent(webhook)
    assert webhook.ended("Another") == "done"
    assert len(headers["webhook-signature"].split()) == 2
    assert verified(body, headers, OLD)
    assert verified(body, headers, NEW)
    assert not verified(body, headers, SECRET)


def test_an_old_secret_that_cannot_be_used_is_named(webhook: Hooked) -> None:
    webhook.set('old_secrets = [{ command = ["echo", "short"] }]')
    said = "plugins.webhook.old_secrets[0]: a secret has at least 24 bytes"
    assert webhook.ended().startswith(f"failed: {said}")
    (found,) = webhook.check()
    assert f"{found.setting}: {found.problem}".startswith(said)


def test_without_a_secret_nothing_is_signed(webhook: Hooked) -> None:
    table = f'[plugins.webhook]\nurl = "{webhook.url}"\nallow_private = true\n'
    webhook.service = webhook.make(table)
    assert webhook.ended().startswith("failed: ")
    _, headers = sent(webhook)
    assert "webhook-signature" not in headers
    assert headers["webhook-id"].endswith("_webhook")


def test_each_attempt_has_its_own_time_and_the_same_id(
    webhook: Hooked, monkeypatch: pytest.MonkeyPatch
) -> None:
    webhook.plan(Fault(kind="drop_after"))
    incident = declare(webhook.service)
    webhook.deliver(incident)
    now = time.time()
    monkeypatch.setattr(sending, "time", SimpleNamespace(time=lambda: now + 100))
    again(webhook.service, incident)
    first, second = webhook.asked()
    assert first.body == second.body
    name = "Webhook-Id"
    assert first.headers[name] == second.headers[name]
    assert int(second.headers["Webhook-Timestamp"]) - int(first.headers["Webhook-Timestamp"]) in {99, 100}
