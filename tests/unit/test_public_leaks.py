"""A plugin that faces customers can reach no internal word, however deep it looks.

The plugin of these tests walks over all that its hooks are handed, while they run, and writes down
every text that it finds. Everything internal is marked, so that one found mark is a leak.
"""

from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from chatops import events as e
from chatops.incident import Incident
from chatops.service import Service
from tests.insiders import CONFIG, INTERNAL, PLUGIN, PUBLIC, STEPS, Found, Scene, publish, scene
from tests.kit import Site, deliver, states

__all__ = ["scene"]


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
