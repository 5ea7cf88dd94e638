"""Writes docs/hooks.md from the docstrings of the hooks: `python -m docs.generate.hooks [--check]`."""

import re
import textwrap
from collections.abc import Iterator

from chatops import hookspecs
from chatops.cli.hooks import Hook, doc, hooks, signature, summary
from chatops.hookspecs import GROUPS
from docs.generate.committed import ROOT, keep

PAGE = ROOT / "docs" / "hooks.md"


def example(hook: Hook) -> str:
    """The code that stands after `Example::` in the hook's docstring."""
    return textwrap.dedent(doc(hook).partition("Example::\n\n")[2]).strip("\n") + "\n"


def render() -> str:
    """The whole page."""
    return "\n".join(_lines()).rstrip() + "\n"


def _lines() -> Iterator[str]:
    yield "# Hooks"
    yield ""
    yield "<!-- Written by docs/generate/hooks.py from chatops/hookspecs: change it there. -->"
    yield ""
    yield re.sub(r"(?m)^ .*\n*", "", doc(hookspecs)).rstrip()
    yield ""
    for title, spec in GROUPS.items():
        yield from (f"**{title}**", "")
        yield from (f"- [`{name}`](#{name}): {summary(hook)}" for name, hook in hooks(spec).items())
        yield ""
    for title, spec in GROUPS.items():
        yield from (f"## {title}", "", doc(spec), "")
        for name, hook in hooks(spec).items():
            yield from _section(name, hook)


def _section(name: str, hook: Hook) -> Iterator[str]:
    words = doc(hook).partition("Example::")[0].rstrip()
    yield from (f"### {name}", "", f"`{signature(hook)}`", "")
    yield from (re.sub(r"(?m)^(Called|Return|Again): ", r"- **\1:** ", words), "")
    yield from ("```python", example(hook) + "```", "")


def main() -> None:
    """Write the page, or with `--check` say whether it is as it should be."""
    keep(PAGE, render(), "docs.generate.hooks")


if __name__ == "__main__":
    main()
