"""What a service does not take is said in words, as one of four errors; a secret is in none of them."""

import logging
import socket
import ssl
import traceback
from collections.abc import Callable
from typing import Any

import pytest
import requests
import trustme

from chatops.errors import Rejected, RemoteError, Unauthorized, Unavailable, Unknown
from chatops_apprise import Apprise
from chatops_apprise.fitting import Message
from chatops_apprise.hearing import Heard, _Ear, hearing
from chatops_apprise.sending import _send
from chatops_apprise.verdict import first_of, verdict
from tests.plugins.test_apprise_support import Mailbox, Post, a_post, mailbox, to
from tests.wire import Raw, resets, says

__all__ = ["mailbox"]
post = a_post
SECRETS = ("hunter2secret", "T0kenTheFirst12345", "Qu3ryT0kenTheSecond")


@pytest.mark.parametrize(
    ("status", "state", "hint"),
    [
        (302, "failed", "Check this URL."),
        (400, "failed", "Check this URL."),
        (401, "failed", "Check the credentials in this URL."),
        (403, "failed", "Check the credentials in this URL."),
        (404, "failed", "Check this URL."),
        (429, "retry", ""),
        (500, "unconfirmed", ""),
        (503, "unconfirmed", ""),
    ],
)
def test_an_answer_that_refuses_is_told_of(post: Post, status: int, state: str, hint: str) -> None:
    with Raw(says(status=f"{status} Said", Location="/elsewhere")) as server:
        post.configure(to(server))
        ended = post.deliver(post.declare())
    assert ended.state == state
    assert ended.reason.startswith("plugins.post.urls: number 1 (json) did not get the message: ")
    assert f"error={status}" in ended.reason
    assert ended.reason.endswith(hint or ".")
    assert len(server.requests) == 1, "a redirect would make a GET of it, and nothing is tried again at once"


def test_a_service_that_is_down_is_tried_again(post: Post) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    post.configure(
        f"json://127.0.0.1:{port}/hook", f"mailto://127.0.0.1:{port}?mode=insecure&from=a@b.example"
    )
    ended = post.deliver(post.declare())
    assert ended.state == "retry"
    assert ended.reason.count("onnection refused") == 2, ended.reason


def test_a_host_that_nobody_knows_is_tried_again(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    post.configure("json://nowhere.example/hook")
    ended = post.deliver(post.declare())
    assert (ended.state, "Name or service not known" in ended.reason) == ("retry", True)


def test_a_certificate_that_nobody_vouches_for_is_refused(post: Post) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with Raw(tls=context) as server:
        post.configure(to(server).replace("json", "jsons", 1))
        ended = post.deliver(post.declare())
    assert (ended.state, "CERTIFICATE_VERIFY_FAILED" in ended.reason) == ("failed", True)
    assert server.requests == []


def test_an_answer_that_is_lost_may_have_arrived(post: Post) -> None:
    with Raw(resets) as server:
        post.configure(to(server))
        ended = post.deliver(post.declare())
    assert (ended.state, "Connection reset" in ended.reason) == ("unconfirmed", True)


def test_a_slow_service_is_not_waited_for_longer_than_its_part_of_the_call(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Apprise, "deadline", 2.0)
    with Raw() as server, Raw() as another, Raw() as leisurely:
        server.plays, another.plays = [server.hang], [another.hang]

        def late(connection: socket.socket) -> None:
            leisurely.over.wait(0.35)
            says()(connection)

        leisurely.plays = [late]
        post.configure(to(server), to(another), to(leisurely))
        incident = post.declare()
        ended = post.deliver(incident)
        assert ended.state == "unconfirmed"
        for number in (1, 2):
            assert f"number {number} (json) did not get the message" in ended.reason, (
                "and not the core's words"
            )
        assert "number 3" not in ended.reason
        server.plays, another.plays = [says()], [says()]
        assert post.again(incident).state == "done"
        assert len(leisurely.requests) == 1


@pytest.mark.parametrize(
    ("says", "state", "words"),
    [
        ({"gone@example.com": "550 No such mailbox"}, "failed", "550 No such mailbox"),
        ({"gone@example.com": "450 Greylisted"}, "retry", "450 Greylisted"),
    ],
)
def test_a_mail_server_s_no_is_told_in_its_words(
    post: Post, mailbox: Mailbox, says: dict[str, str], state: str, words: str
) -> None:
    mailbox.says = says
    post.configure(mailbox.url("gone@example.com"))
    ended = post.deliver(post.declare())
    assert ended.state == state
    assert words in ended.reason


@pytest.mark.parametrize(("content", "state"), [("554 No spam here", "failed"), ("451 Try later", "retry")])
def test_a_mail_that_is_not_taken_is_told_of(post: Post, mailbox: Mailbox, content: str, state: str) -> None:
    mailbox.content = content
    post.configure(mailbox.url())
    ended = post.deliver(post.declare())
    assert (ended.state, content in ended.reason) == (state, True)


def test_a_mail_server_that_takes_no_login_is_told_of(post: Post, mailbox: Mailbox) -> None:
    post.configure(mailbox.url(user="bot:hunter2secret@"))
    ended = post.deliver(post.declare())
    assert (ended.state, mailbox.mails) == ("failed", [])
    assert "hunter2secret" not in ended.reason


def test_one_that_may_be_tried_again_makes_all_be_tried_again(post: Post) -> None:
    with Raw(says(status="401 No"), says()) as closed, Raw(says(status="429 Slow"), says()) as busy:
        post.configure(to(closed), to(busy))
        incident = post.declare()
        ended = post.deliver(incident)
        assert ended.state == "retry"
        assert "error=401" in ended.reason
        assert "error=429" in ended.reason
        assert post.again(incident).state == "done"


def test_without_evidence_it_may_have_arrived() -> None:
    assert type(verdict("urls", Heard())) is Unknown
    assert str(verdict("urls", Heard())) == "urls did not get the message: apprise gives no reason."
    heard = Heard(words=["Failed to send: error=401.", "Failed to send: error=502."])
    assert type(verdict("urls", heard)) is Unknown
    assert type(first_of([Rejected("a"), Unavailable("b"), Unauthorized("c")])) is Unavailable


def test_an_address_that_cannot_be_asked_is_refused_for_good() -> None:
    """It would be asked for again and again."""
    heard = Heard(errors=[requests.exceptions.InvalidURL("https://T0kenTheFirst12345/")])
    found = verdict("urls", heard)
    assert type(found) is Rejected
    assert str(found) == "urls did not get the message: InvalidURL. Check this URL."


def test_what_a_service_raises_is_told_without_its_words(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    from apprise.plugins.custom_json import NotifyJSON

    def broken(self: object, **_: object) -> bool:
        raise KeyError("T0kenTheFirst12345")

    monkeypatch.setattr(NotifyJSON, "send", broken)
    post.configure("json://127.0.0.1/T0kenTheFirst12345")
    ended = post.deliver(post.declare())
    assert (ended.state, "T0ken" in ended.reason) == ("unconfirmed", False)


@pytest.mark.parametrize("play", [says(status="401 No"), says(status="500 No"), resets, says()])
@pytest.mark.parametrize("where", ["json", "xml", "form", "mmost", "slack"])
def test_no_secret_is_told(
    post: Post, play: Callable[[Any], None], where: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with Raw(play) as server:
        url = to(server, "T0kenTheFirst12345", user="bot:hunter2secret@", query="?-key=Qu3ryT0kenTheSecond")
        post.configure(
            url.replace("json", where, 1) if where != "slack" else "slack://bad-T0kenTheFirst12345"
        )
        incident = post.declare()
        ended = post.deliver(incident)
        loaded = repr(post.service.config)
    told = caplog.text + ended.reason + loaded + repr(ended)
    for error in (record.exc_info for record in caplog.records):
        told += "".join(traceback.format_exception(error[1])) if error else ""
    assert [secret for secret in SECRETS if secret in told] == []
    assert [record.name for record in caplog.records if record.name.startswith(("apprise", "urllib3"))] == []


def test_the_errors_that_leave_hold_no_other_error_in_them() -> None:
    with Raw(says(status="401 No")) as server:
        url = to(server, "T0kenTheFirst12345")
        with pytest.raises(RemoteError) as wrong:
            _send("urls", Message("a", "b", "info"), url, 5.0)
    assert "T0ken" not in "".join(traceback.format_exception(wrong.value)) + repr(vars(wrong.value))


def test_what_others_log_with_apprise_is_left_as_it_is(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    logger = logging.getLogger("apprise")
    caplog.set_level(logging.NOTSET, "apprise")
    monkeypatch.setattr(logger, "filters", [])
    monkeypatch.setattr("chatops_apprise.hearing._EAR", _Ear())
    with hearing() as heard:
        logger.warning("ours")
        logger.debug("ours, quietly")
    logger.warning("theirs")
    logger.debug("theirs, quietly")
    assert heard.words == ["ours"]
    assert caplog.messages == ["theirs"]
