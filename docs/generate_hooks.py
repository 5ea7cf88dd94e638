"""Writes docs/hooks.md from the docstrings of the hooks: `python -m docs.generate_hooks [--check]`."""  # noqa: INP001  (a script beside its page)

import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

from chatops import hookspecs
from chatops.cli.hooks import Hook, doc, hooks, signature, summary
from chatops.hookspecs import GROUPS

PAGE = Path(__file__).with_name("hooks.md")


def example(hook: Hook) -> str:
    """The code that stands after `Example::` in the hook's docstring."""
    return textwrap.dedent(doc(hook).partition("Example::\n\n")[2]).strip("\n") + "\n"


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
    page = render()
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(page, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page:
        sys.exit("docs/hooks.md is out of date: run python -m docs.generate_hooks")


if __name__ == "__main__":
    main()
