"""Slack's stand-in on the sandbox's page: what a reader sees, with every text escaped."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from chatops_slack.sandbox.mrkdwn import html, plain
from tests.plugins.test_slack_sandbox_support import Slack, served


@pytest.fixture
def slack() -> Iterator[Slack]:
    with served() as slack:
        yield slack


def panel(slack: Slack) -> str:
    return slack.standin.panels()["Channels"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("*bold* and _slanted_ and ~gone~", "<strong>bold</strong> and <em>slanted</em> and <s>gone</s>"),
        ("2*3*4 a_b_c 5 * 6 * 7", "2*3*4 a_b_c 5 * 6 * 7"),
        ("`*x* &lt;`", "<code>*x* &lt;</code>"),
        ("```one\n*two*```", "<pre>one\n*two*</pre>"),
        ("one\ntwo", "one<br>two"),
        ("&gt; said\nand then", "<blockquote>said</blockquote>and then"),
        ("5 &lt; 6 &amp;amp; 7", "5 &lt; 6 &amp;amp; 7"),
        (":rotating_light: :unheard_of:", "🚨 :unheard_of:"),
        (
            "*<https://a.example/?a=1&amp;b=2|the page>*",
            '<strong><a href="https://a.example/?a=1&amp;b=2" rel="noreferrer">the page</a></strong>',
        ),
        ("<https://a.example>", '<a href="https://a.example" rel="noreferrer">https://a.example</a>'),
        ("<javascript:alert(1)|click>", "click"),
        ("<@U1>, <#C1|inc-1>", '<span class="mention">@dana</span>, <span class="mention">#inc-1</span>'),
        ("<!channel>", '<span class="mention loud">@channel</span>'),
        ("<!date^1700000000^{date}|14 November>", '<span class="mention loud">14 November</span>'),
        (
            '<https://a.example/"onclick="x|y>',
            '<a href="https://a.example/&#34;onclick=&#34;x" rel="noreferrer">y</a>',
        ),
        ("\ue0000\ue001 <https://a.example|a>", '0 <a href="https://a.example" rel="noreferrer">a</a>'),
        ("a <b> c &lt;script&gt;", "a b c &lt;script&gt;"),
        ("<|named>", "named"),
    ],
)
def test_mark_up_becomes_html(text: str, shown: str) -> None:
    assert html(text, {"U1": "dana"}.__getitem__) == shown


def test_a_header_has_no_mark_up() -> None:
    assert plain("*x* &lt;b&gt; :white_check_mark:") == "*x* &lt;b&gt; ✅"


def test_a_reader_sees_the_whole_channel(slack: Slack) -> None:
    channel = slack.created("inc-12-checkout", is_private=True)
    said: dict[str, Any] = {"channel": channel.id}
    slack.client.conversations_setTopic(**said, topic="*SEV1* investigating")
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": "INC-12"}},
        {
            "type": "section",
            "text": {"type": "mrkdwn", "text": "_Checkout_"},
            "fields": [{"type": "mrkdwn", "text": "*Status*"}],
        },
        {"type": "divider"},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "by dana"}]},
    ]
    ts = slack.posted(channel, blocks=blocks)
    slack.client.pins_add(**said, timestamp=ts)
    slack.posted(channel, "a reply", thread_ts=ts)
    slack.client.chat_update(**said, ts=slack.posted(channel, "first"), text="second")
    slack.client.bookmarks_add(
        channel_id=channel.id, title="OPS-7", type="link", link="https://jira.example.com/7"
    )
    slack.client.conversations_invite(**said, users=[slack.dana.id])
    shown = panel(slack)
    for part in (
        "inc-12-checkout",
        "🔒",
        "<strong>SEV1</strong> investigating",
        "<h4>INC-12</h4>",
        "<em>Checkout</em>",
        "<hr>",
        "by dana",
        "Pinned by chatops",
        "a reply",
        "second",
        "(edited)",
        'href="https://jira.example.com/7"',
        "has joined the channel by",
        "set the channel topic",
        "APP",
        "2 people",
    ):
        assert part in shown, part
    assert "first" not in shown


def test_the_latest_news_stand_first(slack: Slack) -> None:
    slack.posted(slack.created("inc-1"))
    slack.posted(slack.incidents)
    shown = panel(slack)
    assert shown.index(f'id="{slack.incidents.id}"') < shown.index(
        f'id="{slack.workspace.channel("inc-1").id}"'
    )


def test_nothing_that_anybody_wrote_is_taken_for_html(slack: Slack) -> None:
    evil = "<img src=x onerror=alert(1)>"
    channel = slack.created()
    slack.workspace.add_user("mallory", evil)
    mallory = slack.workspace.user("mallory")
    mallory.name = evil
    slack.workspace.set_topic(channel, mallory, evil)
    slack.workspace.set_purpose(channel, mallory, evil)
    slack.workspace.bookmark(channel, mallory, evil, "https://example.com/" + evil, evil)
    blocks = [{"type": "header", "text": {"type": "plain_text", "text": evil}}, {"type": evil}]
    slack.workspace.pin(channel, mallory, slack.workspace.post(channel, mallory, evil, blocks=blocks).ts)
    slack.workspace.post(channel, mallory, evil, username=evil)
    slack.workspace.rename(channel, mallory, evil)
    assert "<img" not in panel(slack)


def test_links_to_a_channel_or_a_message_lead_to_it(slack: Slack) -> None:
    ts = slack.posted(slack.incidents, "Checkout returns 500s")
    link = slack.client.chat_getPermalink(channel=slack.incidents.id, message_ts=ts)["permalink"]
    for place in (link, f"{slack.standin.url}/archives/{slack.incidents.id}", f"{slack.standin.url}/"):
        page = requests.get(place, timeout=5)
        assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
        assert "Checkout returns 500s" in page.text
    assert requests.get(f"{slack.standin.url}/archives/C0NOWHERE", timeout=5).status_code == 404
