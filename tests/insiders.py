"""An incident whose every word is marked as internal or public, and a public plugin that looks for them."""

import inspect
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from chatops import events as e
from chatops.incident import Incident
from chatops.service import Service
from chatops.service.incidents import Changes, Declaration
from tests.kit import Site, act
from tests.walking import walk, within

INTERNAL = "zq-internal"
PUBLIC = "zq-public"
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
