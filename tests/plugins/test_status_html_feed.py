"""What programs read: the JSON in Statuspage's shape, and the Atom feed."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from msgspec.structs import replace

from chatops.events import PublicComponent, new_id
from chatops.public import PublicPostmortem
from chatops_status_html import StatusHtml, StatusHtmlComponent, StatusHtmlConfig
from tests.plugins.test_status_html_support import (
    CHECKOUT,
    NOON,
    context,
    draw,
    incident,
    real_history,
    said,
    told,
    view,
)

ATOM = "{http://www.w3.org/2005/Atom}"


def load(path: Path, name: str) -> Any:
    return json.loads((path / name).read_text("utf-8"))


def test_a_real_history_comes_back_as_statuspage_served_it(tmp_path: Path) -> None:
    original = real_history()
    page = original["page"]
    draw(
        tmp_path,
        *map(told, original["incidents"]),
        config=StatusHtmlConfig(
            title=page["name"], url=page["url"], page_id=page["id"], time_zone=page["time_zone"]
        ),
    )
    drawn = load(tmp_path, "incidents.json")
    assert drawn["page"].keys() == page.keys()
    assert {k: v for k, v in drawn["page"].items() if k != "updated_at"} == {
        k: v for k, v in page.items() if k != "updated_at"
    }
    for ours, theirs in zip(drawn["incidents"], original["incidents"], strict=True):
        assert ours.keys() == theirs.keys()
        for field in ("name", "status", "impact", "monitoring_at", "page_id"):
            assert ours[field] == theirs[field]
        # Statuspage makes the incident some milliseconds before its first words.
        assert ours["created_at"] == min(update["display_at"] for update in theirs["incident_updates"])
        assert ours["shortlink"] == f"{page['url']}/incidents/{ours['id']}.html"
        for update, its in zip(ours["incident_updates"], theirs["incident_updates"], strict=True):
            assert update.keys() == its.keys()
            same = update.keys() - {"id", "incident_id", "affected_components"}
            assert {k: update[k] for k in same} == {k: its[k] for k in same}
            assert update["affected_components"] == (
                [c for c in its["affected_components"] or () if "code" in c] or None
            )
            assert update["incident_id"] == ours["id"]


def test_what_the_real_history_leaves_out(tmp_path: Path) -> None:
    ongoing = incident(said("Now.", impact="critical", components=(CHECKOUT,), notify=False))
    over = incident(said("Then.", -9), said("Over.", -5, status="resolved", corrected_at=NOON))
    draw(tmp_path, ongoing, over)
    newest, oldest = load(tmp_path, "incidents.json")["incidents"]
    assert newest["resolved_at"] is None
    assert newest["shortlink"] == ""
    assert newest["incident_updates"][0]["deliver_notifications"] is False
    assert newest["incident_updates"][0]["affected_components"] == [
        {"code": "c0ffee", "name": "Checkout", "old_status": "operational", "new_status": "major_outage"}
    ]
    assert oldest["resolved_at"] == "2026-11-21T11:55:00.000Z"
    assert oldest["updated_at"] == oldest["incident_updates"][0]["updated_at"] == "2026-11-21T12:00:00.000Z"


def test_ids_are_short_stable_and_do_not_tell_when_an_incident_was_declared(tmp_path: Path) -> None:
    one, other = incident(said("One.")), incident(said("Other.", -1))
    draw(tmp_path, one, other)
    first = load(tmp_path, "incidents.json")
    draw(tmp_path, one, other, incident(said("Third.", -2)))
    second = load(tmp_path, "incidents.json")
    ids = [i["id"] for i in second["incidents"]]
    assert [i["id"] for i in first["incidents"]] == ids[:2]
    assert len({len(i) for i in ids}) == 1
    assert len(set(ids)) == 3
    assert all(len(i) == 12 and i.isalnum() for i in ids)
    written = "".join(p.read_text("utf-8") for p in tmp_path.rglob("*.*") if p.is_file())
    assert str(one.id) not in written
    assert one.id.hex not in written


def test_the_summary_of_a_bad_day(tmp_path: Path) -> None:
    ongoing = incident(said("Now.", components=(CHECKOUT,)))
    over = incident(said("Over.", -5, status="resolved"))
    configured = [view("Search", settings=StatusHtmlComponent("Finds things")), view("Checkout", CHECKOUT.id)]
    draw(tmp_path, ongoing, over, components=configured, config=StatusHtmlConfig(page_id="p1"))
    summary = load(tmp_path, "summary.json")
    assert list(summary) == ["page", "components", "incidents", "scheduled_maintenances", "status"]
    assert [i["incident_updates"][0]["body"] for i in summary["incidents"]] == ["Now."]
    assert summary["scheduled_maintenances"] == []
    assert summary["status"] == {"indicator": "major", "description": "Partial System Outage"}
    assert summary["components"][0] == {
        "id": "search",
        "name": "Search",
        "status": "operational",
        "created_at": None,
        "updated_at": None,
        "position": 1,
        "description": "Finds things",
        "showcase": False,
        "start_date": None,
        "group_id": None,
        "page_id": "p1",
        "group": False,
        "only_show_if_degraded": False,
    }
    assert summary["components"][1]["status"] == "major_outage"
    assert summary["components"][1]["updated_at"] == "2026-11-21T12:00:00.000Z"


def test_the_summary_of_a_good_day_and_of_maintenance(tmp_path: Path) -> None:
    over = incident(said("Over.", status="resolved"))
    draw(tmp_path, over, components=[view("API")])
    assert load(tmp_path, "summary.json")["status"] == {
        "indicator": "none",
        "description": "All Systems Operational",
    }
    draw(tmp_path, over, components=[view("API", status="under_maintenance")])
    assert load(tmp_path, "summary.json")["status"] == {
        "indicator": "maintenance",
        "description": "Service Under Maintenance",
    }


def test_an_exercise_alarms_no_program(tmp_path: Path) -> None:
    draw(tmp_path, incident(said("Practice.", title="Game day", components=(CHECKOUT,)), drill=True))
    summary = load(tmp_path, "summary.json")
    assert summary["status"]["indicator"] == "none"
    assert summary["components"] == []
    assert summary["incidents"][0]["name"] == "Game day"
    assert "Exercise: Game day" in (tmp_path / "history.atom").read_text("utf-8")


def test_a_postmortem_is_an_update_of_its_own(tmp_path: Path) -> None:
    over = incident(said("Over.", status="resolved"))
    plugin = StatusHtml(StatusHtmlConfig(path=str(tmp_path)), "status-page")
    later = NOON + timedelta(days=1)
    why = PublicPostmortem(id=new_id(), incident=over.id, at=later, text="Why.")
    plugin.public_postmortem(context([replace(over, postmortem=why)]))
    [entry] = load(tmp_path, "incidents.json")["incidents"]
    assert entry["status"] == "postmortem"
    assert entry["updated_at"] == "2026-11-22T12:00:00.000Z"
    assert [(u["status"], u["body"]) for u in entry["incident_updates"]] == [
        ("postmortem", "Why."),
        ("resolved", "Over."),
    ]


def test_the_files_lie_where_the_clients_of_statuspage_look(tmp_path: Path) -> None:
    draw(tmp_path, incident())
    for name in ("incidents.json", "summary.json"):
        assert (tmp_path / "api" / "v2" / name).read_bytes() == (tmp_path / name).read_bytes()


def feed(path: Path) -> ET.Element:
    return ET.fromstring((path / "history.atom").read_bytes())


def text(element: ET.Element, name: str) -> str:
    return element.findtext(ATOM + name) or ""


def test_the_feed_has_an_entry_for_all_that_was_said(tmp_path: Path) -> None:
    words = "Line & one <b>.\nhttps://example.com/?a=1&b=2"
    ongoing = incident(
        said(words, 0, title="Search & find"), said("Fixed.", 9, title="Search & find", status="resolved")
    )
    draw(tmp_path, ongoing, config=StatusHtmlConfig(url="https://status.example.com/", title="A & B"))
    root = feed(tmp_path)
    assert text(root, "title") == "A & B"
    assert text(root, "updated") == "2026-11-21T12:09:00.000Z"
    assert [(link.get("rel"), link.get("href")) for link in root.findall(ATOM + "link")] == [
        ("alternate", "https://status.example.com/index.html"),
        ("self", "https://status.example.com/history.atom"),
    ]
    entries = root.findall(ATOM + "entry")
    assert [text(e, "title") for e in entries] == [
        "Search & find - Resolved",
        "Search & find - Investigating",
    ]
    assert text(entries[1], "content") == (
        "Line &amp; one &lt;b&gt;.<br>\n"
        '<a href="https://example.com/?a=1&amp;b=2" rel="nofollow noopener">https://example.com/?a=1&amp;b=2</a>'
    )
    link = entries[0].find(f"{ATOM}link[@rel='alternate']")
    assert link is not None
    page_id = load(tmp_path, "incidents.json")["incidents"][0]["id"]
    assert link.get("href") == f"https://status.example.com/incidents/{page_id}.html"


def test_the_feed_of_a_real_history_is_valid(tmp_path: Path) -> None:
    entries = real_history()["incidents"]
    draw(tmp_path, *map(told, entries))
    root = feed(tmp_path)
    ids = [text(element, "id") for element in root.iter(ATOM + "entry")]
    assert len(ids) == len(set(ids)) == 100
    assert text(root, "id") not in ids
    assert all(i.startswith("urn:uuid:") for i in (text(root, "id"), *ids))
    published = [datetime.fromisoformat(text(e, "published")) for e in root.iter(ATOM + "entry")]
    assert published == sorted(published, reverse=True)


def test_ids_in_the_feed_stay_when_words_are_corrected(tmp_path: Path) -> None:
    from msgspec.structs import replace

    first = said("Wrogn.", components=(PublicComponent("c", "C", "operational"),))
    draw(tmp_path, incident(first))
    before = feed(tmp_path)
    draw(tmp_path, incident(replace(first, text="Right.", corrected_at=NOON + timedelta(minutes=3))))
    after = feed(tmp_path)
    assert text(before, "id") == text(after, "id")
    [old], [new] = before.findall(ATOM + "entry"), after.findall(ATOM + "entry")
    assert text(old, "id") == text(new, "id")
    assert (text(old, "updated"), text(new, "updated")) == (
        "2026-11-21T12:00:00.000Z",
        "2026-11-21T12:03:00.000Z",
    )


def test_what_xml_cannot_hold_does_not_break_the_feed(tmp_path: Path) -> None:
    draw(tmp_path, incident(said("a\x00b\x0bc\ufffed\ud800e", title="t\x1b[0m")))
    [entry] = feed(tmp_path).findall(ATOM + "entry")
    assert text(entry, "content") == "abcde"
    assert text(entry, "title") == "t[0m - Investigating"
