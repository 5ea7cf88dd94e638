"""The testing guide cannot lie: what it says of the kit is made from the kit, and its examples run."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from chatops import sandbox, testing
from chatops.sandbox.faults import Kind
from chatops.testing.lessons import LESSONS
from docs.generate import testing as guide
from tests.kit import Site

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "chatops-pager"
TEXT = (ROOT / "docs" / "testing.md").read_text("utf-8")


def test_it_is_up_to_date() -> None:
    assert guide.render(TEXT) == TEXT, "run python -m docs.generate.testing"


def test_every_lesson_is_taught_by_a_test_that_is_listed() -> None:
    taught = guide.taught()
    listed = [name for name in taught if name.startswith("test_") and f"### {name}\n" in TEXT]
    assert {lesson for name in ("settings", *listed) for lesson in taught[name]} == LESSONS.keys()


def test_a_lesson_belongs_to_the_tests_that_can_end_with_it() -> None:
    taught = guide.taught()
    assert taught["test_every_hook_works"] == ["not_done", "not_called", "once_only"]
    assert taught["test_it_loads"] == ["not_loaded", "deaf", "unmarked"]


def test_a_page_that_says_something_else_is_found() -> None:
    assert guide.render(TEXT.replace("An empty store.", "A full store.")) == TEXT


@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_fault_is_said(kind: str) -> None:
    assert f"| `{kind}` | " in TEXT


@pytest.mark.parametrize("name", sorted({*testing.__all__} - {"Cli", "Done", "Site", "Trial"}))
def test_what_an_author_begins_with_is_named(name: str) -> None:
    assert re.search(rf"\b{name}\b", TEXT)


def test_its_examples_run(tmp_path: Path) -> None:
    """In the order of the page, beside the plugin of the tutorial."""
    code = "\n\n".join(re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL))
    (tmp_path / "test_examples.py").write_text(code)
    site = Site(tmp_path / "site", "chatops-pager")
    site.folder.mkdir()
    site.point("chatops", {"pager": "chatops_pager:Pager"})
    site.point("chatops.sandboxes", {"pager": "chatops_pager.sandbox:PagerStandIn"})
    env = os.environ | {"PYTHONPATH": os.pathsep.join([str(site.folder), str(EXAMPLE)])}
    only = "page_says or pager_that_is_busy or event_has or doctor_finds or it_loads"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-k", only],
        cwd=tmp_path,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "6 passed" in done.stdout, done.stdout


def test_the_stand_in_is_the_one_of_the_sandbox() -> None:
    assert testing.FakeRemote is sandbox.FakeRemote
