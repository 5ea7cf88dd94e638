"""The two ends of the storage format, which is XML: writing text into it, and reading what is in a page."""

import re
from html.entities import name2codepoint
from typing import Final, Protocol

#: The prefixes of Confluence's own elements (confluence.atlassian.com/doc/confluence-storage-format).
AC: Final = "{http://atlassian.com/content}"
RI: Final = "{http://atlassian.com/resource/identifier}"
# XML 1.0 has no other characters, not even as a reference.
_NO_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PREDEFINED: Final = frozenset({"amp", "lt", "gt", "quot", "apos"})


class Reader(Protocol):
    """What is told of a page's elements, in their order."""

    def start(self, tag: str, attributes: dict[str, str]) -> None: ...
    def end(self, tag: str) -> None: ...
    def data(self, text: str) -> None: ...


class NotStorage(ValueError):
    """The text is not well-formed."""


def escaped(text: str) -> str:
    """The text as it stands between tags, and in attributes."""
    plain = _NO_XML.sub("", text)
    for character, entity in (("&", "amp"), ("<", "lt"), (">", "gt"), ('"', "quot")):
        plain = plain.replace(character, f"&{entity};")
    return plain


def cdata(text: str) -> str:
    """The text as it stands in a macro that takes plain text."""
    plain = _NO_XML.sub("", text).replace("]]>", "]]]]><![CDATA[>")
    return f"<![CDATA[{plain}]]>"


def read(body: str, reader: Reader) -> None:
    """Tell the reader what is in a page. Raises NotStorage where it is not well-formed.

    It is told of one element after the other, so that no depth of a page is too deep.
    """
    from xml.etree.ElementTree import ParseError, XMLParser

    # The only declarations are those of HTML's characters: inside the element a page can make none.
    parser = XMLParser(target=_Target(reader))  # noqa: S314
    try:
        parser.feed(_head())
        parser.feed(_NO_XML.sub("", body))
        parser.feed("</page>")
        parser.close()
    except ParseError as error:
        raise NotStorage(str(error)) from error


class _Target:
    def __init__(self, reader: Reader) -> None:
        self.start = reader.start
        self.end = reader.end
        self.data = reader.data

    def close(self) -> None:
        """Nothing is built."""


def _head() -> str:
    entities = "".join(
        f'<!ENTITY {name} "&#{code};">' for name, code in name2codepoint.items() if name not in _PREDEFINED
    )
    spaces = f'xmlns:ac="{AC[1:-1]}" xmlns:ri="{RI[1:-1]}"'
    return f"<!DOCTYPE page [{entities}]><page {spaces}>"
