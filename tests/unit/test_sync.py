"""What follows where an item and its ticket differ; and a tracker that answers with nonsense."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from chatops.actions.document import read
from chatops.actions.files import take
from chatops.actions.labels import Labels
from chatops.actions.model import Ticket
from chatops.actions.write import Change
from chatops.errors import ChatopsError, ConfigError, PluginError
from chatops.service import Service
from chatops.service.sync.compare import compare
from chatops.service.sync.items import Entry, of_file
from chatops.service.sync.run import Gone, Mode, Sync
from chatops.service.sync.tracker import PULLED, PUSHED, Tracker, TrackerAway
from chatops.settings import PersonSettings, Wins
from chatops.tracking import TrackedItem
from tests.kit import Site

PEOPLE = {"dana": PersonSettings(email="dana@example.com", names=("Dana Okafor",))}
URL = "https://t.example/browse/OPS-1"
KNOWN = Ticket("OPS-1", URL)
DOCUMENT = URL.replace("browse", "pm")
SAME = TrackedItem(
    key="OPS-1", url=URL, title="Alert", person="dana", due=date(2099, 1, 1), document=DOCUMENT
)


def entry(bullet: str = f"- Alert @dana (due 2099-01-01) ([OPS-1]({URL}))") -> Entry:
    document = read(Path("pm.md"), f"# Actions\n{bullet}\n".encode())
    (one,) = of_file(document, PEOPLE, DOCUMENT)
    return one


def changed(**said: object) -> TrackedItem:
    import msgspec

    return msgspec.structs.replace(SAME, **said)


def test_nothing_follows_where_both_are_the_same() -> None:
    assert compare(entry(), SAME, Wins(), KNOWN) == (Change(), (), ())


@pytest.mark.parametrize(
    ("tracked", "message"),
    [
        (changed(title="Alarm"), "the ticket is called 'Alarm'"),
        (changed(due=None), "the document says 2099-01-01, the ticket no day"),
        (changed(person="", owner="Lee"), "the document says dana, the ticket Lee"),
        (changed(person=""), "the document says dana, the ticket nobody"),
    ],
)
def test_what_differs_is_told_and_nothing_is_written(tracked: TrackedItem, message: str) -> None:
    change, aspects, happened = compare(entry(), tracked, Wins(), KNOWN)
    assert (change, aspects) == (Change(), ())
    assert [(one.what, one.message) for one in happened] == [("differs", message)]


@pytest.mark.parametrize(
    "tracked",
    [
        changed(title="  Alert "),
        changed(title="Ale…"),
        changed(person="dana", owner="Dana O."),
    ],
)
def test_what_is_said_otherwise_is_the_same(tracked: TrackedItem) -> None:
    assert compare(entry(), tracked, Wins(), KNOWN) == (Change(), (), ())


def test_somebody_whom_nobody_knows_is_not_told_of_again() -> None:
    mine = entry(f"- Alert @lee (due 2099-01-01) ([OPS-1]({URL}))")
    assert compare(mine, changed(person="", owner=""), Wins(), KNOWN).happened == ()
    assert compare(mine, changed(person="", owner="Lee"), Wins(), KNOWN).happened == ()


def test_whoever_is_said_to_win_wins_where_there_is_a_word() -> None:
    theirs = changed(title="Alarm", due=date(2099, 2, 2), person="", owner="Lee Chan")
    document = compare(entry(), theirs, Wins("document", "document", "document"), KNOWN)
    assert (document.change, document.aspects) == (Change(), ("title", "due", "owner"))
    ticket = compare(entry(), theirs, Wins("ticket", "ticket", "ticket"), KNOWN)
    assert ticket.change == Change(text="Alarm", due=date(2099, 2, 2), owner="Lee Chan")
    assert ticket.aspects == ()
    silent = compare(entry(), changed(due=None, person=""), Wins(due="ticket", owner="ticket"), KNOWN)
    assert [one.what for one in silent.happened] == ["differs", "differs"]
    unknown = entry(f"- Alert @lee ([OPS-1]({URL}))")
    assert compare(unknown, SAME, Wins(owner="document"), KNOWN).aspects == ()


@pytest.mark.parametrize("state", ["done", "dropped"])
def test_a_ticket_that_is_closed_may_differ_as_it_likes(state: str) -> None:
    follows = compare(entry(), changed(state=state, title="Other", due=None), Wins(), KNOWN)
    assert len(follows.happened) == 1


PLUGIN = """
class Odd(Plugin[NoConfig]):
    own_transport = False

    @hookimpl
    def action_items_pull(self, tickets, ctx):
        {pull}

    @hookimpl
    def action_items_push(self, items, ctx):
        {push}
"""
NEW = "# Actions\n- fix\n"
LINKED = f"# Actions\n- fix ([OPS-1]({URL}))\n"


@pytest.fixture
def synced(site: Site, tmp_path: Path) -> Callable[..., list[Gone]]:
    def run(
        text: str,
        pull: str = "return {}",
        push: str = "return {}",
        more: str = "",
        mode: Mode = "write",
    ) -> list[Gone]:
        site.install(PLUGIN.format(pull=pull, push=push), odd="Odd")
        path = tmp_path / "pm.md"
        path.write_text(text)
        config = tmp_path / "chatops.toml"
        config.write_text('[plugins.odd]\n[actions]\ntracker = "odd"\n' + more)
        with Service.storeless(config) as service:
            taken = take(path)
            pair = (taken, read(path, taken.data))
            return list(Sync(Tracker(service, "odd"), service.config, Labels(), mode).files([pair]))

    return run


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (LINKED, {"pull": "return [1]"}),
        (LINKED, {"pull": "return {t: 'x' for t in tickets}"}),
        (NEW, {"push": "return 7"}),
        (NEW, {"push": "return {1: NotTracked('x')}"}),
    ],
)
def test_nonsense_is_a_defect_of_the_plugin(
    synced: Callable[..., list[Gone]], text: str, said: dict[str, str]
) -> None:
    with pytest.raises(PluginError, match="odd returned"):
        synced(text, **said)


@pytest.mark.parametrize(
    ("push", "kind", "words"),
    [
        ("raise RuntimeError('boom')", TrackerAway, "boom"),
        ("raise SystemExit(3)", TrackerAway, "sys.exit"),
        ("raise Unavailable('down')", TrackerAway, r"down\. What was done so far is done; run this again\."),
        ("raise Unauthorized('plugins.odd.token')", ConfigError, "plugins.odd.token"),
        ("return None", ConfigError, "does not answer action_items_push"),
    ],
)
def test_a_tracker_that_fails_ends_the_run_in_words(
    synced: Callable[..., list[Gone]], push: str, kind: type[ChatopsError], words: str
) -> None:
    with pytest.raises(kind, match=words):
        synced(NEW, push=push)


def test_an_item_that_the_tracker_forgets_or_refuses_is_told(synced: Callable[..., list[Gone]]) -> None:
    (gone,) = synced(NEW)
    assert [(one.what, one.message) for one in gone.happened] == [
        ("failed", "the plugin did not say what became of it")
    ]
    (gone,) = synced(NEW, push="return {i.key: NotTracked('not allowed') for i in items}")
    assert [(one.what, one.message) for one in gone.happened] == [("failed", "not allowed")]
    (gone,) = synced(LINKED, pull="return {t: NotTracked('it was deleted') for t in tickets}")
    assert [(one.what, one.message) for one in gone.happened] == [("gone", "it was deleted")]


def test_a_dry_run_does_not_ask_a_plugin_with_ways_of_its_own(site: Site, tmp_path: Path) -> None:
    site.install(PLUGIN.format(pull="boom", push="boom").replace("own_transport = False", ""), odd="Odd")
    config = tmp_path / "chatops.toml"
    config.write_text("[plugins.odd]\n")
    with (
        Service.storeless(config, dry_run=True) as service,
        pytest.raises(ConfigError, match="ways of its own"),
    ):
        Tracker(service, "odd").pull(["OPS-1"])


def test_many_are_asked_for_together_and_each_once(synced: Callable[..., list[Gone]], tmp_path: Path) -> None:
    many = "# Actions\n" + "".join(
        f"- fix {n} ([OPS-{n}](https://t.example/browse/OPS-{n}))\n" for n in range(1, 251)
    )
    new = "".join(f"- new {n}\n" for n in range(120))
    seen = tmp_path / "seen"
    note = f"with open({str(seen)!r}, 'a') as file: print(len(set(X)), file=file)\n        return {{}}"
    synced(many + new, pull=note.replace("X", "tickets"), push=note.replace("X", "[i.key for i in items]"))
    sizes = [int(size) for size in seen.read_text().split()]
    pulls = [PULLED, PULLED, 50]
    assert sizes[:3] == pulls
    assert sizes[3:] == [PUSHED] * (120 // PUSHED) + [120 % PUSHED]


def test_a_link_is_written_also_where_an_owner_cannot_be(synced: Callable[..., list[Gone]]) -> None:
    ticket = f"TrackedItem(key='OPS-1', url={URL!r}, title='fix', owner='Lee', created=True)"
    (gone,) = synced(
        "# Actions\n- fix\n  - Owner: Dana\n",
        push=f"return {{i.key: {ticket} for i in items}}",
        more="[actions.wins]\nowner = 'ticket'\n",
    )
    assert gone.after == f"# Actions\n- fix ([OPS-1]({URL}))\n  - Owner: Dana\n".encode()
    assert [one.what for one in gone.happened] == ["filed", "changed", "failed"]


def test_without_writing_what_a_ticket_wins_only_differs(synced: Callable[..., list[Gone]]) -> None:
    ticket = f"TrackedItem(key='OPS-1', url={URL!r}, title='fix', owner='Lee')"
    (gone,) = synced(
        "# Actions\n- fix\n  - Owner: Dana\n",
        push=f"return {{i.key: {ticket} for i in items}}",
        more="[actions.wins]\nowner = 'ticket'\n",
        mode="keep",
    )
    assert gone.after == gone.before
    assert [(one.what, one.message) for one in gone.happened] == [
        ("differs", "the document says Dana, the ticket Lee")
    ]


def test_two_documents_of_one_name_are_told_apart_by_a_stamp(site: Site, tmp_path: Path) -> None:
    site.install(PLUGIN.format(pull="return {}", push="return {}"), odd="Odd")
    config = tmp_path / "chatops.toml"
    config.write_text('[plugins.odd]\n[actions]\ntracker = "odd"\n')
    pairs = []
    for folder in ("a", "b"):
        path = tmp_path / folder / "pm.md"
        path.parent.mkdir()
        path.write_text(NEW)
        taken = take(path)
        pairs.append((taken, read(path, taken.data)))
    with Service.storeless(config) as service:
        sync = Sync(Tracker(service, "odd"), service.config, Labels(), "keep")
        *_, (what, message) = [(one.what, one.message) for gone in sync.files(pairs) for one in gone.happened]
    assert what == "failed"
    assert message == (
        f"it cannot be told from the item at {tmp_path}/a/pm.md:2, whose words and document's name are the "
        "same; chatops actions stamp tells them apart"
    )


@pytest.mark.parametrize("answer", ["7", "'page'", "['page']", "(page for page in [])", "{1: 2}"])
def test_a_source_that_answers_nonsense_is_a_defect_of_the_plugin(
    site: Site, tmp_path: Path, answer: str
) -> None:
    text = f"""
class Odd(Plugin[NoConfig]):
    own_transport = False

    @hookimpl
    def action_items_source(self, ctx):
        return {answer}
"""
    site.install(text, odd="Odd")
    config = tmp_path / "chatops.toml"
    config.write_text("[plugins.odd]\n")
    with (
        Service.storeless(config) as service,
        pytest.raises(PluginError, match=r"action_items_source of odd returned .* defect of the plugin"),
    ):
        list(Tracker(service, "odd").documents())
