"""The settings of the page: what they do, and what a wrong one is told."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from chatops import Rejected
from chatops_status_html import StatusHtml, StatusHtmlConfig
from tests.plugins.test_status_html_support import context, draw, incident, read, said

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


def test_a_template_of_the_users_own(tmp_path: Path) -> None:
    template = tmp_path / "mine.html"
    template.write_text(
        '{% extends "index.html" %}{% block components %}<p class="mine">{{ page.headline }}, '
        "{{ page.active[0].updates[0].text }}</p>{% endblock %}"
    )
    config = StatusHtmlConfig(template=str(template))
    draw(tmp_path / "out", incident(said("<b>Words</b>")), config=config)
    page = read(tmp_path / "out")
    assert page.texts["mine"] == ["Major service disruption, <b>Words</b>"]
    assert page.texts["words"] == ["<b>Words</b>"]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("{% if %}", "line 1: Expected an expression"),
        ("\n{{ pgae.title }}", "'pgae' is undefined"),
        ("{{ page.__class__.__mro__ }}", "access to attribute '__class__'"),
        ("{{ 1 / 0 }}", "division by zero"),
        ('{% include "/etc/passwd" %}', "passwd"),
    ],
)
def test_a_template_that_cannot_be_rendered_is_named(tmp_path: Path, source: str, words: str) -> None:
    template = tmp_path / "mine.html"
    template.write_text(source)
    with pytest.raises(Rejected, match=r"^plugins\.status-page\.template cannot be rendered.*") as caught:
        draw(tmp_path / "out", incident(), config=StatusHtmlConfig(template=str(template)))
    assert words in str(caught.value)


@pytest.mark.parametrize(("data", "kind"), [(PNG, "png"), (b"<?xml?><svg/>", "svg+xml")])
def test_the_logo_is_in_the_page(tmp_path: Path, data: bytes, kind: str) -> None:
    logo = tmp_path / "logo"
    logo.write_bytes(data)
    draw(tmp_path / "out", incident(), config=StatusHtmlConfig(logo=str(logo)))
    [image] = read(tmp_path / "out").attributes("img")
    assert image["src"].startswith(f"data:image/{kind};base64,")
    assert image["alt"] == ""


def test_a_logo_that_has_gone_is_named(tmp_path: Path) -> None:
    logo = tmp_path / "logo.png"
    logo.write_bytes(PNG)
    plugin = StatusHtml(StatusHtmlConfig(path=str(tmp_path / "out"), logo=str(logo)), "eu")
    logo.unlink()
    with pytest.raises(Rejected, match=r"plugins\.status-page\.logo cannot be used"):
        plugin.public_correction(context([incident()]))


def _file(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    return str(path)


@pytest.mark.parametrize(
    ("wrong", "advice"),
    [
        (lambda _: {"path": "status"}, 'path: write an absolute path such as "/srv/path"'),
        (lambda _: {"path": "~nobody-here/x"}, "path: write an absolute path"),
        (lambda _: {"logo": "/" + "x" * 5000}, "logo: there is no file"),
        (lambda _: {"title": " "}, "title: write what customers should read at the top"),
        (lambda _: {"url": "status.example.com"}, "url: write the page's public address"),
        (lambda _: {"url": "https://x.example/?a"}, "url: write the page's public address"),
        (lambda _: {"support_url": "javascript:alert(1)"}, "support_url: write an address that starts with"),
        (lambda _: {"accent": "red"}, "accent: write a colour such as \"#3b5bdb\", not 'red'"),
        (lambda _: {"accent": "#fff;}"}, "accent: write a colour"),
        (lambda _: {"time_zone": "Mars/Base"}, 'time_zone: write a name such as "Europe/Berlin"'),
        (lambda _: {"time_zone": "America"}, "time_zone: write a name"),
        (lambda _: {"time_zone": "../etc"}, "time_zone: write a name"),
        (lambda _: {"incidents": 0}, "incidents: write how many are shown, at least 1, not 0"),
        (lambda _: {"refresh": 5}, "refresh: write at least 10 seconds, or 0 for never, not 5"),
        (lambda _: {"page_id": "a b"}, "page_id: write up to 64 letters, digits, - or _"),
        (lambda p: {"template": str(p / "none.html")}, "template: there is no file"),
        (lambda p: {"logo": str(p / "none.svg")}, "logo: there is no file"),
        (lambda p: {"logo": _file(p / "logo.svg", b"GIF89a")}, "logo: name an SVG or PNG file"),
        (
            lambda p: {"logo": _file(p / "logo.png", PNG + b"\0" * 200_000)},
            "logo: the file has 200,048 bytes",
        ),
    ],
)
def test_a_wrong_setting_says_what_to_write(
    tmp_path: Path, wrong: Callable[[Path], dict[str, Any]], advice: str
) -> None:
    with pytest.raises(ValueError, match="^" + advice.split(":", maxsplit=1)[0]) as caught:
        StatusHtmlConfig(**wrong(tmp_path))
    assert advice in str(caught.value)


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(ValueError, match=r"url: .*; accent: .*"):
        StatusHtmlConfig(url="x", accent="y")


def test_an_unknown_setting_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="colour"):
        msgspec.convert({"colour": "#fff"}, StatusHtmlConfig)


def test_the_page_lies_with_the_users_data_unless_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert StatusHtmlConfig().folder.is_relative_to(tmp_path)
    assert StatusHtmlConfig().folder.name == "status"
    assert StatusHtmlConfig(path="~/page").folder == tmp_path / "page"
