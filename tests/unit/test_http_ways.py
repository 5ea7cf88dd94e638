"""By which way a request goes: whose credentials, which proxy, which connection, whose session."""

import gc
import socket
import threading
import warnings
from contextlib import suppress
from typing import Any

import pytest
import requests

from chatops.errors import Rejected, Unauthorized, Unavailable, Unknown
from tests.kit import http
from tests.wire import Raw, resets, says


def test_credentials_are_not_replaced_by_those_of_the_home(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    rc = tmp_path / "netrc"
    rc.write_text("machine 127.0.0.1 login somebody password else-word\n")
    rc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(rc))
    with Raw() as remote:
        sender, own = http(), requests.Session()
        own.headers["Authorization"] = "Bearer own-token"
        sender.mount(own)
        sender.request("GET", remote.url, headers={"Authorization": "Bearer own-token"}, answer=dict)
        own.get(remote.url)
        sender.request("GET", remote.url, answer=dict)
        assert [b"Bearer own-token" in request for request in remote.requests] == [True, True, False]
        assert not any(b"Basic" in request for request in remote.requests)
        sender.close()


def test_an_sdk_keeps_the_credentials_that_it_sets() -> None:
    with Raw() as remote:
        sender, own = http(), requests.Session()
        own.auth = ("dana", "word")
        sender.mount(own)
        own.get(remote.url)
        assert b"Authorization: Basic " in remote.requests[0]
        sender.close()


def test_a_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with Raw() as proxy, Raw() as direct:
        monkeypatch.setenv("HTTP_PROXY", f"http://dana:pro-xy-word@127.0.0.1:{proxy.port}")
        sender = http()
        sender.request("POST", "http://status.invalid/x", answer=dict)
        assert proxy.lines == ["POST http://status.invalid/x HTTP/1.1"]
        assert b"Proxy-Authorization: Basic " in proxy.requests[0]

        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        sender.request("POST", f"{direct.url}/y", answer=dict)
        assert direct.lines == ["POST /y HTTP/1.1"]
        assert b"Proxy-Authorization" not in direct.requests[0]
        assert len(proxy.requests) == 1
        sender.close()


def test_a_proxy_that_is_away_has_sent_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{port}")
    sender = http(0.5)
    with pytest.raises(Unavailable, match="Connection refused"):
        sender.request("POST", "http://status.invalid/x", answer=dict)
    sender.close()


def test_a_proxy_that_refuses_a_tunnel_has_sent_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with Raw(says("", "502 Bad Gateway")) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        sender = http(0.5)
        with pytest.raises(Unavailable, match="Tunnel connection failed: 502"):
            sender.request("POST", "https://status.invalid/x", answer=dict)
        assert proxy.methods[0] == "CONNECT"
        sender.close()


def test_a_proxy_that_breaks_off_after_the_request_may_have_passed_it_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Raw(resets) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        sender = http(0.5)
        with pytest.raises(Unknown):
            sender.request("POST", "http://status.invalid/x", answer=dict)
        assert len(proxy.requests) == 1
        sender.close()


def test_many_threads_share_what_a_call_sends_with() -> None:
    with Raw(keep_alive=True) as remote:
        sender, wrong = http(), list[BaseException]()

        def work() -> None:
            try:
                for _ in range(10):
                    sender.request("GET", remote.url, answer=dict)
            except BaseException as error:  # noqa: BLE001
                wrong.append(error)

        threads = [threading.Thread(target=work) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert wrong == []
        assert len(remote.requests) == 200
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            sender.close()
            gc.collect()


@pytest.mark.parametrize("status", ["401 No", "200 OK"])
def test_no_connection_is_left_open(status: str) -> None:
    with (
        Raw(says("{}", status, Connection="keep-alive"), keep_alive=True) as remote,
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("error")
        sender = http()
        for _ in range(3):
            with suppress(Unauthorized):
                sender.request("GET", remote.url, answer=dict)
        sender.close()
        gc.collect()


def test_the_session_of_an_sdk_opens_one_ticket_where_the_reply_is_lost() -> None:
    from jira import JIRA

    with Raw(resets) as remote:
        sender = http()
        client = JIRA(
            server=remote.url, basic_auth=("dana", "to-ken-word"), get_server_info=False, max_retries=0
        )
        sender.mount(client._session)
        with pytest.raises(Unknown, match=r"POST http://127\.0\.0\.1:\d+/rest/api/2/issue got no answer"):
            client.create_issue(
                {"project": {"key": "OPS"}, "summary": "x", "issuetype": {"name": "Bug"}}, prefetch=False
            )
        assert remote.methods == ["POST"]

        remote.plays = [says('{"errorMessages": ["Field x is required"]}', "400 Bad Request")]
        with pytest.raises(Rejected, match="Field x is required") as refused:
            client.create_issue(
                {"project": {"key": "OPS"}, "summary": "x", "issuetype": {"name": "Bug"}}, prefetch=False
            )
        assert refused.value.status == 400
        sender.close()
        client._session.close()
