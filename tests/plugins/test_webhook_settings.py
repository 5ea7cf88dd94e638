"""Settings that cannot be are refused in words, and `check` finds those that cannot work."""

from typing import Any

import pytest

from chatops.config import load
from chatops.values import Secret
from chatops_webhook import Webhook, WebhookConfig, WebhookPublic, WebhookPublicConfig
from tests.kit import Cli
from tests.plugins.test_webhook_support import SECRET, TOKEN, Hooked, a_webhook

webhook = a_webhook
KEPT = Secret("test", lambda: "x")
GOOD = "https://hooks.example.com/chatops"


@pytest.mark.parametrize(
    "url",
    [
        GOOD,
        "https://hooks.example.com",
        "https://hooks.example.com:8443/a/b?c=d&e=%20",
        "https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]:8443/",
        "https://bücher.example/x",
        "https://hooks_internal.example/x",
    ],
)
def test_an_address_is_taken(url: str) -> None:
    assert WebhookConfig(url=url).url == url


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "url: write the address to post to, or where it is kept: secret_url"),
        ("hooks.example.com", "url: write an address such as https://"),
        ("ftp://hooks.example.com/", "url: write an address such as https://"),
        ("file:///etc/passwd", "url: write an address such as https://"),
        ("https://", "url: write an address such as https://"),
        ("https://user:pass@hooks.example.com/", "without a user and password, which belong into headers"),
        ("https://a.example\\@b.example/", "url: write an address such as https://"),
        ("https://a.example\\b.example/", "url: write the name or the IP address of a host"),
        ("https://hooks.example.com/#part", "without a #"),
        ("https://hooks.example.com/a b", "of letters that an address may have"),
        ("https://hooks.example.com/\r\nHost: x", "of letters that an address may have"),
        ("https://hooks .example.com/", "url: write the name or the IP address of a host"),
        ("https://hooks.example.com:99999/", "a port from 0 to 65535"),
        ("https://hooks.example.com:abc/", "url: write the name or the IP address of a host"),
        ("https://[::1/", "url: write the name or the IP address of a host"),
        ("https://[fe80::1%25eth0]/", "url: write the name or the IP address of a host"),
        ("http://hooks.example.com/", "url: write https; http is for private addresses alone, where"),
    ],
)
def test_an_address_that_is_none_is_refused(url: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        WebhookConfig(url=url)


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("secret_url", KEPT, "url: write the address to post to, or where it is kept"),
        ("old_secrets", (KEPT,), "old_secrets: they sign beside a secret; write that, too"),
        ("headers", {"X Y": KEPT}, "headers: 'X Y' cannot be a header's name"),
        ("headers", {"Content-Type": KEPT}, "headers: Content-Type is set by the delivery itself"),
        ("headers", {"Webhook-Signature": KEPT}, "headers: Webhook-Signature is set by the delivery itself"),
        ("events", ("declare",), "there is no kind 'declare'. Did you mean 'declared'. There are: declared,"),
        ("events", ("xyz",), "events: there is no kind 'xyz'. There are: declared, acknowledged,"),
        ("events", ("opaque",), "there is no kind 'opaque'"),
        ("content_type", "text", "content_type: write one such as \"application/json\", not 'text'"),
        ("content_type", "a/b\r\nX: y", "content_type: write one such as"),
        ("content_type", "téxt/json", "content_type: write one such as"),
        ("content_type", "text/plain", "content_type: without a template the body is JSON; write a template"),
        ("template", "{{ text", "template: line 1: "),
        ("max_bytes", 100, "max_bytes: write a number from 4096 to 16777216, not 100"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(setting: str, value: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words.replace("(", r"\(").replace("?", r"\?")):
        WebhookConfig(**{"url": GOOD, setting: value})


def test_each_class_has_kinds_of_its_own() -> None:
    assert WebhookPublicConfig(url=GOOD, events=("public_update",)).wanted == ("public_update",)
    with pytest.raises(
        ValueError, match=r"there is no kind 'note_added'. There are: public_update, public_co"
    ):
        WebhookPublicConfig(url=GOOD, events=("note_added",))
    with pytest.raises(ValueError, match=r"there is no kind 'public_update'. Did you mean .public_update"):
        WebhookConfig(url=GOOD, events=("public_update",))


def test_the_readme_names_every_kind_and_every_setting() -> None:
    from tests.plugins.test_webhook_signing import README

    text = README.read_text()
    names = [*WebhookConfig(url=GOOD).kinds, *WebhookPublicConfig(url=GOOD).kinds]
    assert [name for name in (*names, *WebhookConfig.__struct_fields__) if f"`{name}`" not in text] == []


def test_neither_class_promises_what_it_cannot_keep() -> None:
    for plugin in (Webhook, WebhookPublic):
        assert (plugin.own_transport, plugin.at_least_once) == (False, True)
    assert (Webhook.public, WebhookPublic.public, WebhookPublic.drills) == (False, True, False)


def test_what_works_is_not_found_wrong(webhook: Hooked) -> None:
    assert webhook.check() == []
    assert webhook.check_of("webhook_public") == []
    assert webhook.asked() == []


def test_everything_that_is_wrong_is_found_at_once(webhook: Hooked) -> None:
    settings = webhook.sandbox.config().partition("[plugins.webhook_public]")[0]
    settings = settings.replace(SECRET, "short").replace(f'["echo", "Bearer {TOKEN}"]', '["false"]')
    settings = settings.replace("http:", "https:").replace("allow_private = true", "max_bytes = 4096")
    webhook.service = webhook.make(settings + 'template = "{{ nothing }}"\nevents = ["resolved"]')
    found = {finding.setting: finding.problem for finding in webhook.check()}
    assert list(found) == [
        f"plugins.webhook.{n}" for n in ("url", "secret", "headers.Authorization", "template")
    ]
    assert found["plugins.webhook.template"].startswith("for resolved: line 1: 'nothing' is undefined")


def test_doctor_and_the_settings_that_are_shown_tell_no_secret(webhook: Hooked, cli: Cli) -> None:
    cli.configure(webhook.sandbox.config().replace(SECRET, "short-secret-7"))
    done = cli.here("doctor", code=5)
    assert "plugins.webhook.secret: a secret has at least 24 bytes" in " ".join(done.out.split())
    shown = cli.here("config", "show")
    assert "allow_private = true" in shown.out
    for text in (done.out, done.err, shown.out, shown.err):
        assert "short-secret-7" not in text
        assert TOKEN not in text


def test_a_secret_is_not_written_into_the_configuration(cli: Cli) -> None:
    path = cli.configure(f'[plugins.webhook]\nurl = "{GOOD}"\nheaders.X-Token = "plain-token-7"\n')
    cli.configure(path.read_text())
    assert load(path).instances
    done = cli.here("doctor", code=None)
    assert "a secret is not written into the configuration" in " ".join((done.out + done.err).split())
    assert "plain-token-7" not in done.out + done.err
