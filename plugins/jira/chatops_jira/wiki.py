"""Jira's markup, which Data Center still reads: our own pieces of it, and everybody's words made harmless."""

import re

#: They open macros, mentions, links, images, tables and headings wherever they stand.
_ALWAYS = re.compile(r"[{}\[\]|!#]")
#: They format only beside a word's edge, so that snake_case and well-known stay as they are.
_AT_EDGES = re.compile(r"(?<![^\W_])[-_*+^~?@]|[-_*+^~?@](?![^\W_])")
_BLOCK = re.compile(r"^(\s*)(h[1-6]|bq)\.", re.MULTILINE)


def span(text: str, *, href: str = "", strong: bool = False) -> str:
    """A piece of a line, in which only what we say is markup."""
    if href:
        # An address is read as a whole; what could end it early is not in one of ours.
        return f"[{href}]" if text == href else f"[{escaped(text)}|{_address(href)}]"
    return f"*{escaped(text)}*" if strong and text.strip() else escaped(text)


def escaped(text: str) -> str:
    """The text with every character that could be markup made plain."""
    # NUL stands for the # of our own entities until the others are escaped; no text of ours has one.
    entities = _BLOCK.sub("\\1\\2&\0" + "46;", text.replace("\0", "").replace("\\", "&\0" + "92;"))
    always = _ALWAYS.sub(lambda found: f"\\{found[0]}", entities)
    return _AT_EDGES.sub(lambda found: f"\\{found[0]}", always).replace("\0", "#")


def _address(href: str) -> str:
    return re.sub(r"[\s|\[\]{}]", lambda found: f"%{ord(found[0]):02X}", href)
