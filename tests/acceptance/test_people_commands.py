"""Notes, roles, links, and who may know, through the installed command: note, assign, link, restrict."""

import pytest

from tests.acceptance.helpers import CATALOGUE, STATUS_PAGE, events, install, told
from tests.kit import Cli

PLUGINS = """
    [plugins.tracker]
    use = "tracker"
    when.restricted = true
    [plugins.broken]
    use = "broken"
"""


@pytest.fixture
def team(cli: Cli) -> Cli:
    """A team with a ticket system that is cleared for everything, another plugin, and a status page."""
    install(cli.site)
    cli.configure(CATALOGUE + STATUS_PAGE + PLUGINS)
    return cli


def test_notes_are_kept_also_after_the_end(team: Cli) -> None:
    team("declare", "Down", "--no-public")
    noted = team("note", "Marta", "sees", "it,", "too")
    assert noted.out == "INC-1: noted.\n  ✓ broken: note_added\n"
    team("resolve", "1")
    body = team("note", "1", "-m", "12 customers wrote\nto support", "--key", "n1", "--json").json()
    assert body["events"][0]["text"] == "12 customers wrote\nto support"
    assert team("note", "1", "Other words", "--key", "n1", "--json").json()["repeated"]
    # The second line hangs below the first, so that it cannot pass for an event.
    story = team("timeline", "1").out.splitlines()
    assert story[-1].strip() == "to support"
    assert story[-1].startswith(" " * 23)
    assert "INC-1" in team("note", "1", "Quiet", "-q").out


def test_roles(team: Cli) -> None:
    team("declare", "Down", "--no-public")
    assigned = team("assign", "incident", "commander", "dana")
    assert assigned.out == "INC-1: dana is incident commander.\n"
    assert "dana is incident commander already" in team("assign", "1", "incident commander", "dana").out
    assert team("assign", "scribe", "Lee Young").out == "INC-1: Lee Young is scribe.\n"
    assert team("show", "--json").json()["roles"] == {"incident commander": "dana", "scribe": "Lee Young"}
    usage = team("assign", "1", "dana", code=2)
    assert usage.err.startswith("Error: Say the role, then the person:")


def test_people_of_the_catalogue_are_known(team: Cli) -> None:
    team.configure('[people.dana]\nemail = "dana@example.com"\n')
    team("declare", "Down", "--no-public")
    unknown = team("assign", "commander", "danna", code=2)
    assert unknown.err == "Error: There is no person 'danna'. Did you mean 'dana'? There are: dana.\n"
    assert events(team, "1") == ["declared"]


def test_links_opened_by_hand(team: Cli) -> None:
    team("declare", "Down", "--no-public")
    added = team("link", "add", "tracker", "OPS-4711")
    assert added.out.startswith("INC-1: tracker now holds https://tracker.example.com/OPS-4711.\n")
    assert "tracker has this link already" in team("link", "add", "1", "tracker", "OPS-4711").out
    team("link", "add", "INC-1", "broken", "https://example.com/x")
    links = {o["instance"]: o["link"] for o in team("show", "--json").json()["links"]}
    assert (links["tracker"]["kind"], links["tracker"]["id"]) == ("ticket", "OPS-4711")
    assert links["broken"]["url"] == "https://example.com/x"

    assert "Give the whole URL" in team("link", "add", "broken", "x", code=2).err
    assert "Give the whole URL" in team("link", "add", "broken", "https://a b", code=2).err
    wrong = team("link", "add", "1", "traker", "OPS-1", code=2).err
    assert "There is no plugin instance 'traker'. Did you mean 'tracker'?" in wrong
    assert "Say the plugin instance, then the id or URL" in team("link", "add", "1", "tracker", code=2).err


def test_a_restricted_incident_reaches_cleared_plugins_alone(team: Cli) -> None:
    declared = team("declare", "A leak", "--restricted", "--service", "checkout")
    assert declared.out.splitlines()[0] == "INC-1 declared: A leak (sev2, investigating, restricted)"
    assert "✓ tracker: incident_declared" in declared.out
    assert "broken" not in declared.out
    assert "customers" not in declared.err
    assert "A leak  [restricted]" in team("list").out
    assert "only cleared plugins hear of it" in team("show").out
    freed = team("restrict", "--off")
    assert freed.out.startswith("INC-1 is no longer restricted.\n  ✓ broken: incident_declared")
    assert "INC-1: not restricted. Nothing new was recorded." in team("restrict", "1", "--off").out
    assert "INC-1 is restricted to cleared plugins." in team("restrict", "1").out
    note = team("note", "1", "A name").out
    assert "- broken: note_added skipped: not cleared for restricted incidents" in note
    assert told(team) == []


def test_an_exercise_asks_nobody_and_tells_no_customer(team: Cli) -> None:
    drill = team("declare", "A game day", "--drill", "--service", "checkout", "-s", "sev1")
    assert drill.out.startswith("INC-1 declared: A game day (sev1, investigating, drill)\n")
    assert "customers" not in drill.err
    resolved = team("resolve", "1", "Well played")
    assert "customers" not in resolved.err
    assert told(team) == []
    assert team("list", "--no-drill").out == "No incident fits.\n"
    assert team("list", "--drill", "--quiet").out == "INC-1\n"
