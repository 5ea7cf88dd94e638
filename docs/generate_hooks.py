"""Writes docs/hooks.md from the docstrings of the hooks: `python -m docs.generate_hooks [--check]`."""  # noqa: INP001  (a script beside its page)

import ast
import inspect
import re
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from chatops import hookspecs

PAGE = Path(__file__).with_name("hooks.md")
GROUPS: dict[str, type] = {
    "Internal hooks: the incident's life": hookspecs.Lifecycle,
    "Internal hooks: what is said and kept about it": hookspecs.Records,
    "Public hooks: what customers are told": hookspecs.PublicHooks,
    "Questions": hookspecs.Questions,
    "Action items": hookspecs.Tracking,
}
Hook = Callable[..., Any]


def hooks(spec: type) -> dict[str, Hook]:
    """The hooks that this class itself declares, in the order in which it does."""
    return {name: hook for name, hook in vars(spec).items() if hasattr(hook, "chatops_spec")}


def doc(thing: object) -> str:
    """The docstring without its indentation."""
    return inspect.getdoc(thing) or ""


def example(hook: Hook) -> str:
    """The code that stands after `Example::` in the hook's docstring."""
    return textwrap.dedent(doc(hook).partition("Example::\n\n")[2]).strip("\n") + "\n"


def signature(hook: Hook) -> str:
    """The hook as a plugin writes it, without `self`."""
    function = ast.parse(textwrap.dedent(inspect.getsource(hook))).body[0]
    if not isinstance(function, ast.FunctionDef) or function.returns is None:
        raise TypeError(f"{hook} is no hook")
    function.args.args.pop(0)
    arguments = re.sub(r"'\w\.(\w+)'", r"\1", ast.unparse(function.args))
    return f"{function.name}({arguments}) -> {ast.unparse(function.returns)}"


def render() -> str:
    """The whole page."""
    return "\n".join(_lines()).rstrip() + "\n"


def _lines() -> Iterator[str]:
    yield "# Hooks"
    yield ""
    yield "<!-- Written by docs/generate_hooks.py from chatops/hookspecs: change it there. -->"
    yield ""
    yield re.sub(r"(?m)^ .*\n*", "", doc(hookspecs)).rstrip()
    yield ""
    for title, spec in GROUPS.items():
        yield from (f"**{title}**", "")
        yield from (f"- [`{name}`](#{name}): {_summary(hook)}" for name, hook in hooks(spec).items())
        yield ""
    for title, spec in GROUPS.items():
        yield from (f"## {title}", "", doc(spec), "")
        for name, hook in hooks(spec).items():
            yield from _section(name, hook)


def _summary(hook: Hook) -> str:
    return doc(hook).partition("\n")[0]


def _section(name: str, hook: Hook) -> Iterator[str]:
    words = doc(hook).partition("Example::")[0].rstrip()
    yield from (f"### {name}", "", f"`{signature(hook)}`", "")
    yield from (re.sub(r"(?m)^(Called|Return|Again): ", r"- **\1:** ", words), "")
    yield from ("```python", example(hook) + "```", "")


def main() -> None:
    """Write the page, or with `--check` say whether it is as it should be."""
    page = render()
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(page, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page:
        sys.exit("docs/hooks.md is out of date: run python -m docs.generate_hooks")


if __name__ == "__main__":
    main()
