"""A body of one's own: no text breaks out of its place, and what is wrong is said with its line."""

import json
from typing import Any

import pytest

from chatops_webhook.settings import Unusable
from chatops_webhook.template import Template
from tests.kit import act
from tests.plugins.test_webhook_support import Hooked, a_webhook
from tests.stage import declare

webhook = a_webhook
NASTY = '"}, "admin": true, "x": {"y": "\\" \\u0022 {{ 7*7 }} {% raw %} </script>\u2028\n\t\x7f äöü 🔥'
DATA: dict[str, Any] = {"text": NASTY, "inner": {"list": [1, None, NASTY]}, "links": []}


def rendered(source: str, data: dict[str, Any] | None = None) -> Any:
    return json.loads(Template(source, is_json=True).render(data or DATA))


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("{{ text }}", NASTY),
        ('{"a": {{ text }}}', {"a": NASTY}),
        ("{{ text | json }}", NASTY),
        ("{{ text | tojson }}", NASTY),
        ("{{ text | json | json }}", NASTY),
        ("{{ 'It is: ' ~ text }}", f"It is: {NASTY}"),
        ("{{ text | safe }}", NASTY),
        ("{{ inner }}", DATA["inner"]),
        ("{{ {'text': text, 'more': inner.list} }}", {"text": NASTY, "more": [1, None, NASTY]}),
        (
            "[{% for one in inner.list %}{{ one }}{% if not loop.last %},{% endif %}{% endfor %}]",
            [1, None, NASTY],
        ),
        ("{% macro m() %}{{ text }}{% endmacro %}{{ m() }}", json.dumps(NASTY, ensure_ascii=False)),
        ("{{ nothing | default('none') }}", "none"),
        ("{{ 1.5 }}", 1.5),
        ("{{ true }}", True),
        ("{{ none }}", None),
        ("{{ links }}", []),
    ],
)
def test_every_value_is_json_whatever_it_is(source: str, found: Any) -> None:
    assert rendered(source) == found


@pytest.mark.parametrize(
    "source",
    [
        "{{ text | e | safe | json }}",
        "{% set said %}<{{ text }}>{% endset %}{{ said }}",
        "{{ text | upper }}",
        "{{ text | json | replace('a', 'b') }}",
        "{{ [text, text] | join }}",
        "{{ '%s' | format(text) }}",
    ],
)
def test_what_a_template_makes_of_a_text_is_one_value_too(source: str) -> None:
    assert isinstance(rendered(source), str)


@pytest.mark.parametrize(
    "source",
    ["{% filter upper %}{{ text }}{% endfilter %}", "{% autoescape true %}{{ text }}{% endautoescape %}"],
)
def test_what_is_no_json_any_more_is_not_posted(source: str) -> None:
    with pytest.raises(Unusable, match="it makes no JSON"):
        rendered(source)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ('{"a": "{{ text }}"}', "it makes no JSON: .*; a value is written with its quotes already"),
        ('{"a": {{ text }}', "it makes no JSON: Input data was truncated"),
        ("", "it makes no JSON"),
        ("\n\n{{ txet }}", r"line 3: 'txet' is undefined. There are: text, inner, links"),
        ("\n{{ inner.nothing }}", "line 2: 'dict object' has no attribute 'nothing'"),
        ("\n{{ {'a': nothing} }}", "line 2: 'nothing' is undefined"),
        ("{{ 1 / 0 }}", "line 1: division by zero"),
        ("{{ inner.clear() }}", "line 1: access to attribute 'clear' of 'dict' object is unsafe. There are"),
        ("{{ text.__class__.__mro__ }}", "line 1: access to attribute '__class__' .* is unsafe"),
        ("{{ range(10**9) | list }}", "line 1: Range too big"),
        ("{% include 'other' %}", "line 1: no loader for this environment"),
        ("{{ links.append }}", "line 1: access to attribute 'append' of 'list' object is unsafe. There are"),
    ],
)
def test_a_template_that_makes_no_body_is_told_of(source: str, words: str) -> None:
    with pytest.raises(Unusable, match=f"^template: {words}"):
        rendered(source)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("\n{% for x in %}", "line 2: "),
        ("{{ text", "line 1: "),
        ("{{ text | nosuch }}", "line 1: No filter named 'nosuch'"),
    ],
)
def test_a_template_that_is_none_is_told_of(source: str, words: str) -> None:
    with pytest.raises(Unusable, match=f"^template: {words}"):
        Template(source, is_json=True)


def test_another_type_is_written_as_it_is() -> None:
    template = Template("{{ text }}{{ inner.list | json }}\n{{ text | urlencode }}", is_json=False)
    plain, _, coded = template.render({"text": 'a"&b', "inner": {"list": [1]}}).decode().partition("\n")
    assert (plain, coded) == ('a"&b[1]', "a%22%26b")


def test_a_message_is_what_the_template_makes(webhook: Hooked) -> None:
    webhook.set(
        """
        events = ["note_added"]
        template = '''
        {"text": {{ incident.name ~ ": " ~ event.text }}, "id": {{ id }},
         "first": {{ links | map(attribute="id") | list }}}
        '''
        """
    )
    incident = declare(webhook.service)
    webhook.service.note(incident.id, NASTY, act())
    webhook.deliver(incident)
    (one,) = webhook.received()
    assert one.data.keys() == {"text", "id", "first"}
    assert one.data["text"].startswith('INC-1: "}, "admin": true')
    assert one.id == one.data["id"].replace(".", "_")
    assert one.body.startswith(b"{")


def test_a_template_that_fails_sends_nothing_and_names_the_setting(webhook: Hooked) -> None:
    webhook.set('template = "{{ event.text }}"')
    said = webhook.ended()
    assert said == (
        "failed: plugins.webhook.template: line 1: 'dict object' has no attribute 'text'. There are: id,"
        " type, timestamp, event, incident, links, cut."
    )
    assert webhook.asked() == []


def test_a_message_of_another_type_says_so(webhook: Hooked) -> None:
    webhook.set('template = "{{ type }}: {{ incident.title }}"\ncontent_type = "text/plain; charset=utf-8"')
    webhook.deliver(declare(webhook.service, 'Checkout "returns" 500s'))
    (one,) = webhook.received()
    assert (one.content_type, one.body) == (
        "text/plain; charset=utf-8",
        b'declared: Checkout "returns" 500s',
    )


def test_a_template_of_long_texts_is_cut_too(webhook: Hooked) -> None:
    webhook.set('max_bytes = 4096\ntemplate = "{{ [event.text | default(none), cut] }}"')
    incident = declare(webhook.service)
    webhook.service.note(incident.id, "x" * 15_000, act())
    webhook.deliver(incident)
    text, cut = webhook.last()
    assert (len(text), cut) == (2000, ["event.text"])


def test_doctor_tries_the_template_with_every_kind(webhook: Hooked) -> None:
    webhook.set('template = """{"text": {{ event.text }}, "title": "{{ incident.title }}"}"""')
    missing, quoted = webhook.check()
    assert (missing.setting, quoted.setting) == ("plugins.webhook.template",) * 2
    assert "for declared, acknowledged, updated, role_assigned," in missing.problem
    assert "line 1: 'dict object' has no attribute 'text'" in missing.problem
    assert quoted.problem.startswith("for note_added, public_update_published, public_update_corrected,")
    assert "it makes no JSON" in quoted.problem
    webhook.set('template = """{"text": {{ event.text }}}"""\nevents = ["note_added"]')
    assert webhook.check() == []
    webhook.set('template = "{{ event.severity }}"', "webhook_public")
    (found,) = webhook.check_of("webhook_public")
    assert found.problem.startswith("for public_update, public_correction, public_postmortem: line 1: ")
    assert (webhook.asked(), webhook.receiver.received) == ([], [])


def test_the_example_of_the_readme_works_for_every_kind(webhook: Hooked) -> None:
    from tests.plugins.test_webhook_signing import README

    _, _, rest = README.read_text().partition("    template = '''\n")
    source, _, _ = rest.partition("    '''")
    webhook.set(f"template = '''\n{source}'''")
    assert webhook.check() == []
    incident = declare(webhook.service)
    webhook.service.note(incident.id, NASTY, act())
    webhook.deliver(incident)
    assert webhook.last()["text"] == "INC-1: Checkout returns 500s"
    assert webhook.last()["what"].startswith('"}, "admin"')
