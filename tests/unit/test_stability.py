"""What others build on is as it was recorded."""

import difflib

from docs.generate import names

LESSON = """\
What others build on has changed, in the lines below. docs/stability.md says what may change with which
version. Where this may: run `python -m docs.generate.names`, commit tests/golden/public_names.txt, say it in
CHANGELOG.md, and raise INTERFACE where a plugin could need it.
"""


def test_public_names_and_signatures_are_as_recorded() -> None:
    recorded = names.RECORDED.read_text("utf-8").splitlines()
    now = names.render().splitlines()
    changed = [line for line in difflib.ndiff(recorded, now) if line[0] in "+-"]
    assert not changed, LESSON + "\n".join(changed)


def test_the_list_has_every_public_name_every_hook_and_every_fixture() -> None:
    lines = names.RECORDED.read_text("utf-8").splitlines()
    for home in names.PUBLIC:
        for name in names.home_of(home).__all__:
            assert any(
                line.startswith((f"{home}.{name}(", f"{home}.{name} =")) or line == f"{home}.{name}"
                for line in lines
            )
    kinds = {line.partition(" ")[0] for line in lines if " " in line.partition("(")[0]}
    assert {"hook", "fixture", "hooks"} <= kinds


def test_a_changed_signature_is_seen() -> None:
    line = "chatops.Context.link(kind: str) -> Link | None"
    assert line in names.render().splitlines()
    assert "hook incident_declared(event: Declared, ctx: Context) -> Result" in names.render()
