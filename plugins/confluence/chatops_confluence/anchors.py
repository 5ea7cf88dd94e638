"""The anchors that links within a document lead to."""

import re
from collections.abc import Iterator

from markdown_it.tree import SyntaxTreeNode


def anchors_of(tree: SyntaxTreeNode) -> Iterator[tuple[int, str]]:
    """Each heading by its `id()`, and the anchor that sites such as GitHub give it."""
    seen: dict[str, int] = {}
    for node in tree.walk():
        if node.type == "heading":
            said = "".join(n.content for n in node.walk() if n.type in {"text", "code_inline"})
            slug = re.sub(r"[^\w\- ]", "", said.strip().lower()).replace(" ", "-")
            seen[slug] = seen.get(slug, -1) + 1
            yield id(node), slug if not seen[slug] else f"{slug}-{seen[slug]}"
