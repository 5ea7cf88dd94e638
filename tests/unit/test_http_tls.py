"""Certificates are verified, always; an authority of one's own is trusted by a setting."""

import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
import trustme

from chatops.errors import Rejected, RemoteError
from tests.kit import http
from tests.wire import Raw, says


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> Path:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


@pytest.fixture(autouse=True)
def _usual(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "REQUESTS_CA_BUNDLE",
        "CURL_CA_BUNDLE",
        "SSL_CERT_FILE",
        "HTTPS_PROXY",
        "https_proxy",
        "NO_PROXY",
    ):
        monkeypatch.delenv(name, raising=False)


def context(authority: trustme.CA, name: str = "127.0.0.1", until: datetime | None = None) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    since = datetime(2000, 1, 1, tzinfo=UTC) if until else None
    authority.issue_cert(name, not_before=since, not_after=until).configure_cert(made)
    return made


@pytest.fixture
def remote(authority: trustme.CA) -> Iterator[Raw]:
    with Raw(tls=context(authority)) as made:
        yield made


def test_an_authority_of_ones_own_is_trusted_by_a_setting(remote: Raw, ca_file: Path) -> None:
    sender = http(ca_file=ca_file)
    assert sender.request("POST", remote.url, answer=dict) == {}
    own = requests.Session()
    sender.mount(own)
    assert own.get(remote.url).json() == {}
    sender.close()


def test_an_unknown_authority_is_refused_and_the_setting_named(remote: Raw) -> None:
    sender = http()
    with pytest.raises(Rejected, match=r"certificate is not accepted: .*local issuer.*core\.ca_file"):
        sender.request("POST", remote.url, answer=dict)
    assert remote.requests == []
    sender.close()


def test_an_sdk_cannot_switch_it_off(remote: Raw) -> None:
    sender, own = http(), requests.Session()
    own.verify = False
    sender.mount(own)
    with pytest.raises(Rejected, match="certificate is not accepted"):
        own.post(remote.url)
    with pytest.raises(Rejected, match="certificate is not accepted"):
        own.post(remote.url, verify=False)
    assert remote.requests == []
    sender.close()


def test_an_sdk_may_name_certificates(remote: Raw, ca_file: Path) -> None:
    sender, own = http(), requests.Session()
    own.verify = str(ca_file)
    sender.mount(own)
    assert own.get(remote.url).json() == {}
    sender.close()


def test_the_environment_may_name_certificates(
    remote: Raw, ca_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(ca_file))
    sender = http()
    assert sender.request("POST", remote.url, answer=dict) == {}
    sender.close()


@pytest.mark.parametrize(
    ("name", "until", "why"),
    [
        ("status.example.com", None, "IP address mismatch, certificate is not valid for '127.0.0.1'"),
        ("127.0.0.1", datetime(2001, 1, 1, tzinfo=UTC), "certificate has expired"),
    ],
)
def test_a_certificate_for_another_name_or_time_is_refused(
    authority: trustme.CA, ca_file: Path, name: str, until: datetime | None, why: str
) -> None:
    with Raw(tls=context(authority, name, until)) as remote:
        sender = http(ca_file=ca_file)
        with pytest.raises(Rejected) as refused:
            sender.request("POST", remote.url, answer=dict)
        assert str(refused.value).endswith(f"the certificate is not accepted: {why}.")
        assert remote.requests == []
        sender.close()


def test_a_plain_remote_at_an_encrypted_address_gets_no_request() -> None:
    with Raw() as remote:
        sender = http(0.5)
        with pytest.raises(RemoteError):
            sender.request("POST", remote.url.replace("http:", "https:"), answer=dict)
        assert not any(b"POST" in request for request in remote.requests)
        sender.close()


def test_a_file_without_certificates_is_named(tmp_path: Path) -> None:
    path = tmp_path / "ca.pem"
    path.write_text("nothing")
    with pytest.raises(Rejected, match=r"core\.ca_file, .*ca\.pem, holds no certificates"):
        http(ca_file=path).request("GET", "https://127.0.0.1", answer=dict)


def test_behind_a_proxy_it_is_the_same(remote: Raw, ca_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def tunnel(connection: socket.socket) -> None:
        with socket.create_connection(("127.0.0.1", remote.port)) as further:
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=_pump, args=(further, connection), daemon=True)
            back.start()
            _pump(connection, further)
            back.join(5)

    with Raw(tunnel) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        for trusted in (ca_file, None):
            sender = http(5, ca_file=trusted)
            if trusted:
                assert sender.request("POST", f"{remote.url}/x", answer=dict) == {}
            else:
                with pytest.raises(Rejected, match="certificate is not accepted"):
                    sender.request("POST", f"{remote.url}/x", answer=dict)
            sender.close()
        assert proxy.methods == ["CONNECT", "CONNECT"]
        assert remote.lines == ["POST /x HTTP/1.1"]


def _pump(source: object, target: object) -> None:
    import socket

    assert isinstance(source, socket.socket)
    assert isinstance(target, socket.socket)
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        return


def test_a_redirect_from_safe_to_plain_is_not_followed(authority: trustme.CA, ca_file: Path) -> None:
    with Raw() as plain, Raw(says("", "302 Found", Location=plain.url), tls=context(authority)) as remote:
        sender, own = http(ca_file=ca_file), requests.Session()
        own.headers["Authorization"] = "Bearer to-ken-word"
        sender.mount(own)
        with pytest.raises(Rejected, match="is not followed"):
            own.get(remote.url)
        assert (len(remote.requests), plain.requests) == (1, [])
        sender.close()
