"""Writes into docs/testing.md what it says of the kit: `python -m docs.generate.testing [--check]`."""

import ast
import inspect
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType

from chatops.testing import checks, conformance, fixtures
from chatops.testing.lessons import LESSONS, Lesson
from docs.generate.committed import ROOT, keep
from docs.generate.markdown import one_line, table

PAGE = ROOT / "docs" / "testing.md"
#: What stands between such comments is written here.
MADE = re.compile(r"(<!-- made: (\w+) -->).*?(<!-- end -->)", re.DOTALL)


def render(page: str) -> str:
    """The page, with what is made in it as it is now."""
    made = {"fixtures": _fixtures, "tests": _tests}
    return MADE.sub(lambda found: "\n".join([found[1], *made[found[2]](), found[3]]), page)


def taught() -> dict[str, list[str]]:
    """The lessons that each function of the suite may end with, by its name: its own, and those of what it
    calls. They are in the order in which the lessons are written.
    """
    calls: dict[str, set[str]] = {}
    own: dict[str, set[str]] = {}
    for function in _functions():
        found = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
        calls[function.name] = {_called(call) for call in found}
        own[function.name] = {
            str(call.args[0].value)
            for call in found
            if _called(call) == "fail" and isinstance(call.args[0], ast.Constant)
        }
    reached = {name: set[str]().union(*(own[part] for part in _reached(name, calls))) for name in own}
    return {name: [lesson for lesson in LESSONS if lesson in found] for name, found in reached.items()}


def _functions() -> Iterator[ast.FunctionDef]:
    parts = [module for module in vars(checks).values() if isinstance(module, ModuleType)]
    for module in (conformance, *(part for part in parts if part.__package__ == checks.__name__)):
        tree = ast.parse(Path(inspect.getfile(module)).read_text("utf-8"))
        yield from (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def _called(call: ast.Call) -> str:
    match call.func:
        case ast.Name(name) | ast.Attribute(ast.Name("checks"), name):
            return name
        case _:
            return ""


def _reached(name: str, calls: Mapping[str, set[str]]) -> list[str]:
    found = [name]
    for known in found:
        found += sorted(part for part in calls[known] if part in calls and part not in found)
    return found


def _fixtures() -> Iterator[str]:
    rows = (
        (f"`{name}`", one_line(inspect.getdoc(fixture) or ""))
        for name, fixture in vars(fixtures).items()
        if name.startswith("chatops_")
    )
    yield from ("", *table(("fixture", "what it is"), rows))


def _tests() -> Iterator[str]:
    lessons = taught()
    yield from ("", "### Before any of them")
    for lesson in lessons["settings"]:
        yield from ("", *_lesson(LESSONS[lesson]))
    for name, test in vars(conformance.PluginConformance).items():
        if name.startswith("test_"):
            yield from ("", f"### {name}", "", one_line(inspect.getdoc(test) or ""))
            for lesson in lessons[name]:
                yield from ("", *_lesson(LESSONS[lesson]))
    yield ""


def _lesson(lesson: Lesson) -> Iterator[str]:
    """What it says, with its facts in capitals."""
    seen, harm, way = (one_line(re.sub(r"(?<!{){(\w+)(!r)?}", _fact, text)) for text in lesson)
    yield f"- **{seen}** {harm} {way}".replace("{{", "{").replace("}}", "}")


def _fact(found: re.Match[str]) -> str:
    return found[1].upper()


def main() -> None:
    """Write the page, or with `--check` say whether it is as it should be."""
    keep(PAGE, render(PAGE.read_text("utf-8")), "docs.generate.testing")


if __name__ == "__main__":
    main()
