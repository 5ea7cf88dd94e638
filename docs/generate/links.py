"""Links of committed pages: they lead to files of the repository, on the site to the pages made of these."""

import re
from pathlib import Path
from typing import Final

from docs.generate.committed import ROOT

OUTWARD: Final = re.compile(r"\]\((\.\./[^)#]*)(#[^)]*)?\)")
#: What a page is made from, and its name on the site.
MADE_FROM: Final = {
    "chatops/settings.py": "configuration",
    "plugins": "plugin-settings",
    "config.example.toml": "example",
    "chatops/cli": "commands",
    "chatops/errors.py": "exit-codes",
    "chatops/events.py": "events",
    "chatops/api.py": "names",
    "examples/chatops-pager": "pager",
}


def rehomed(text: str, folder: Path, place: str) -> str:
    """The text of a file in `folder`, with its links out of that as a page in the folder `place` has them.

    A page that a link leads to and that the site does not have is found by the build.
    """
    up = "../" * len(Path(place).parts)

    def link(found: re.Match[str]) -> str:
        target = (folder / found[1]).resolve().relative_to(ROOT).as_posix()
        return f"]({up}{_page_of(target)}{found[2] or ''})"

    return OUTWARD.sub(link, text)


def _page_of(target: str) -> str:
    """Where the page of a file of the repository is, from the root of the site."""
    readme = re.fullmatch(r"plugins/(\w+)/README\.md", target)
    if readme:
        return f"reference/plugins/{readme[1]}.md"
    return f"reference/{MADE_FROM[target]}.md" if target in MADE_FROM else target.removeprefix("docs/")
