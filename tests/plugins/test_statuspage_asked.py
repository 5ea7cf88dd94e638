"""What a person asks before and after an incident, and what the settings get wrong."""

import pytest

from chatops.errors import PluginError
from chatops.registry import Registry
from tests.plugins.test_standin_support import ended
from tests.plugins.test_statuspage_support import CHECKOUT, SEARCH, Status, a_status

status = a_status
TOKEN = 'token = { command = ["echo", "sandbox-statuspage-key"] }'


def test_settings_that_are_right_are_no_finding(status: Status) -> None:
    assert status.check() == []


def test_a_wrong_key_is_named(status: Status) -> None:
    status.configure(TOKEN, 'token = { command = ["echo", "somebody-elses-key"] }')
    (found,) = status.check()
    assert found.setting == "plugins.status.token"
    assert "manage.statuspage.io" in found.problem
    ending = ended(status.say(status.declare(), "We are looking."))
    assert ending.startswith("failed: plugins.status.token: ")
    assert "Could not authenticate" in ending
    assert "somebody-elses-key" not in ending + found.problem


def test_a_page_that_is_not_yours_is_named_with_those_that_are(status: Status) -> None:
    status.configure('page = "4lzycl8t1x0c"', 'page = "aaaabbbbcccc"')
    (found,) = status.check()
    assert (found.setting, found.valid) == ("plugins.status.page", ("4lzycl8t1x0c (Example status)",))
    for components in ((), ("checkout-api",)):
        ending = ended(status.say(status.declare(*components), "We are looking."))
        assert ending.startswith("failed: plugins.status.page: the page aaaabbbbcccc")
    assert status.page.incidents == []


def test_a_component_that_the_page_has_not_is_named_with_those_that_it_has(
    status: Status, caplog: pytest.LogCaptureFixture
) -> None:
    status.configure(f'status.id = "{CHECKOUT}"', 'status.id = "nosuchnosuch"')
    (found,) = status.check()
    assert found.setting == "components.*.status.id"
    assert found.problem == "Checkout API has nosuchnosuch, and the page has no such component"
    assert f"{SEARCH} (Search)" in found.valid
    incident = status.declare("checkout-api", "search")
    assert ended(status.say(incident, "We are looking.")) == "done"
    assert "no component nosuchnosuch, so Checkout API is left out" in caplog.text
    assert "status.id" in caplog.text
    assert ([c.id for c in status.public.components], status.component(SEARCH)) == ([SEARCH], "major_outage")
    assert ended(status.say(incident, "Over.", "resolved")) == "done"
    assert status.component(SEARCH) == "operational"


def test_a_component_without_an_id_is_not_on_the_page(status: Status) -> None:
    status.configure(f'status.id = "{CHECKOUT}"', "")
    assert status.check() == []
    assert ended(status.say(status.declare(), "We are looking.")) == "done"
    assert status.public.components == []


@pytest.mark.parametrize(
    "ref",
    [
        "{id}",
        "{shortlink}",
        "https://status.example.com/incidents/{id}",
        "https://manage.statuspage.io/pages/4lzycl8t1x0c/incidents/{id}?tab=edit",
    ],
)
def test_a_public_incident_is_known_by_its_id_and_addresses(status: Status, ref: str) -> None:
    theirs = status.page.open("Checkout is down")
    link = status.service.resolve_link("status", ref.format(id=theirs.id, shortlink=theirs.shortlink))
    assert (link.kind, link.id, link.url, link.title) == (
        "page",
        theirs.id,
        theirs.shortlink,
        "Checkout is down",
    )


def test_a_shortlink_of_another_form_is_looked_for_among_the_incidents(status: Status) -> None:
    theirs = status.page.open("Checkout is down")
    theirs.shortlink = "https://stspg.io/7a0d3a4d2"
    assert status.service.resolve_link("status", theirs.shortlink).id == theirs.id


@pytest.mark.parametrize("ref", ["https://example.com/else", "https://example.com/incidents/aaaabbbbcccc"])
def test_what_is_no_incident_of_the_page_is_a_plain_link(status: Status, ref: str) -> None:
    assert status.service.resolve_link("status", ref).kind == "link"


def test_the_audience_is_everybody_who_is_told(status: Status) -> None:
    incident = status.declare()
    status.say(incident, "We are looking.")
    assert status.service.audience() == {"status": 4}
    status.configure('use = "statuspage"', 'use = "statuspage"\nnotify = false')
    assert status.service.audience() == {"status": 0}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('page = "4lzycl8t1x0c"', 'page = "https://status.example.com"', "page: write the page's id"),
        ('page = "4lzycl8t1x0c"', "", "page"),
        ('/v1"', '/v1"\nnotfy = true', "notfy"),
        ('url = "http', 'url = "ftp', "url: write an address"),
        (f'status.id = "{CHECKOUT}"', 'status.id = "Checkout API"', "id: write the component's id"),
        (TOKEN, 'token = "sandbox-statuspage-key"', "token"),
        ('per = "1s"', 'per = "soon"', "soon"),
    ],
)
def test_a_setting_that_cannot_be_is_said_before_anything_is_sent(
    status: Status, old: str, new: str, said: str
) -> None:
    status.configure(old, new)
    with pytest.raises(PluginError, match=said):
        Registry(status.service.config).load("status")


def test_a_key_that_cannot_be_read_is_named(status: Status) -> None:
    status.configure(TOKEN, 'token = { command = ["false"] }')
    ending = ended(status.say(status.declare(), "We are looking."))
    assert ending.startswith("failed: plugins.status.token: the secret from command false cannot be read")
