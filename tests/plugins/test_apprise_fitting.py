"""A message is within the limits of its service, and hostile text in it is text."""

import json
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
import responses
from apprise import NotifyBase
from apprise.manager_plugins import NotificationManager

from chatops_apprise.fitting import Message, fitted
from chatops_apprise.library import service_of
from chatops_apprise.sending import _send
from tests.kit import act
from tests.plugins.test_apprise_support import Mailbox, Post, a_post, mailbox

__all__ = ["mailbox"]
post = a_post
HOSTILE = (
    "@everyone @here <!channel> <@U024BE7LH> <@&42> <#C024BE7LR> [invoice](https://evil.example)"
    " <b>x</b> *y* `z` # h & dana@example.com @**all** @*ops* <https://evil.example|invoice>"
    " [invoice][1]\n[1]: https://evil.example"
)
DISCORD = "https://discord.com/api/webhooks/4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js"
SLACK = "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
MATTERMOST = "mmosts://mattermost.example.com/3ccdd113474722377935511fc85d3dd4"
TEAMS = (
    "https://prod-22.westeurope.logic.azure.com:443/workflows/9d1f11112222/triggers/manual/paths/invoke"
    "?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=abcdefghij0123456789"
)


#: Of which apprise declares other types than it uses.
BASE: Any = NotifyBase


class Small(BASE):  # type: ignore[misc]
    """A service that takes little, such as one of short messages to telephones."""

    service_name = "Small"
    protocol = "small"
    title_maxlen = 0
    body_maxlen = 140
    sent: ClassVar[list[tuple[str, str]]] = []

    def send(self, body: str, title: str = "", **_: Any) -> bool:
        self.sent.append((title, body))
        return True

    def url(self, *_: Any, **__: Any) -> str:
        return "small://"

    @staticmethod
    def parse_url(url: str, **_: Any) -> Any:
        return BASE.parse_url(url, verify_host=False)


@pytest.fixture
def small(post: Post) -> Iterator[type[Small]]:
    """Has apprise know the service."""
    post.configure("json://127.0.0.1/")  # apprise has loaded its own
    service_of("json://127.0.0.1/")
    manager: Any = NotificationManager
    manager()["small"] = Small
    Small.sent.clear()
    yield Small
    del manager()["small"]


def test_a_text_that_is_too_long_is_cut_and_says_so(post: Post, small: type[Small]) -> None:
    post.configure("small://phone", events=["incident_declared", "note_added"])
    incident = post.declare()
    post.deliver(incident)
    post.service.note(incident.id, "Rollback began. " * 100, act())
    post.deliver(incident)
    (_, short), (title, long) = small.sent
    assert short.startswith("INC-1 sev2 declared: Checkout returns 500s\r\nStatus: investigating.")
    assert title == ""
    assert long.startswith("INC-1 note: Checkout returns 500s\r\nRollback began.")
    assert long.endswith("… (cut; chatops show INC-1)")
    assert 100 < len(long) <= 140


@pytest.mark.parametrize("form", ["text", "html", "markdown"])
@pytest.mark.parametrize(("inside", "shared"), [(0, False), (20, False), (20, True), (250, True)])
@pytest.mark.parametrize("most", [40, 140, 1000])
def test_nothing_is_longer_than_its_service_takes(
    form: str, inside: int, shared: bool, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "notify_format": form,
        "title_maxlen": inside,
        "overflow_amalgamate_title": shared,
        "body_maxlen": most,
    }.items():
        monkeypatch.setattr(Small, name, value)
    Small.sent.clear()
    said = Message(HOSTILE[:80] * 5, HOSTILE * 30, "info", end="(cut)")
    service = Small()
    found = fitted(said, service)
    service.notify(title=found.title, body=found.body, body_format=found.form, overflow="truncate")
    ((title, body),) = Small.sent
    assert len(body) <= most
    assert len(title) <= inside
    assert len(title) + len(body) <= most or not shared
    assert body.endswith(("…", "(cut)", "\\(cut\\)")), "nothing is cut after we have cut it"
    if form == "html":
        assert body.count("&") == body.count(";"), "no entity is cut in two"


def test_a_service_of_few_lines_gets_all_of_them_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Small, "body_max_line_count", 2)
    Small.sent.clear()
    said = fitted(Message("Title", "one\n\ntwo\nthree", "info"), Small())
    Small().notify(title=said.title, body=said.body, body_format=said.form, overflow="truncate")
    assert Small.sent == [("", "Title\r\none two three")]


def _sent(url: str, said: Message) -> str:
    """What the service posts."""
    with responses.RequestsMock() as network:
        network.add(responses.POST, url.partition("?")[0].replace(":443", ""), body="ok", status=200)
        network.add(responses.POST, url.partition("?")[0], body="ok", status=200)
        network.add(responses.POST, MATTERMOST.replace("mmosts", "https").replace(".com/", ".com/hooks/"))
        network.add(responses.POST, "https://chat.googleapis.com/v1/spaces/workspace/messages", body="{}")
        network.assert_all_requests_are_fired = False
        _send("urls", said, url, 5.0)
        (call,) = network.calls
    return str(
        json.dumps(
            json.loads(
                str(call.request.body, "utf-8")
                if isinstance(call.request.body, bytes)
                else str(call.request.body)
            ),
            ensure_ascii=False,
        )
    )


@pytest.mark.parametrize(
    "url", [DISCORD, f"{DISCORD}?format=markdown", SLACK, f"{SLACK}?format=text", TEAMS, MATTERMOST]
)
def test_hostile_text_calls_nobody_and_hides_no_address(url: str) -> None:
    sent = _sent(url, Message(f"Title {HOSTILE}"[:190], HOSTILE, "info"))
    people = ("@everyone", "@here", "!channel", "@U024BE7LH", "@&42", "#C024BE7LR", "@**all", "@*ops")
    for live in (*people, "](https://evil", "<https://evil", "1]: https://evil"):
        assert live not in sent.replace("\\\\", ""), live
    assert "dana@example.com" in sent.replace("\\\\", ""), "an address stays one"


def test_markup_is_text_where_the_service_reads_markdown() -> None:
    sent = _sent(TEAMS, Message("T", "*y* `z` # h\nnext <b>", "info"))
    assert r"\\*y\\* \\`z\\` \\# h  \nnext \\<b\\>" in sent


@pytest.mark.parametrize("url", [TEAMS, "gchat://workspace/T0kenTheFirst12345/S3cretTheSecond"])
def test_an_address_stays_one_where_the_service_reads_markdown(url: str) -> None:
    address = "https://tracker.example.com/browse/OPS_7_x?a=b#c-1"
    sent = _sent(url, Message("T", f"_dana_ {address}\n({address})", "info"))
    assert sent.count(address) == 2
    assert "\\\\_dana\\\\_" in sent


def test_markup_is_text_in_a_mail(post: Post, mailbox: Mailbox) -> None:
    for query in ("", "&format=html"):
        _send("urls", Message(f"Mail {query}", f"{HOSTILE}\nnext", "info"), mailbox.url(query=query), 5.0)
    plain, both = mailbox.mails
    assert plain.get_content_type() == "text/plain"
    html = next(part for part in both.walk() if part.get_content_type() == "text/html").get_payload(
        decode=True
    )
    assert isinstance(html, bytes)
    assert b"&lt;b&gt;x&lt;/b&gt;" in html
    assert b"<b>x</b>" not in html
    assert b"<br/>next" in html


def test_a_message_says_where_it_comes_from_and_fetches_nothing() -> None:
    sent = _sent(f"{DISCORD}?format=markdown&avatar=yes&image=yes", Message("T", "text", "info"))
    assert '"name": "chatops"' in sent
    assert "github" not in sent
