"""A real public history, played and imported with the installed command, and what the page makes of it."""

import html
import json
import re
import resource
from datetime import datetime
from pathlib import Path

import pytest

from chatops.store import Store
from tests.histories import Json, day, incident, source, story, update
from tests.kit import Cli, Site, shared

NOTHING_AFFECTED = [{"name": "No components were affected by this update."}]


def page_config(cli: Cli) -> str:
    return f"""
        [plugins.status]
        use = "status_html"
        path = "{cli.home / "page"}"
        title = "Emma"
        url = "https://status.myemma.com"
        time_zone = "America/Chicago"
        page_id = "4lzycl8t1x0c"
        when.drills = true
    """


def write(cli: Cli, *incidents: Json) -> str:
    source(cli.home, *incidents)
    return str(cli.home / "history.json")


def seconds_of_work() -> float:
    """What the commands took of the processor, however busy the machine is."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.long
def test_the_page_says_what_the_source_said(cli: Cli) -> None:
    file = shared("data/statuspage-history.json")
    cli.configure(page_config(cli))
    before = seconds_of_work()
    done = cli.here("replay", str(file), "--json")
    assert seconds_of_work() - before < 20
    said = {"incidents": 22, "updates": 105, "undelivered": 0, "known_before": 0}
    assert {key: done.json()[key] for key in said} == said
    assert done.err == ""

    drawn = (cli.home / "page" / "incidents.json").read_bytes()
    theirs, ours = json.loads(file.read_bytes()), json.loads(drawn)
    assert ours == expected(theirs, ours)
    _check_texts(theirs, (cli.home / "page" / "index.html").read_text())
    _check_store(Store(cli.home / ".local" / "state" / "chatops" / "chatops.db"))

    again = cli.here("replay", str(file), "--json").json()
    assert (again["events"], again["known_before"]) == (0, 22)
    assert (cli.home / "page" / "incidents.json").read_bytes() == drawn
    imported = cli.here("import", "statuspage", str(file), "--json").json()
    assert (imported["events"], imported["known_before"]) == (0, 22)


def expected(source: Json, ours: Json) -> Json:
    """The source, with what we do not hold replaced by what we say instead. This is the whole list."""
    page = source["page"] | {"updated_at": ours["incidents"][0]["updated_at"]}  # theirs moves without news
    return {
        "page": page,
        "incidents": [_expected(*pair) for pair in zip(source["incidents"], ours["incidents"], strict=True)],
    }


def _expected(source: Json, ours: Json) -> Json:
    updates = source["incident_updates"]
    pairs = zip(updates, ours["incident_updates"], strict=True)
    return source | {
        "id": ours["id"],  # ids are our own
        "shortlink": f"https://status.myemma.com/incidents/{ours['id']}.html",  # and so are addresses
        # Customers are shown the time of the words; theirs is that of the row, up to 0.75 s earlier.
        "created_at": min((u["display_at"] for u in updates), key=datetime.fromisoformat),
        # Theirs also moves when nothing that customers can see has changed.
        "updated_at": max((u["created_at"] for u in updates), key=datetime.fromisoformat),
        "incident_updates": [_expected_update(update, own, ours["id"]) for update, own in pairs],
    }


def _expected_update(source: Json, ours: Json, of: str) -> Json:
    affected = source["affected_components"]
    return source | {
        "id": ours["id"],
        "incident_id": of,
        "updated_at": source["created_at"],  # how the words read before they were edited is not told
        "body": source["body"].replace("\r\n", "\n"),
        "affected_components": None if affected == NOTHING_AFFECTED else affected,
    }


def _check_texts(source: Json, page: str) -> None:
    """Every text stands on the page once, in its place."""
    shown = re.findall(r'<div class="words" dir="auto">(.*?)</div>', page, re.DOTALL)
    plain = [html.unescape(re.sub(r"<[^>]+>", "", text)) for text in shown]
    said = [update["body"] for one in source["incidents"] for update in one["incident_updates"]]
    assert plain == [text.replace("\r\n", "\n") for text in said]


def _check_store(store: Store) -> None:
    """Every snapshot is what its events add up to, and all are over."""
    identities = store.log.all_ids()
    assert len(identities) == 22
    for identity in identities:
        kept = store.log.incident(identity)
        assert kept == store.log.rebuilt(identity)
        assert kept is not None
        assert (kept.state, kept.drill) == ("resolved", True)
    states = [d.state for identity in identities for d in store.deliveries.of_incident(identity)]
    assert states == ["done"] * 105
    store.close()


def test_an_imported_history_stands_on_the_page_when_it_is_next_drawn(cli: Cli) -> None:
    file = shared("data/statuspage-history.json")
    cli.configure(page_config(cli))
    assert "22 incidents recorded: 105 updates" in cli.here("import", "statuspage", str(file)).out
    assert not (cli.home / "page").exists()
    replayed = cli.here("replay", str(file))
    assert "22 incidents known before" in replayed.out
    assert not (cli.home / "page").exists()

    cli.here("declare", "News", "--public", "Something new.")
    drawn = json.loads((cli.home / "page" / "incidents.json").read_bytes())
    theirs = json.loads(file.read_bytes())
    assert drawn["incidents"][0]["incident_updates"][0]["body"] == "Something new."
    assert (
        drawn["incidents"][1:] == expected(theirs, drawn | {"incidents": drawn["incidents"][1:]})["incidents"]
    )
    assert "This is an exercise" not in (cli.home / "page" / "index.html").read_text()


def test_each_incident_is_a_line(cli: Cli) -> None:
    cli.configure(page_config(cli))
    file = write(cli, story("i1", 1), incident("i2", update("u", "resolved", day(2))))
    done = cli.here("replay", file)
    assert done.out.splitlines() == [
        "✓ INC-1    4 updates  Title of i1",
        "✓ INC-2     1 update  Title of i2",
        "",
        "2 incidents played: 5 updates, 11 events.",
    ]
    assert cli.here("replay", file).out.splitlines() == [
        "- INC-1        known  Title of i1",
        "- INC-2        known  Title of i2",
        "",
        "0 incidents played: 0 updates, 0 events.",
        "2 incidents known before.",
    ]


def test_scripts_get_the_names_of_what_is_new(cli: Cli) -> None:
    assert (
        cli("import", "statuspage", "-", "--quiet", stdin=Path(write(cli, story())).read_text()).out
        == "INC-1\n"
    )
    assert cli("import", "statuspage", write(cli, story(), story("i2", 2)), "-q").out == "INC-2\n"


def test_what_is_left_out_or_cut_is_said(cli: Cli) -> None:
    planned = incident("m", update("m1", "scheduled", day(1)), impact="maintenance")
    long = incident("long", update("u", "resolved", day(1), body="x" * 30_000))
    file = write(cli, planned, incident("silent"), long)
    done = cli.here("import", "statuspage", file)
    assert done.out.splitlines()[-3:] == [
        "1 maintenance left out.",
        "1 left out, for want of any update.",
        "1 text cut, being too long.",
    ]
    assert cli.here("import", "statuspage", file, "--json").json() == {
        "incidents": 0,
        "events": 0,
        "updates": 0,
        "undelivered": 0,
        "known_before": 1,
        "left_out": {"maintenances": 1, "without_updates": 1},
        "shortened": 1,
    }
    assert cli.here("import", "statuspage", write(cli)).out == "0 incidents recorded: 0 updates, 0 events.\n"


def test_a_replay_that_nobody_hears_says_so_first(cli: Cli) -> None:
    cli.configure(page_config(cli).replace("when.drills = true", ""))
    done = cli.here("replay", write(cli, story()))
    assert (
        done.err.splitlines()[0]
        == "Warning: No enabled plugin takes exercises, so nothing will be delivered."
    )
    assert "1 incident played" in done.out
    assert not (cli.home / "page").exists()


def test_what_is_not_delivered_is_shown_and_counted(cli: Cli, site: Site) -> None:
    site.install(
        """
        class Page(PublicPlugin):
            @hookimpl
            def public_update(self, event):
                raise Rejected("no such page")
        """,
        page="Page",
    )
    cli.configure('[plugins.status]\nuse = "page"\nwhen.drills = true\n')
    file = write(cli, story())
    done = cli.here("replay", file, code=3)
    assert done.out.splitlines()[:2] == [
        "✗ INC-1    4 updates  Title of i1",
        "    ✗ status: public_update failed: no such page",
    ]
    assert "4 deliveries are still owed." in done.err
    assert cli.here("replay", file, "--json", code=3).json()["undelivered"] == 4
    assert cli.here("import", "statuspage", file).code == 0


@pytest.mark.parametrize("command", [("replay",), ("import", "statuspage")])
def test_a_bad_file_is_refused_in_words(cli: Cli, command: tuple[str, ...]) -> None:
    bad = cli.home / "bad.json"
    bad.write_text('{"incidents": [{"id": 7}]}')
    assert "at `$.incidents[0].id`" in cli(*command, str(bad), code=2).err
    assert "cannot be read" in cli(*command, "nowhere.json", code=2).err
    assert "Standard input is no incident history: it is empty" in cli(*command, "-", code=2).err
    assert "Example" in cli(*command, "--help").out
