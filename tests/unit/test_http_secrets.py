"""No secret is in an error, a log, a traceback or a record, however a remote quotes it."""

import base64
import io
import json
import logging
import traceback
from typing import Any

import pytest
import requests

from chatops import values
from chatops.errors import RemoteError
from chatops.values import Secret
from tests.kit import http
from tests.wire import Play, Raw, resets, says, sends

TOKEN = 'tok-"qüote"-1234'
BASIC = base64.b64encode(f"dana:{TOKEN}".encode()).decode()
ECHO = json.dumps({"message": f"bad token {TOKEN}", TOKEN: [f"Basic {BASIC}"]})


@pytest.fixture(autouse=True)
def _revealed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "_revealed", set())
    Secret("test", lambda: TOKEN).reveal()


def told(error: BaseException) -> str:
    """All that an error says, with whatever led to it."""
    lines = traceback.format_exception(error)
    seen: BaseException | None = error
    while seen is not None:
        lines += [repr(seen), repr(vars(seen)), repr(seen.args)]
        seen = seen.__cause__ or seen.__context__
    return "".join(lines)


def clean(text: str) -> bool:
    spelled = [TOKEN, BASIC, json.dumps(TOKEN)[1:-1], repr(TOKEN)[1:-1], "qüote", r"q\u00fcote", "1234"]
    return not any(spelling in text for spelling in spelled)


@pytest.mark.parametrize(
    "play",
    [
        says(ECHO, "401 No"),
        says(ECHO, f"403 No {BASIC}"),
        says(ECHO, "500 Oh"),
        says(ECHO, "503 Oh", kind="text/plain"),
        says(f"no {BASIC}", "400 Bad", kind="text/plain"),
        says("", "302 Found", Location=f"http://127.0.0.1/?as={BASIC}"),
        says(json.dumps({"a": TOKEN})),
        says(ECHO, kind="text/html"),
        says(BASIC, "200 OK", kind=f"application/json; {BASIC}"),
        sends(f"{BASIC} oops\r\n\r\n".encode()),
        resets,
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_a_remote_quotes_is_nowhere(method: str, play: Play, caplog: pytest.LogCaptureFixture) -> None:
    sent: list[Any] = []
    with Raw(play) as remote, caplog.at_level(logging.DEBUG, "chatops"):
        sender = http(0.4, record=sent.append)
        sender.session.auth = ("dana", TOKEN.encode())  # type: ignore[assignment]
        where = f"{remote.url.replace('//', '//dana:pass-word@')}/{BASIC}"
        with pytest.raises(RemoteError) as wrong:
            sender.request(
                method, where, params={"token": TOKEN}, json={"a": [TOKEN], TOKEN: "x"}, answer=list
            )
        sender.close()
    assert sent
    for text in (told(wrong.value), caplog.text, repr(sent), str(sender)):
        assert clean(text), text
        assert "pass-word" not in text
    assert "***" in repr(sent)


def test_an_unreachable_remote_does_not_quote_the_query() -> None:
    sender = http(0.3)
    with pytest.raises(RemoteError) as wrong:
        sender.request("POST", "http://127.0.0.1:9/x", params={"t": TOKEN}, answer=list)
    assert clean(told(wrong.value))
    sender.close()


@pytest.mark.parametrize("header", [f"Bearer {TOKEN}\r\nX: y", "Bearer tok-en-\u201cword\u201d"])
def test_credentials_that_cannot_be_sent_are_not_quoted(header: str) -> None:
    Secret("test", lambda: header).reveal()
    with Raw() as remote:
        sender = http()
        with pytest.raises(RemoteError, match="Check the address and the credentials") as wrong:
            sender.request("POST", remote.url, headers={"Authorization": header}, answer=dict)
        assert "was not sent" in str(wrong.value)
        assert clean(told(wrong.value))
        assert "tok-en-" not in told(wrong.value)
        assert remote.requests == []
        sender.close()


def test_the_password_of_a_proxy_is_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    encoded = base64.b64encode(b"dana:pro-xy-word").decode()
    with Raw(says(f"who is {encoded}", "407 Proxy Authentication Required", kind="text/plain")) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://dana:pro-xy-word@127.0.0.1:{proxy.port}")
        monkeypatch.delenv("NO_PROXY", raising=False)
        sender = http()
        with pytest.raises(RemoteError, match="407 Proxy Authentication Required: who is ") as wrong:
            sender.request("GET", "http://status.invalid/x", answer=dict)
        assert encoded.encode() in proxy.requests[0]
        assert encoded not in told(wrong.value)
        sender.close()


def test_a_form_is_recorded_without_secrets() -> None:
    sent: list[Any] = []
    with Raw() as remote:
        sender, own = http(record=sent.append), requests.Session()
        sender.mount(own)
        own.post(remote.url, data={"token": TOKEN, "text": "hello"})
        own.post(remote.url, data=b"\xff\xfe" + TOKEN.encode())
        own.post(remote.url, data=io.BytesIO(b"x"))
        sender.close()
    first, second, third = (exchange.body for exchange in sent)
    assert first == "token=***&text=hello"
    assert second.endswith("***")
    assert third is None


def test_a_short_credential_does_not_hide_every_word() -> None:
    with Raw() as remote:
        sender = http()
        sender.request("GET", remote.url, headers={"Authorization": "Bearer a"}, answer=dict)
        sender.close()
    assert Secret.redact("a bad day") == "a bad day"


def test_secrets_may_be_learnt_while_others_are_taken_out() -> None:
    import threading

    wrong: list[BaseException] = []
    texts: list[Any] = []

    def learn() -> None:
        try:
            for number in range(300):
                Secret.hide(f"secret-{threading.get_ident()}-{number}")
                texts.append(Secret.redact("plain"))
        except BaseException as error:  # noqa: BLE001
            wrong.append(error)

    threads = [threading.Thread(target=learn) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert set(texts) == {"plain"}
