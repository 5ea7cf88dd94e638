"""What the settings may be, what `chatops doctor` says of them, and which page a link means."""

import re
from pathlib import Path

import msgspec
import pytest

from chatops.errors import RemoteError, UsageError
from chatops.sandbox import Fault
from chatops.values import from_setting
from chatops_confluence import ConfluenceConfig
from tests.plugins.test_confluence_support import Wiki, a_wiki

wiki = a_wiki

GOOD = {"url": "https://example.atlassian.net", "user": "a@b.c", "token": {"command": ["x"]}, "space": "OPS"}


def config(**more: object) -> ConfluenceConfig:
    return msgspec.convert(GOOD | more, ConfluenceConfig, dec_hook=from_setting(Path()))


@pytest.mark.parametrize("url", ["https://x.y", "https://x.y/", "https://x.y/wiki", "https://x.y/wiki/"])
def test_the_address_may_have_its_last_part_or_not(url: str) -> None:
    assert config(url=url).wiki == "https://x.y/wiki"


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("url", "example.atlassian.net", "url: write an address"),
        ("user", " ", "user: write the e-mail address"),
        ("space", "Our space", "space: write the key of the space"),
        ("space", "", "space: write the key of the space"),
        ("restricted_space", "a b", "restricted_space: write the key"),
        ("parent", "Post-mortems", "parent: write the id of the page"),
        ("title", "{titel}", "title: there is no {titel}; there are {incident}, {title}, {severity}, {date}"),
        ("title", "Post-mortem", "write {incident} or {title} into it"),
        ("title", "{title", "title: "),
        ("title", "{title:d}", "title: write {title} with nothing but its name"),
        ("title", "{incident!r}", "title: write {incident} with nothing but its name"),
        ("labels", ["post mortem"], "labels: write each without spaces"),
        ("source_label", "", "source_label: write each without spaces"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_refused(key: str, value: object, said: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=re.escape(said)):
        config(**{key: value})


def test_nothing_is_wrong_with_the_sandboxs_settings(wiki: Wiki) -> None:
    assert wiki.check() == []


@pytest.mark.parametrize(
    ("old", "new", "setting", "said"),
    [
        ('space = "OPS"', 'space = "NOPE"', "space", "there is no space NOPE"),
        ('"SEC"', '"NOPE"', "restricted_space", "there is no space NOPE"),
        ('"98305"', '"1"', "parent", "there is no page 1"),
        ('space = "OPS"', 'space = "DOCS"', "parent", "'Post-mortems' is not in the space DOCS"),
    ],
)
def test_what_the_site_has_not_is_found(wiki: Wiki, old: str, new: str, setting: str, said: str) -> None:
    wiki.configure(old, new)
    (found,) = wiki.check()
    assert found.setting == f"plugins.wiki.{setting}"
    assert said in found.problem
    if "space" in said and setting != "parent":
        assert found.valid == ("OPS (Operations)", "SEC (Security)", "DOCS (Documentation)")


def test_credentials_that_are_wrong_are_said_to_be_so(wiki: Wiki) -> None:
    wiki.plan(Fault(kind="status", status=401, times=None))
    with pytest.raises(RemoteError, match=r"Check plugins\.wiki\.token and plugins\.wiki\.user"):
        wiki.check()


@pytest.mark.parametrize(
    "ref",
    [
        "98305",
        " 98305 ",
        "{wiki}/spaces/OPS/pages/98305",
        "{wiki}/spaces/OPS/pages/98305/Post-mortems#x",
        "{wiki}/spaces/OPS/pages/edit-v2/98305?draft=1",
        "{wiki}/pages/viewpage.action?focused=1&pageId=98305",
    ],
)
def test_a_page_is_named_by_its_id_or_address(wiki: Wiki, ref: str) -> None:
    site = f"{wiki.sandbox.url}/confluence/wiki"
    link = wiki.service.resolve_link("wiki", ref.format(wiki=site))
    assert (link.kind, link.id, link.title) == ("postmortem", "98305", "Post-mortems")
    assert link.url == f"{site}/spaces/OPS/pages/98305"


def test_what_is_no_page_of_the_site_is_none(wiki: Wiki) -> None:
    with pytest.raises(
        RemoteError, match=r"no page 7, or the account of plugins\.wiki\.token may not see it"
    ):
        wiki.service.resolve_link("wiki", "7")
    with pytest.raises(UsageError, match="does not know 'OPS-7'"):
        wiki.service.resolve_link("wiki", "OPS-7")
    elsewhere = "https://other.example/wiki/spaces/OPS/pages/98305"
    assert wiki.service.resolve_link("wiki", elsewhere).kind != "postmortem"
