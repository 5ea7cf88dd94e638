"""What cannot be sent to is said when the settings are read, in words that show no URL."""

import importlib.util
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chatops.errors import ChatopsError
from chatops.registry import Registry
from chatops.service import Service
from chatops.values import Secret
from chatops_apprise import Apprise, AppriseConfig, ApprisePublic, ApprisePublicConfig
from chatops_apprise.library import fault_of
from tests.plugins.test_apprise_support import Post, a_post

post = a_post
GOOD = "json://127.0.0.1/hook"


def secret(value: str) -> Secret:
    return Secret("test", lambda: value)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("T0kenTheFirst12345", "number 2 is no URL: it begins with the name of a service"),
        (
            "slak://T0kenTheFirst12345",
            "number 2 is of a service 'slak' that apprise does not have. Did you mean",
        ),
        (
            "slack://T0kenTheFirst12345",
            "number 2 (slack) is not what apprise expects of this service; see http",
        ),
        ("https://T0kenTheFirst12345.example/", "number 2 (https) is no address that apprise knows"),
        ("mailto://", "number 2 (mailto) is not what apprise expects"),
        (GOOD, "number 2 is the same as number 1"),
        ("", "number 2: the secret from env POST_URL_2 cannot be read: it is empty"),
    ],
)
@pytest.mark.parametrize("use", ["apprise", "apprise_public"])
def test_a_url_that_cannot_be_sent_to_is_named_by_its_place(
    post: Post, url: str, words: str, use: str, caplog: pytest.LogCaptureFixture
) -> None:
    post.configure(GOOD, url or " ", use=use)
    with pytest.raises(ChatopsError) as wrong:
        Registry(post.service.config).load("post")
    assert f"plugins.post.urls: {words}" in str(wrong.value)
    assert "T0ken" not in str(wrong.value) + caplog.text


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("slak", "slack"),
        ("teams", "workflow"),
        ("msteams", "workflow"),
        ("email", "mailtos"),
        ("telegram", "tgram"),
        ("pushover", "pover"),
    ],
)
def test_a_service_that_is_written_otherwise_is_suggested(written: str, meant: str) -> None:
    said = fault_of(f"{written}://T0kenTheFirst12345")
    assert f"'{meant}'" in said.partition("Did you mean")[2]
    assert said.count("' or '") <= 2


def test_the_address_that_a_service_hands_out_will_do() -> None:
    assert not fault_of("https://discord.com/api/webhooks/4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js")
    assert not fault_of("MAILTOS://user:password@smtp.example.com?to=ops@example.com")


README = Path(__file__).parents[2] / "plugins" / "apprise" / "README.md"


@pytest.mark.parametrize("url", re.findall(r"`(\w+://[^`]*)`", README.read_text()))
def test_a_url_of_the_readme_is_one(url: str) -> None:
    assert not fault_of(url)


def test_the_settings_of_the_readme_load(post: Post, make_service: Callable[[str], Service]) -> None:
    _, _, settings = README.read_text().partition("## Settings\n")
    toml = "\n".join(re.findall(r"^    (.*[\[=].*)$", settings, re.MULTILINE))
    for name in ("COLLEAGUES_URL", "CUSTOMERS_URL"):
        post.monkeypatch.setenv(name, GOOD)
    config = make_service(toml).config
    assert config.problems == []
    loaded = {name: Registry(config).load(name).plugin for name in config.instances}
    assert {name: type(plugin) for name, plugin in loaded.items()} == {
        "colleagues": Apprise,
        "customers": ApprisePublic,
    }


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"urls": ()}, "^urls: name at least one"),
        (
            {"events": ("incident_declare",)},
            "^events: there is no 'incident_declare'. Did you mean 'incident_d",
        ),
        ({"events": ()}, "^events: name at least one. There are: incident_declared, "),
    ],
)
def test_a_setting_that_cannot_be_is_refused(given: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        AppriseConfig(**{"urls": (secret(GOOD),)} | given)


def test_a_url_stands_in_no_repr() -> None:
    config = ApprisePublicConfig(urls=(secret("json://127.0.0.1/T0kenTheFirst12345"),))
    assert repr(config) == "ApprisePublicConfig(urls=(<secret from test>,))"


def test_a_library_that_is_missing_is_told_of_with_how_to_get_it(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = importlib.util.find_spec

    def without(name: str, package: str | None = None) -> Any:
        return None if name == "apprise" else found(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", without)
    post.configure(GOOD)
    with pytest.raises(ChatopsError, match=r"plugins.post.urls: .*pip install 'chatops-incident\[apprise\]'"):
        Registry(post.service.config).load("post")


def _lacking(monkeypatch: pytest.MonkeyPatch) -> None:
    from apprise.plugins.custom_json import NotifyJSON

    monkeypatch.setattr(NotifyJSON, "enabled", False)
    monkeypatch.setattr(NotifyJSON, "requirements", {"packages_required": ["paho-mqtt != 2.0.*"]})


def test_what_a_service_needs_is_found_without_sending(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    post.configure(GOOD, "xml://127.0.0.1/hook")
    assert post.check() == []
    _lacking(monkeypatch)
    (found,) = post.check()
    assert found.setting == "plugins.post.urls"
    assert found.problem == "number 1 (json) needs another library: pip install 'paho-mqtt != 2.0.*'"


def test_what_a_service_needs_is_said_of_a_message_too(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    post.configure(GOOD)
    _lacking(monkeypatch)
    ended = post.deliver(post.declare())
    assert (ended.state, "needs another library: pip install" in ended.reason) == ("failed", True)


@pytest.mark.parametrize("what", ["chatops_apprise", "chatops_apprise.settings", "chatops_apprise.library"])
def test_apprise_is_imported_only_where_it_is_used(what: str) -> None:
    code = f"import sys, {what}; sys.exit('apprise' in sys.modules or 'requests' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_apprise_is_told_to_keep_nothing_and_to_do_nothing_twice() -> None:
    from chatops_apprise.library import service_of

    service = service_of("json://127.0.0.1/hook?retry=3")
    assert service is not None
    asset: Any = service.asset
    assert (asset.storage_mode.value, asset.storage_path, asset.async_mode) == ("memory", None, False)
    assert (asset.plugin_paths, asset.http_redirects, asset.image_url_mask) == ([], False, "")
    assert not service.redirects
