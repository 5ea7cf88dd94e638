"""Whether few may read a post-mortem: one rule, for whatever hands a document on."""

import re
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from chatops.actions.front_matter import BOM, LINE, FrontMatter, front_matter

if TYPE_CHECKING:
    import yaml

_KEY: Final = "restricted"
_SAID: Final = {
    **dict.fromkeys(("true", "yes", "on", "y", "1"), True),
    **dict.fromkeys(("false", "no", "off", "n", "0"), False),
}
_HOW: Final = "write `restricted: true` or `restricted: false`"
_UNSURE: Final = "so that nobody can tell whether it is restricted"
#: A line that is meant to be the key, however it is quoted or marked up, and what it says.
_MEANT: Final = re.compile(
    r"[\W_]*restricted(?:[^\w:=\uff1a]*[:=\uff1a](?P<said>.*)|[ \t]+(?:true|yes|on|1)[\W_]*\Z)", re.IGNORECASE
)
_SECTION: Final = re.compile(r"#{2,6}[ \t]")
_RULE: Final = re.compile(r"-{3,}[ \t]*")
#: Lines above the first section in which somebody may have meant to write the key.
_MOST_LINES: Final = 200


class Privacy(NamedTuple):
    """Whether a document is `restricted`; None where that cannot be told: `line` says where, counted from 1,
    and `problem` why, and what to write. Whoever gets None treats it as restricted, or refuses.
    """

    restricted: bool | None
    line: int = 0
    problem: str = ""

    @property
    def open(self) -> bool:
        """Whether everybody may read it, for certain."""
        return self.restricted is False


def privacy(text: str, front: FrontMatter | None = None) -> Privacy:
    """Who may read a document, by `restricted` in its front matter, in any case. One without front matter
    is everybody's. `front` is its front matter, where that was read already.
    """
    whole = text.removeprefix(BOM)
    front = front or front_matter(whole)
    if not front.end:
        return _fenced(whole, front) or _stray(whole, 1) or Privacy(restricted=False)
    if front.why:
        problem = f"the front matter cannot be read ({front.why}), {_UNSURE}: mend it"
        return Privacy(None, front.line, problem)
    lines = LINE.split(whole[: front.end])
    said = list(_said(lines, front))
    for found in said:
        if not found.open:
            return found
    known = {found.line for found in said}
    return (
        next((_nowhere(n) for n, line in enumerate(lines, 1) if n not in known and _is_meant(line)), None)
        or _stray(whole[front.end :], len(lines))
        or Privacy(restricted=False)
    )


def flag(value: object) -> bool | None:
    """What a value of the key says; None for one that says neither."""
    return _SAID.get(str(value).strip().casefold()) if isinstance(value, bool | int | str) else None


def _said(lines: list[str], front: FrontMatter) -> Iterator[Privacy]:
    """What each key of this name says. As YAML is loaded, the last of two would hide the other."""
    import yaml

    block = "\n".join(lines[1:-1])
    node = yaml.compose(block, Loader=yaml.SafeLoader) if _KEY in _plain(block) else None
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        if isinstance(key, yaml.ScalarNode) and _is_key(key.value):
            yield _judged(_scalar(value), key.start_mark.line + 2)
    # What is merged from elsewhere has no line of its own.
    yield from (_judged(value, 1) for name, value in front.keys.items() if _is_key(name))


def _scalar(node: "yaml.Node") -> object:
    import yaml

    return node.value if isinstance(node, yaml.ScalarNode) else None


def _judged(value: object, line: int) -> Privacy:
    found = flag(value)
    if found is None:
        said = (
            f"`restricted: {str(value)[:40]}`" if value not in (None, "") else "`restricted` without a value"
        )
        return Privacy(None, line, f"{said} says neither yes nor no: {_HOW}")
    return Privacy(found, line)


def _is_key(name: Any) -> bool:
    """Whether it is the key as people read it: what cannot be seen, and its case, do not matter."""
    return _plain(str(name)) == _KEY


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).casefold()


def _is_meant(line: str) -> bool:
    """Whether a line is to say that the document is restricted, or may be; `#` makes it a comment."""
    found = _MEANT.match(line)
    if not found or line.lstrip().startswith("#"):
        return False
    if found["said"] is None:
        return True
    words = re.sub(r"[\W_]+", " ", found["said"]).split()
    return len(words) <= 1 and flag(next(iter(words), "")) is not False


def _fenced(text: str, front: FrontMatter) -> Privacy | None:
    """What begins as front matter does, and is none that is read."""
    lead = next((at for at, c in enumerate(text) if not _is_unseen(c)), len(text))
    line = len(LINE.findall(text[:lead])) + 1
    first = LINE.split(text[lead : lead + 200], maxsplit=1)[0]
    if first.startswith("+++"):
        return Privacy(
            None, line, f"front matter between +++ is not read, {_UNSURE}: write it as YAML between ---"
        )
    if not first.startswith("---") or (_RULE.fullmatch(first) and first.strip() != "---"):
        return None
    if lead:
        problem = f"front matter begins on the first line of a file, {_UNSURE}: delete what is above it"
    elif first.strip() != "---":
        problem = f"front matter begins with --- alone on its line, {_UNSURE}: write it so"
    elif front.closed:
        return None
    else:
        problem = f"the front matter has no end, {_UNSURE}: write --- on a line below it"
    return Privacy(None, line, problem)


def _is_unseen(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) in {"Cf", "Cc"}


def _stray(text: str, first: int) -> Privacy | None:
    """The key outside of front matter, above the first section."""
    for number, line in enumerate(LINE.split(text, _MOST_LINES)[:_MOST_LINES], first):
        if _SECTION.match(line):
            break
        if _is_meant(line):
            return _nowhere(number)
    return None


def _nowhere(line: int) -> Privacy:
    return Privacy(None, line, f"`restricted` is not at the top of the front matter, {_UNSURE}: {_HOW} there")
