"""The page itself: what a customer reads on it."""

import re
from dataclasses import replace as replace_context
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

import chatops_status_html
from chatops.events import ComponentStatus, Impact, PublicComponent, new_id
from chatops.public import PublicCorrection, PublicPostmortem
from chatops_status_html import StatusHtml, StatusHtmlComponent, StatusHtmlConfig
from tests.plugins.test_status_html_support import (
    CHECKOUT,
    NOON,
    context,
    draw,
    incident,
    read,
    real_history,
    said,
    told,
    view,
)

HOSTILE = (
    "</script><script>alert(1)</script> {{ 7*7 }} {% raw %} %s & &amp; \"double\" 'single' <!-- --> ]]>\n\n"
    "\u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd \N{GRINNING FACE}\ttab  two spaces " + "x" * 5000
)
FINE = incident(said("Over.", status="resolved"))


def test_an_ongoing_incident_is_all_there(tmp_path: Path) -> None:
    ongoing = incident(
        said("We are looking.", 0, components=(CHECKOUT,)), said("Found it.", 9, status="identified")
    )
    draw(tmp_path, ongoing, FINE)
    page = read(tmp_path)
    assert page.texts["h2"] == ["Major service disruption", "Ongoing", "Components", "Past incidents"]
    assert page.texts["words"] == ["Found it.", "We are looking.", "Over."]
    assert page.texts["what"][0] == "Identified 21 Nov 2026, 12:09 UTC"
    assert page.attributes("time")[1]["datetime"] == "2026-11-21T12:09:00.000Z"
    assert page.texts["affected"][0].split() == ["Major", "outage:", "Checkout"]
    assert page.texts["card components"][0].split() == ["Checkout", "Major", "outage"]
    assert "Updated 21 Nov 2026, 12:09 UTC." in page.texts["footer"][0]


@pytest.mark.parametrize(
    ("impact", "state", "headline"),
    [
        ("none", "notice", "Ongoing incident"),
        ("minor", "minor", "Minor service disruption"),
        ("major", "major", "Major service disruption"),
        ("critical", "critical", "Critical service outage"),
    ],
)
def test_the_banner_says_the_worst_impact(tmp_path: Path, impact: Impact, state: str, headline: str) -> None:
    draw(tmp_path, incident(said("Now.", impact=impact)), incident(said("Then.", -5, impact="none")))
    page = read(tmp_path)
    assert page.texts["h2"][0] == headline
    assert f"banner {state}" in page.texts


@pytest.mark.parametrize(
    ("status", "state", "headline"),
    [
        ("operational", "ok", "All systems operational"),
        ("under_maintenance", "maintenance", "Under maintenance"),
        ("degraded_performance", "minor", "Degraded performance"),
        ("partial_outage", "major", "Partial outage"),
        ("major_outage", "critical", "Major outage"),
    ],
)
def test_without_an_incident_the_banner_says_the_worst_component(
    tmp_path: Path, status: ComponentStatus, state: str, headline: str
) -> None:
    draw(tmp_path, FINE, components=[view("Search"), view("API", status=status)])
    page = read(tmp_path)
    assert page.texts["h2"][0] == headline
    assert f"banner {state}" in page.texts


def test_components_are_in_the_order_of_the_configuration_and_then_as_named(tmp_path: Path) -> None:
    other = PublicComponent("x1", "Unheard of", "degraded_performance")
    gone = PublicComponent("x2", "Long gone", "operational")
    past = incident(said("Over.", -9, status="resolved", components=(gone,)))
    configured = [view("Search", settings=StatusHtmlComponent("Finds things")), view("Checkout", CHECKOUT.id)]
    draw(tmp_path, incident(said("Now.", components=(other, CHECKOUT))), past, components=configured)
    page = read(tmp_path)
    assert [" ".join(text.split()) for text in page.texts["card components"][0].strip().split("\n")] == [
        "Search Finds things Operational",
        "Checkout Major outage",
        "Unheard of Degraded performance",
    ]


def test_the_history_outweighs_a_component_that_was_read_before_the_lock(tmp_path: Path) -> None:
    over = incident(said("Now.", components=(CHECKOUT,)), said("Over.", 5, status="resolved"))
    draw(tmp_path, over, components=[view("Checkout", CHECKOUT.id, status="major_outage")])
    assert read(tmp_path).texts["h2"][0] == "All systems operational"


def test_an_exercise_is_marked_and_changes_no_state(tmp_path: Path) -> None:
    draw(tmp_path, incident(said("Only practice.", components=(CHECKOUT,)), drill=True))
    page = read(tmp_path)
    assert page.texts["exercise"] == ["This is an exercise. Nothing is wrong with the service."]
    assert page.texts["h2"] == ["All systems operational", "Ongoing", "Past incidents"]


def test_a_correction_shows(tmp_path: Path) -> None:
    wrong = incident(said("Wrogn."))
    draw(tmp_path, wrong)
    right = incident(said("Right.", corrected_at=NOON + timedelta(minutes=3)))
    correction = PublicCorrection(id=new_id(), incident=right.id, sequence=1, at=NOON, text="Right.")
    plugin = StatusHtml(StatusHtmlConfig(path=str(tmp_path)), "status-page")
    assert plugin.public_correction(context([right])) is None
    page = read(tmp_path)
    assert page.texts["words"] == [correction.text]
    assert page.texts["corrected"] == ["(corrected 21 Nov 2026, 12:03 UTC)"]


def test_a_postmortem_stays_with_its_incident(tmp_path: Path) -> None:
    at = NOON + timedelta(minutes=60)
    why = PublicPostmortem(id=new_id(), incident=FINE.id, at=at, text="Why it happened.")
    told = replace(FINE, postmortem=why)
    plugin = StatusHtml(StatusHtmlConfig(path=str(tmp_path)), "status-page")
    assert plugin.public_postmortem(context([told])) is None
    draw(tmp_path, incident(said("Something else.", 99)), told)
    page = read(tmp_path)
    assert page.texts["words"] == ["Something else.", "Why it happened.", "Over."]
    assert [what.split()[0] for what in page.texts["what"]] == ["Investigating", "Post-mortem", "Resolved"]


def test_hostile_words_are_only_words(tmp_path: Path) -> None:
    name = "<i onclick='x'>Name</i> {{ 7*7 }}"
    bad = incident(said(HOSTILE, title=name, components=(PublicComponent("<b>", name, "partial_outage"),)))
    config = StatusHtmlConfig(title=name, footer=HOSTILE)
    settings = StatusHtmlComponent(description=name)
    draw(tmp_path, bad, FINE, components=[view(name, settings=settings)], config=config)
    for file in ("index.html", *(f"incidents/{p.name}" for p in tmp_path.glob("incidents/*.html"))):
        page = read(tmp_path, file)
        assert not {"script", "i", "iframe", "object", "form"} & {tag for tag, _ in page.tags}
        assert page.texts["words"][-1] == HOSTILE
        assert not [key for _, values in page.tags for key in values if key.startswith("on")]
    page = read(tmp_path)
    assert page.texts["words"] == [HOSTILE, "Over.", HOSTILE]
    assert page.texts["h3"][0] == name
    assert page.texts["bdi"] == [name]
    assert page.texts["title"] == [f"{name}: Major service disruption"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\t<>&\"'{}%"), min_size=1))
def test_any_words_come_back_as_they_were_said(tmp_path: Path, text: str) -> None:
    draw(tmp_path, incident(said(text)))
    assert read(tmp_path).texts["words"] == [re.sub("[\ufffe\uffff]", "", text)]


def test_addresses_become_links_and_nothing_else_does(tmp_path: Path) -> None:
    text = 'See (https://example.com/a?b=1&c=2). Not javascript:alert(1), www.example.org or "http://".'
    draw(tmp_path, incident(said(text)))
    page = read(tmp_path)
    assert page.texts["words"] == [text]
    assert [a for a in page.attributes("a") if "rel" in a] == [
        {"href": "https://example.com/a?b=1&c=2", "rel": "nofollow noopener"}
    ]


def test_a_real_history_is_there_once_and_in_order(tmp_path: Path) -> None:
    entries = real_history()["incidents"]
    draw(tmp_path, *map(told, entries), config=StatusHtmlConfig(time_zone="America/Chicago"))
    page = read(tmp_path)
    expected = [update["body"] for entry in entries for update in entry["incident_updates"]]
    assert len(expected) == 105
    assert page.texts["words"] == expected
    assert page.texts["h4"] == [entry["name"] for entry in entries]
    assert page.texts["month"][:3] == ["February 2019", "January 2019", "December 2018"]
    assert page.texts["what"][0] == "Resolved 20 Feb 2019, 13:40 CST"
    assert page.texts["summary"][0] == "3 earlier updates"


def test_the_newest_are_shown_and_whatever_is_still_open(tmp_path: Path) -> None:
    past = [incident(said(f"Number {n}.", -n, status="resolved")) for n in range(1, 6)]
    still = incident(said("Still open.", -90))
    draw(tmp_path, *past, still, config=StatusHtmlConfig(incidents=2))
    assert read(tmp_path).texts["words"] == ["Still open.", "Number 1.", "Number 2."]


def test_every_incident_has_a_page_of_its_own(tmp_path: Path) -> None:
    draw(tmp_path, incident(said("Now.", title="One")), incident(said("Over.", -9, status="resolved")))
    index = read(tmp_path)
    hrefs = [a["href"] for a in index.attributes("a") if a["href"].startswith("incidents/")]
    assert [read(tmp_path, href).texts["words"] for href in hrefs] == [["Now."], ["Over."]]
    first = read(tmp_path, hrefs[0])
    assert first.texts["h1"] == ["One"]
    assert (tmp_path / "incidents" / first.attributes("a")[0]["href"]).resolve() == tmp_path / "index.html"


def test_a_correction_reaches_the_page_of_an_incident_that_is_no_longer_listed(tmp_path: Path) -> None:
    old = incident(said("Wrogn.", -9, status="resolved"))
    draw(tmp_path, old)
    right = replace(old, updates=(replace(old.updates[0], text="Right."),))
    ctx = replace_context(context([FINE, right]), incident=right)
    StatusHtml(StatusHtmlConfig(path=str(tmp_path), incidents=1), "status-page").public_correction(ctx)
    assert read(tmp_path).texts["words"] == ["Over."]
    assert sorted(
        read(tmp_path, f"incidents/{p.name}").texts["words"] for p in tmp_path.glob("incidents/*")
    ) == [
        ["Over."],
        ["Right."],
    ]


def test_the_page_of_an_incident_is_written_only_for_its_own_news(tmp_path: Path) -> None:
    draw(tmp_path, FINE)
    [page] = tmp_path.glob("incidents/*.html")
    before = page.stat().st_ino, page.read_bytes()
    draw(tmp_path, incident(said("Something else.", 9, components=(CHECKOUT,))), FINE)
    assert (page.stat().st_ino, page.read_bytes()) == before


def test_the_page_loads_nothing_and_runs_nothing(tmp_path: Path) -> None:
    logo = tmp_path / "logo.svg"
    logo.write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    config = StatusHtmlConfig(logo=str(logo), support_url="https://example.com/help", url="https://s.example")
    draw(tmp_path / "out", incident(said("Words.")), components=[view("API")], config=config)
    page = read(tmp_path / "out")
    loaded = [tag for tag in page.tags if tag[0] in {"img", "link"} or "src" in tag[1]]
    addresses = [values.get("src") or values["href"] for _, values in loaded]
    assert [a.partition(",")[0] for a in addresses] == [
        "data:image/svg+xml;base64",
        "history.atom",
        "data:image/svg+xml;base64",
    ]
    assert "url(" not in page.texts["style"][0]
    assert "@import" not in page.texts["style"][0]
    assert not [values for _, values in page.tags if "style" in values]


def test_the_policy_allows_only_our_style(tmp_path: Path) -> None:
    import base64
    import hashlib

    draw(tmp_path, FINE, config=StatusHtmlConfig(accent="#0a7"))
    page = read(tmp_path)
    [policy] = [
        m["content"] for m in page.attributes("meta") if m.get("http-equiv") == "Content-Security-Policy"
    ]
    digest = base64.b64encode(hashlib.sha256(page.texts["style"][0].encode()).digest()).decode()
    assert policy.split("; ") == [
        "default-src 'none'",
        f"style-src 'sha256-{digest}'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    assert "--accent: #0a7;" in page.texts["style"][0]


@pytest.mark.parametrize(("refresh", "expected"), [(60, ["60"]), (0, [])])
def test_the_page_reloads_itself_where_wanted(tmp_path: Path, refresh: int, expected: list[str]) -> None:
    draw(tmp_path, FINE, config=StatusHtmlConfig(refresh=refresh))
    metas = read(tmp_path).attributes("meta")
    assert [m["content"] for m in metas if m.get("http-equiv") == "refresh"] == expected


def _luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    dark, light = sorted(map(_luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def test_every_colour_can_be_read_in_both_schemes() -> None:
    sheet = Path(chatops_status_html.__file__).with_name("templates") / "style.css"
    css = sheet.read_text("utf-8")
    light, dark = (
        dict(re.findall(r"--(\w+): (#\w{6})", block))
        for block in re.findall(r":root {(.*?)}", css, re.DOTALL)
    )
    for scheme in (light, dark):
        words = {name: c for name, c in scheme.items() if name not in {"accent", "ground", "card", "line"}}
        assert len(words) == 7
        for colour in words.values():
            assert min(_contrast(colour, scheme[b]) for b in ("ground", "card")) >= 4.5, (colour, scheme)
    banners = re.findall(r"^\.banner.*background: (#\w{6})", css, re.MULTILINE)
    assert banners
    assert all(_contrast(colour, "#ffffff") >= 4.5 for colour in banners)
