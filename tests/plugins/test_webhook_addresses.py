"""Nobody makes us post into our own network: every address that a name stands for is looked at."""

import ipaddress
import socket
import ssl
from pathlib import Path
from typing import Any

import pytest
import trustme

from chatops.errors import Unavailable
from chatops_webhook import addresses, sending
from chatops_webhook.addresses import Forbidden, allowed, kind_of
from tests.plugins.test_webhook_support import Hooked, a_webhook
from tests.stage import again, declare
from tests.wire import Raw, says

webhook = a_webhook


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("93.184.215.14", "public"),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", "public"),
        ("64:ff9b::5db8:d70e", "public"),
        ("::ffff:93.184.215.14", "public"),
        ("127.0.0.1", "private"),
        ("127.8.9.10", "private"),
        ("10.1.2.3", "private"),
        ("172.31.0.1", "private"),
        ("192.168.1.1", "private"),
        ("100.64.0.1", "private"),
        ("::1", "private"),
        ("fd00::7", "private"),
        ("::ffff:127.0.0.1", "private"),
        ("::ffff:10.0.0.1", "private"),
        ("64:ff9b::a00:1", "private"),
        ("2002:a00:1::1", "private"),
        ("169.254.169.254", "never"),
        ("100.100.100.200", "never"),
        ("fd00:ec2::254", "never"),
        ("fd20:ce::254", "never"),
        ("::ffff:169.254.169.254", "never"),
        ("64:ff9b::a9fe:a9fe", "never"),
        ("2002:a9fe:a9fe::1", "never"),
        ("fe80::1", "never"),
        ("fec0::1", "never"),
        ("0.0.0.0", "never"),
        ("0.1.2.3", "never"),
        ("::", "never"),
        ("::7f00:1", "never"),
        ("224.0.0.1", "never"),
        ("ff02::1", "never"),
        ("240.0.0.1", "never"),
        ("255.255.255.255", "never"),
    ],
)
def test_every_address_is_of_a_kind(address: str, kind: str) -> None:
    assert kind_of(ipaddress.ip_address(address)) == kind


def refusal(url: str, *, private: bool, by_proxy: bool = False) -> str:
    """Why nothing may be posted there; empty where it may."""
    try:
        allowed(url, allow_private=private, by_proxy=by_proxy)
    except Forbidden as error:
        return str(error)
    return ""


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Names and what they stand for; no other name is known."""
    known: dict[str, list[str]] = {}
    real = socket.getaddrinfo

    def found(host: Any, port: Any, *args: Any, **more: Any) -> list[Any]:
        if host in known:
            return [answer for address in known[host] for answer in real(address, port, *args, **more)]
        if isinstance(host, str) and host.replace(".", "").isdigit():
            return real(host, port, *args, **more)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", found)
    return known


@pytest.mark.parametrize(
    ("url", "private", "problem"),
    [
        ("https://127.0.0.1/", False, "127.0.0.1 is a private address; where that is meant, set"),
        ("https://[::1]:8443/", False, "::1 is a private address"),
        ("https://0x7f.1/", False, "0x7f.1 (127.0.0.1) is a private address"),
        ("https://2130706433/", False, "2130706433 (127.0.0.1) is a private address"),
        ("https://169.254.169.254/latest/meta-data/", False, "169.254.169.254 is no address to post to"),
        ("https://169.254.169.254/latest/meta-data/", True, "169.254.169.254 is no address to post to"),
        ("http://[::ffff:169.254.169.254]/", True, "::ffff:169.254.169.254"),
        ("https://mixed.example/", False, "mixed.example (10.0.0.7) is a private address"),
        ("https://mixed.example/", True, ""),
        ("https://cloud.example/", True, "cloud.example (169.254.169.254) is no address to post to"),
        ("https://public.example/", False, ""),
        ("https://public.example/", True, ""),
        ("http://public.example/", True, "public.example (93.184.215.14) is a public address: write https"),
        ("http://mixed.example/", True, "mixed.example (93.184.215.14) is a public address: write https"),
        ("http://127.0.0.1:8080/", True, ""),
    ],
)
def test_what_may_not_be_posted_to_is_refused(
    names: dict[str, list[str]], url: str, private: bool, problem: str
) -> None:
    names["public.example"] = ["93.184.215.14"]
    names["mixed.example"] = ["93.184.215.14", "10.0.0.7"]
    names["cloud.example"] = ["169.254.169.254"]
    names["0x7f.1"] = names["2130706433"] = ["127.0.0.1"]
    said = refusal(url, private=private)
    assert said.startswith(problem)
    assert bool(said) == bool(problem)


def test_a_name_that_is_not_known_now_may_be_later(names: dict[str, list[str]]) -> None:
    with pytest.raises(Unavailable, match=r"^gone.example cannot be resolved: Name or service not known.$"):
        refusal("https://gone.example/", private=False)
    with pytest.raises(Unavailable, match="cannot be resolved"):
        refusal(f"https://{'a' * 64}.example/", private=False)


def test_behind_a_proxy_only_what_stands_in_the_address_is_judged(names: dict[str, list[str]]) -> None:
    assert refusal("https://gone.example/", private=False, by_proxy=True) == ""
    assert "is no address" in refusal("https://169.254.169.254/", private=True, by_proxy=True)
    assert "is a private" in refusal("https://10.0.0.1/", private=False, by_proxy=True)
    for written in ("2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "169.254.43518", "169.254.169.254."):
        said = refusal(f"https://{written}/", private=True, by_proxy=True)
        assert said.startswith(f"{written} (169.254.169.254) is no address")
    said = refusal("http://gone.example/", private=True, by_proxy=True)
    assert said.startswith("write https, or name the host in NO_PROXY")


def test_a_private_address_is_posted_to_only_where_that_is_allowed(webhook: Hooked) -> None:
    private = f'url = "{webhook.url}"'
    config = webhook.sandbox.config().replace(private, private.replace("http:", "https:"), 1)
    webhook.service = webhook.make(config.replace("allow_private = true", "", 1))
    said = webhook.ended()
    assert said.startswith("failed: plugins.webhook.url: 127.0.0.1 is a private address; where that is meant")
    assert [(f.setting, f.problem[:30]) for f in webhook.check()] == [
        ("plugins.webhook.url", "127.0.0.1 is a private address")
    ]
    assert webhook.asked() == []


def test_a_name_is_looked_at_before_every_attempt(webhook: Hooked, names: dict[str, list[str]]) -> None:
    webhook.configure(webhook.url, webhook.url.replace("127.0.0.1", "hook.example"))
    incident = declare(webhook.service)
    (first,) = webhook.deliver(incident)
    assert (first.state, first.reason) == (
        "retry",
        "hook.example cannot be resolved: Name or service not known.",
    )
    assert webhook.check()[0].problem == "hook.example cannot be resolved: Name or service not known"
    names["hook.example"] = ["169.254.169.254"]
    (second,) = again(webhook.service, incident)
    assert second.reason.startswith("plugins.webhook.url: hook.example (169.254.169.254) is no address to")
    names["hook.example"] = ["127.0.0.1"]
    (third,) = again(webhook.service, incident)
    assert (third.state, len(webhook.received())) == ("done", 1)


def test_without_a_certificate_the_address_that_was_looked_at_is_asked(
    webhook: Hooked, names: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that turns to another address between the look and the connection leads nowhere else."""
    names["hook.example"] = ["127.0.0.1"]
    webhook.configure(webhook.url, webhook.url.replace("127.0.0.1", "hook.example"))
    there = addresses.allowed

    def turning(url: str, **how: bool) -> Any:
        found = there(url, **how)
        names["hook.example"] = ["127.0.0.2"]
        return found

    monkeypatch.setattr(sending, "allowed", turning)
    assert webhook.ended() == "done"
    port = webhook.receiver.url.rpartition(":")[2].partition("/")[0]
    assert [one.headers["Host"] for one in webhook.asked()] == [f"hook.example:{port}"]


def test_of_several_addresses_the_first_of_ipv4_is_asked(
    webhook: Hooked, names: dict[str, list[str]]
) -> None:
    names["hook.example"] = ["::1", "127.0.0.1"]
    webhook.configure(webhook.url, webhook.url.replace("127.0.0.1", "hook.example"))
    assert webhook.ended() == "done"


def test_a_proxy_of_the_environment_resolves_for_itself(
    webhook: Hooked, names: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
    webhook.configure(webhook.url, "https://hook.example/")
    assert webhook.ended().startswith("retry: POST https://hook.example/ got no answer: Connection refused")
    webhook.configure(webhook.url, "https://169.254.169.254/")
    assert "169.254.169.254 is no address to post to" in webhook.ended("Another")


def test_over_https_a_certificate_is_wanted(
    webhook: Hooked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    authority, tls = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with Raw(says("{}"), tls=tls) as remote:
        table = f'[plugins.webhook]\nurl = "{remote.url}/hook"\nallow_private = true\n'
        webhook.service = webhook.make(table)
        assert "the certificate is not accepted" in webhook.ended()
        assert remote.requests == []
        webhook.service = webhook.make(f'ca_file = "{tmp_path / "ca.pem"}"\n{table}')
        assert webhook.ended("Another") == "done"
        assert remote.lines == ["POST /hook HTTP/1.1"]


def test_nothing_is_followed_that_redirects(webhook: Hooked) -> None:
    with Raw(says("", "307 Temporary Redirect", Location=webhook.url)) as remote:
        webhook.configure(webhook.url, f"{remote.url}/hook")
        said = webhook.ended()
    assert said.startswith("failed: plugins.webhook.url: write the address that it redirects to. ")
    assert f"It redirects to {webhook.url}, which is not followed." in said
    assert webhook.asked() == []
