"""How Sphinx makes the site: `make docs`. Nothing is fetched, neither here nor by whoever reads a page."""  # noqa: INP001  (Sphinx reads it)

import sys
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from chatops import __version__  # noqa: E402  (found by the line above)
from docs.generate import links, pages  # noqa: E402

project = "chatops"
html_show_copyright = False
version = release = __version__
extensions = ["myst_parser"]
# What is to be typed must not be made prettier: --as, "90s".
smartquotes = False
html_theme = "furo"
html_title = f"chatops {version}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_copy_source = False
html_use_index = False
html_show_sourcelink = False
myst_enable_extensions = ["deflist"]
# As deep as GitHub has them, and called as it calls them.
myst_heading_anchors = 4

#: Files that GitHub shows as they are have no table of contents in them.
CONTENTS = {
    "index": {
        "Use it": ["getting-started", "postmortems", "action-items", "metrics", "ci"],
        "Run it": ["operations", "delivery", "reliability"],
        "Plugins": [f"reference/{name}" for name in pages.PAGES if name.startswith("plugins/")],
        "Write a plugin": [
            "tutorial",
            "reference/pager",
            "hooks",
            "testing",
            "plugin-commands",
            "reference/names",
            "stability",
        ],
        "Look it up": [
            "reference/configuration",
            "reference/plugin-settings",
            "reference/example",
            "reference/commands",
            "reference/exit-codes",
            "environment",
            "reference/events",
            "decisions/README",
        ],
    },
    "decisions/README": {"": sorted(path.stem for path in (HERE / "decisions").glob("0*.md"))},
}


def _with_contents(_app: Sphinx, docname: str, source: list[str]) -> None:
    """Add its table of contents, and make links into the repository lead to where the site has the file."""
    place = docname.rpartition("/")[0]
    source[0] = links.rehomed(source[0], HERE / place, place)
    for caption, names in CONTENTS.get(docname, {}).items():
        options = ":hidden:\n" if docname == "index" else ":maxdepth: 1\n"
        options += f":caption: {caption}\n" if caption else ""
        listed = "\n".join(names)
        source[0] += f"\n```{{toctree}}\n{options}\n{listed}\n```\n"


def _inline_drawings(_app: Sphinx, doctree: nodes.document, _docname: str) -> None:
    """Put drawings into the page itself, where they have its colours, light or dark."""
    for image in list(doctree.findall(nodes.image)):
        if image["uri"].endswith(".svg"):
            image.replace_self(nodes.raw("", (HERE / image["uri"]).read_text("utf-8"), format="html"))


def setup(app: Sphinx) -> None:
    """Make the generated pages, and listen to Sphinx."""
    pages.write(HERE / pages.FOLDER)
    app.connect("source-read", _with_contents)
    app.connect("doctree-resolved", _inline_drawings)
