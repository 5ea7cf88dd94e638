"""A plugin that faces customers can reach no internal word, however deep it looks.

The plugin of these tests walks over all that its hooks are handed, while they run, and writes down
every text that it finds. Everything internal is marked, so that one found mark is a leak.
"""

import functools
import inspect
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from chatops import events as e
from chatops.incident import Incident
from chatops.service import Service
from chatops.service.incidents import Changes, Declaration
from tests.kit import Site, act, deliver, states

INTERNAL = "zq-internal"
PUBLIC = "zq-public"


def walk(root: object) -> tuple[dict[str, str], dict[str, str]]:
    """Every text that can be reached from `root`, and every door that was not gone through.

    Closed stay modules, classes, loggers, locks, connections and the store: those are means to write,
    read and send, and nothing that was handed over.
    """
    import logging
    import sqlite3
    import threading
    import types
    from datetime import date, timedelta
    from pathlib import PurePath
    from uuid import UUID

    import requests
    from requests.adapters import BaseAdapter

    from chatops.store import Store

    locks = (type(threading.Lock()), type(threading.RLock()), threading.local, threading.Thread)
    code = (types.ModuleType, type, types.CodeType, types.FrameType)
    doors = (*locks, *code, logging.Logger, sqlite3.Connection, Store, requests.Session, BaseAdapter)
    plain = (int, float, complex, date, timedelta, UUID, type(None))
    texts: dict[str, str] = {}
    closed: dict[str, str] = {}
    seen: dict[int, object] = {}
    todo: list[tuple[str, object]] = [("", root)]
    while todo:
        where, value = todo.pop()
        if isinstance(value, str | bytes | bytearray | PurePath):
            texts[where] = (
                value.decode("utf-8", "replace") if isinstance(value, bytes | bytearray) else str(value)
            )
        elif isinstance(value, doors):
            closed[where] = type(value).__name__
        elif not isinstance(value, plain) and id(value) not in seen:
            seen[id(value)] = value
            texts[f"repr({where})"] = repr(value)
            todo += [(where + step, part) for step, part in within(value)]
    return texts, closed


def within(value: object) -> list[tuple[str, object]]:
    """What a value holds: items, attributes (private ones and properties too), what a function closes
    over or defaults to, whose method it is.
    """
    import types
    from collections.abc import Collection, Iterator, Mapping

    if isinstance(value, Mapping):
        return [(f"[{key!r}]", part) for key, part in value.items()] + [("<key>", key) for key in value]
    if isinstance(value, Collection | Iterator):
        return [(f"[{i}]", part) for i, part in enumerate(value)]
    if isinstance(value, types.MethodType | types.BuiltinMethodType):
        return [(".__self__", value.__self__), (".__func__", getattr(value, "__func__", None))]
    names = [name for name in dir(value) if not name.startswith("__")]
    if isinstance(value, types.FunctionType):
        names += ["__closure__", "__defaults__", "__kwdefaults__", "__dict__"]
    found: list[tuple[str, object]] = []
    for name in names:
        try:
            found.append((f".{name}", getattr(value, name)))
        except (AttributeError, TypeError, ValueError):
            continue
    return found


PLUGIN = f"""
import json
from typing import Any


class Component(msgspec.Struct):
    id: str = ""


class Settings(msgspec.Struct):
    found: str


{inspect.getsource(walk)}
{inspect.getsource(within)}


class Spy(PublicPlugin[Settings]):
    component_config = Component

    def note(self, hook, event, ctx):
        page = ctx.once("page", create=lambda key: Link("page", key), scope="incident")
        asked = {{"link": ctx.link("page"), "left": ctx.deadline.remaining(), "page": page}}
        texts, closed = walk([event, ctx, self, asked])
        with open(self.config.found, "a") as file:
            print(json.dumps([hook, texts, closed]), file=file)
        return page

    @hookimpl
    def public_update(self, event, ctx):
        return self.note("public_update", event, ctx)

    @hookimpl
    def public_correction(self, event, ctx):
        return self.note("public_correction", event, ctx)

    @hookimpl
    def public_postmortem(self, event, ctx):
        return self.note("public_postmortem", event, ctx)


class Ticket(Plugin):
    @hookimpl
    def incident_declared(self, event, ctx):
        return Link("ticket", "{INTERNAL} id", "{INTERNAL} url", "{INTERNAL} title", {{"a": ["{INTERNAL}"]}})
"""

CONFIG = f"""
[severities.{INTERNAL}-severity]
description = "{INTERNAL} description"
[severities.{INTERNAL}-worse]
[components.{INTERNAL}-api]
public_name = "{PUBLIC} API"
spy.id = "{PUBLIC} q2x0"
other.id = "{INTERNAL} q2x0"
[services.{INTERNAL}-checkout]
owner = "{INTERNAL} payments"
public_name = "{PUBLIC} Checkout"
components = ["{INTERNAL}-api"]
[people.{INTERNAL}-dana]
email = "{INTERNAL}@example.com"
[plugins.ticket]
[plugins.other]
use = "spy"
found = "{INTERNAL} other"
when.services = []
[plugins.spy]
"""


@dataclass
class Found:
    """What the plugin wrote down."""

    file: Path

    def calls(self) -> Iterator[tuple[str, dict[str, str], dict[str, str]]]:
        """Each call: its hook, the texts that it reached and the doors that it met."""
        for line in self.file.read_text().splitlines() if self.file.exists() else ():
            hook, texts, closed = json.loads(line)
            yield hook, texts, closed

    def leaks(self) -> list[str]:
        """Where an internal text was reached."""
        return [
            f"{hook} {path}: {text[:200]}"
            for hook, texts, _ in self.calls()
            for path, text in texts.items()
            if INTERNAL in text.casefold()
        ]


@dataclass
class Scene:
    """A store, a public plugin that looks at everything, and an internal one beside it."""

    service: Service
    found: Found

    def declare(self, word: str = "", *, services: bool = True) -> Incident:
        """An incident that is internal through and through."""
        said = Declaration(
            title=f"{INTERNAL} title {word}",
            severity=f"{INTERNAL}-severity",
            services=(f"{INTERNAL}-checkout",) if services else (),
            components={f"{INTERNAL}-api": "partial_outage"},
        )
        return self.service.declare(said, insider(key=f"{INTERNAL} key {word}"), anew=True).incident

    def publish(self, incident: Incident, text: str) -> None:
        """Say something in public."""
        now = self.service.incident(incident.id)
        words = self.service.compose(now, f"{PUBLIC} {text}", title=f"{PUBLIC} title")
        self.service.publish(incident.id, words, insider())


def insider(**more: Any) -> Any:
    return act(f"{INTERNAL} dana", **more)


@pytest.fixture
def scene(site: Site, make_service: Callable[[str], Service], tmp_path: Path) -> Scene:
    found = tmp_path / "found.jsonl"
    site.install(PLUGIN, spy="Spy", ticket="Ticket")
    return Scene(make_service(f'{CONFIG}found = "{found}"\n'), Found(found))


def note(scene: Scene, i: Incident, word: str) -> None:
    scene.service.note(i.id, f"{INTERNAL} note {word}", insider())


def update(scene: Scene, i: Incident, word: str) -> None:
    changes = Changes(
        message=f"{INTERNAL} message {word}",
        title=f"{INTERNAL} new title {word}",
        severity=f"{INTERNAL}-worse",
        status="identified",
        components={f"{INTERNAL}-api": "major_outage"},
    )
    scene.service.update(i.id, changes, insider())


def acknowledge(scene: Scene, i: Incident, word: str) -> None:
    scene.service.acknowledge(i.id, insider())


def assign(scene: Scene, i: Incident, word: str) -> None:
    scene.service.assign(i.id, f"{INTERNAL} role {word}", f"{INTERNAL}-dana", insider())


def link(scene: Scene, i: Incident, word: str) -> None:
    about = {"x": f"{INTERNAL}"}
    made = e.Link(
        f"{INTERNAL} kind", f"{INTERNAL} {i.number} {word}", f"{INTERNAL} url", f"{INTERNAL}", about
    )
    scene.service.add_link(i.id, "ticket", made, insider())


def draft(scene: Scene, i: Incident, word: str) -> None:
    words = scene.service.compose(
        scene.service.incident(i.id), f"{INTERNAL} {word}", title=f"{INTERNAL} drafted"
    )
    scene.service.draft(i.id, words, insider())


def draft_and_reject(scene: Scene, i: Incident, word: str) -> None:
    draft(scene, i, word)
    scene.service.reject(i.id, f"{INTERNAL} rejection {word}", insider())


def end_and_reopen(scene: Scene, i: Incident, word: str) -> None:
    scene.service.resolve(i.id, f"{INTERNAL} resolution {word}", insider())
    scene.service.reopen(i.id, f"{INTERNAL} reopening {word}", insider())
    scene.service.cancel(i.id, f"{INTERNAL} false alarm {word}", insider())
    scene.service.reopen(i.id, f"{INTERNAL} again {word}", insider())


def action_item(scene: Scene, i: Incident, word: str) -> None:
    item = e.ActionItem(f"{INTERNAL}-1", f"{INTERNAL} {word}", f"{INTERNAL}", "2026-12-01", f"{INTERNAL}")
    scene.service.write(i.id, insider(), lambda pen: pen.add(e.ActionItemAdded(**pen.stamp(), item=item)))


def publish(scene: Scene, i: Incident, word: str) -> None:
    scene.publish(i, word)


def correct(scene: Scene, i: Incident, word: str) -> None:
    if scene.service.incident(i.id).public:
        scene.service.correct(i.id, f"{PUBLIC} correction {word}", insider())


def postmortem(scene: Scene, i: Incident, word: str) -> None:
    facts: dict[str, Any] = {
        "document": f"{INTERNAL} document {word}",
        "url": f"https://{INTERNAL}.example.com",
    }
    section = f"{PUBLIC} section {word}"
    scene.service.write(
        i.id,
        insider(),
        lambda pen: pen.add(e.PostmortemPublished(**pen.stamp(), **facts, public_section=section)),
    )


STEPS = [
    note,
    update,
    acknowledge,
    assign,
    link,
    draft,
    draft_and_reject,
    end_and_reopen,
    action_item,
    publish,
    correct,
    postmortem,
]


def test_each_public_hook_looks_at_everything(scene: Scene) -> None:
    earlier = scene.declare("earlier")
    publish(scene, earlier, "earlier words")
    incident = scene.declare("now")
    for step in STEPS:
        step(scene, incident, "x")
        deliver(scene.service, incident)

    calls = list(scene.found.calls())
    assert scene.found.leaks() == []
    assert [hook for hook, _, _ in calls] == ["public_update", "public_correction", "public_postmortem"]
    for _, texts, _ in calls:
        reached = set(texts.values())
        assert {f"{PUBLIC} title", f"{PUBLIC} API", f"{PUBLIC} q2x0", f"{PUBLIC} earlier words"} <= reached
    assert f"{PUBLIC} correction x" in calls[1][1].values()
    assert f"{PUBLIC} section x" in calls[2][1].values()


# Each example adds to one store, so that the history grows; looking for a smaller one would take minutes.
@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.tuples(st.sampled_from(STEPS), st.text(max_size=6)), max_size=10), st.booleans())
def test_no_public_hook_reaches_an_internal_word(
    scene: Scene, steps: list[tuple[Callable[[Scene, Incident, str], None], str]], services: bool
) -> None:
    scene.found.file.unlink(missing_ok=True)
    incident = scene.declare(str(e.new_id()), services=services)

    for step, word in [*steps, (publish, "last")]:
        step(scene, incident, word)
        ended = deliver(scene.service, incident)
        assert {d.state for d in ended} <= {"done", "superseded", "skipped"}, states(ended)

    assert scene.found.leaks() == []
    assert any(PUBLIC in text for _, texts, _ in scene.found.calls() for text in texts.values())


def test_the_store_is_reached_by_no_public_name(scene: Scene) -> None:
    incident = scene.declare()
    publish(scene, incident, "words")
    deliver(scene.service, incident)

    ((_, _, closed),) = scene.found.calls()
    doors = {path for path, kind in closed.items() if kind == "Store"}
    assert doors
    assert all("._" in path for path in doors), doors


def test_a_late_instance_and_a_retry_reach_no_more(scene: Scene) -> None:
    incident = scene.declare()
    for step in STEPS:
        step(scene, incident, "x")
    publish(scene, incident, "newest")

    ended = deliver(scene.service, incident)
    again = scene.service.retry([d for d in ended if d.instance == "spy"], recreate=True)
    deliver(scene.service, incident)

    assert again
    assert len(list(scene.found.calls())) > 1
    assert scene.found.leaks() == []


def test_not_even_its_own_filters_are_reached(
    site: Site, make_service: Callable[[str], Service], tmp_path: Path
) -> None:
    found = Found(tmp_path / "found.jsonl")
    site.install(PLUGIN, spy="Spy", ticket="Ticket")
    filters = f'when.services = ["{INTERNAL}-checkout"]'
    scene = Scene(make_service(f'{CONFIG}found = "{found.file}"\n{filters}\n'), found)

    incident = scene.declare()
    publish(scene, incident, "words")
    deliver(scene.service, incident)

    assert len(list(found.calls())) == 1
    assert found.leaks() == []


class Slotted:
    __slots__ = ("_kept",)

    def __init__(self, kept: object) -> None:
        self._kept = kept


class Computed:
    @property
    def word(self) -> str:
        return INTERNAL

    def method(self) -> None: ...


def _closure(kept: object) -> Callable[[], object]:
    return lambda: kept


def _default(kept: object) -> Callable[[], object]:
    def given(_it: object = kept) -> object:
        return _it

    return given


@pytest.mark.parametrize(
    "hidden",
    [
        INTERNAL,
        INTERNAL.encode(),
        [{"a": ({INTERNAL},)}],
        {INTERNAL: 1},
        Slotted(Slotted(INTERNAL)),
        Computed(),
        Computed().method,
        _closure(_closure(INTERNAL)),
        _default(INTERNAL),
        functools.partial(print, INTERNAL),
        functools.partial(print, sep=INTERNAL),
        iter([INTERNAL]),
        (word for word in [INTERNAL]),
        e.Link("ticket", "1", data={"deep": [INTERNAL]}),
        e.NoteAdded(id=e.new_id(), incident=e.new_id(), seq=1, at=e.utcnow(), actor=INTERNAL, text=""),
        Path(INTERNAL),
        ValueError(INTERNAL),
    ],
    ids=lambda hidden: type(hidden).__name__,
)
def test_the_walk_finds_what_is_hidden(hidden: object) -> None:
    texts, _ = walk(Slotted([hidden]))

    assert any(INTERNAL in text for path, text in texts.items())


def test_the_walk_says_where_it_stopped() -> None:
    texts, closed = walk(Slotted(json))

    assert closed == {"._kept": "module"}
    assert INTERNAL not in "".join(texts.values())
