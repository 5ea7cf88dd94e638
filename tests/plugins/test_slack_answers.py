"""What Slack's refusals mean, one request at a time."""

import json
from pathlib import Path
from typing import Any

import pytest
import responses
from hypothesis import given
from hypothesis import strategies as st

from chatops import Gone, Rejected, RemoteError, Secret, Unauthorized, Unavailable, Unknown
from chatops_slack.answers import Answer, Named
from chatops_slack.api import Api
from chatops_slack.settings import SlackConfig
from chatops_slack.text import cut, escaped, linked, parts
from tests.kit import http

URL = "https://slack.com/api"


def api(token: str = "xoxb-made-up-token") -> Api:
    config = SlackConfig(token=Secret.parse({"command": ["echo", token]}, Path()))
    return Api(http(), config, "chat")


@pytest.fixture
def slack() -> Any:
    with responses.RequestsMock() as mock:
        yield mock


def refuse(slack: responses.RequestsMock, error: str, **more: Any) -> None:
    for method in (responses.GET, responses.POST):
        answer = {"ok": False, "error": error} | more
        slack.add(method, f"{URL}/conversations.info", json=answer)
    slack.assert_all_requests_are_fired = False


@pytest.mark.parametrize(
    ("error", "reading", "writing", "words"),
    [
        ("invalid_auth", Unauthorized, Unauthorized, "plugins.chat.token"),
        ("token_revoked", Unauthorized, Unauthorized, "plugins.chat.token"),
        ("channel_not_found", Gone, Gone, "deleted, or it is private"),
        ("is_archived", Rejected, Rejected, "Unarchive it in Slack"),
        ("not_in_channel", Rejected, Rejected, "/invite"),
        ("restricted_action", Rejected, Rejected, "owners"),
        ("ratelimited", Unavailable, Unavailable, "ratelimited"),
        ("fatal_error", Unavailable, Unknown, "fatal_error"),
        ("internal_error", Unavailable, Unknown, "internal_error"),
        ("unknown_method", Rejected, Rejected, "plugins.chat.url"),
        ("something_new", Rejected, Rejected, "something_new"),
    ],
)
def test_each_refusal_has_its_kind_and_says_what_to_do(
    slack: responses.RequestsMock,
    error: str,
    reading: type[RemoteError],
    writing: type[RemoteError],
    words: str,
) -> None:
    refuse(slack, error)
    with pytest.raises(RemoteError, match=words) as met:
        api().read("conversations.info", Named, channel="C1")
    assert type(met.value) is reading
    with pytest.raises(RemoteError, match=words) as met:
        api().write("conversations.info", Named, channel="C1")
    assert type(met.value) is writing
    assert met.value.answer == {"ok": False, "error": error}


def test_a_missing_scope_is_named(slack: responses.RequestsMock) -> None:
    refuse(slack, "missing_scope", needed="pins:write", provided="chat:write")
    with pytest.raises(Unauthorized, match=r"plugins\.chat\.token lacks the scope pins:write: .*chat:write"):
        api().write("conversations.info", Answer)


def test_how_long_a_busy_slack_asks_to_wait_is_kept(slack: responses.RequestsMock) -> None:
    answer = {"ok": False, "error": "ratelimited"}
    slack.post(f"{URL}/chat.postMessage", json=answer, status=429, headers={"Retry-After": "3600"})
    with pytest.raises(Unavailable) as met:
        api().write("chat.postMessage", Answer)
    assert met.value.retry_after == 3600


def test_another_address_names_the_setting(slack: responses.RequestsMock) -> None:
    slack.post(f"{URL}/chat.postMessage", status=404, body="<html>")
    with pytest.raises(Rejected, match=r"plugins\.chat\.url"):
        api().write("chat.postMessage", Answer)


@pytest.mark.parametrize("answer", [{}, [], "ok", None, {"ok": "yes"}, {"ok": True, "channel": "C1"}])
def test_an_answer_that_is_none_may_have_done_its_work(slack: responses.RequestsMock, answer: Any) -> None:
    slack.post(f"{URL}/conversations.create", json=answer)
    with pytest.raises(Unknown):
        api().write("conversations.create", Named)


def test_the_token_is_sent_in_the_header_alone(slack: responses.RequestsMock) -> None:
    slack.post(f"{URL}/chat.postMessage", json={"ok": True})
    api().write("chat.postMessage", Answer, text="hello")
    (call,) = slack.calls
    assert call.request.headers["Authorization"] == "Bearer xoxb-made-up-token"
    assert isinstance(call.request.body, bytes)
    assert json.loads(call.request.body) == {"text": "hello"}


def test_a_token_that_cannot_be_read_names_its_setting() -> None:
    with pytest.raises(Unauthorized, match=r"plugins\.chat\.token: the secret from command echo"):
        api(token="").read("auth.test", Answer)


def test_pages_that_do_not_end_are_given_up(slack: responses.RequestsMock) -> None:
    page = {"ok": True, "channel": None, "response_metadata": {"next_cursor": "more"}}
    slack.get(f"{URL}/conversations.list", json=page)
    from chatops_slack.listing import listed

    with pytest.raises(Rejected, match="more than 50 pages"):
        listed(api(), "public_channel")


@given(st.text(), st.integers(min_value=2, max_value=60))
def test_what_is_cut_fits_and_is_whole(text: str, most: int) -> None:
    shown = cut(text, most)
    assert len(shown) <= most
    plain = shown.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "")
    assert not {"&", "<", ">"} & set(plain)


@given(st.text(alphabet=st.sampled_from("ab&< \n"), max_size=300), st.integers(min_value=10, max_value=60))
def test_parts_fit_and_lose_no_word(text: str, most: int) -> None:
    found = list(parts(text, most))
    assert all(0 < len(part) <= most for part in found)
    assert "".join("".join(found).split()) == "".join(escaped(text).split())


def test_a_text_is_parted_at_its_paragraphs() -> None:
    assert list(parts("one two\n\nthree four\nfive", 14)) == ["one two", "three four", "five"]


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "file:///etc/passwd", "https://a b"])
def test_only_addresses_on_the_web_become_links(url: str) -> None:
    assert linked(url, "<title>") == "&lt;title&gt;"
