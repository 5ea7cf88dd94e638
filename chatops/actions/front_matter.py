"""The front matter of a document: the YAML between the lines at its top."""

import re
from typing import Final, NamedTuple

#: Bytes of front matter.
_MOST_FRONT: Final = 65_536
LINE: Final = re.compile("\r\n?|\n")
# A line's end is taken whole: "\r\n" tried as two would double the work with every line.
_FRONT: Final = re.compile(
    r"---[ \t]*(?>\r\n|\r|\n)(?>[^\r\n]*(?>\r\n|\r|\n))*?(?:---|\.\.\.)[ \t]*(?=[\r\n]|\Z)"
)
BOM: Final = "\ufeff"
#: The keys of front matter that may hold the document's id, the first that there is.
ID_KEYS: Final = ("id", "postmortem_id", "postmortem", "incident_id", "incident")


class FrontMatter(NamedTuple):
    """The keys of front matter, the text with its lines blanked, and where it ends: 0 where there is none.

    `why` it could not be read, and on which line, counted from 1; `closed` says that two lines stand where
    front matter has them, whatever is between.
    """

    keys: dict[str, object]
    blanked: str
    why: str = ""
    line: int = 1
    end: int = 0
    closed: bool = False

    @property
    def problem(self) -> str:
        """Why it could not be read, and what follows from that; empty where it could."""
        return self.why and f"The front matter is no YAML ({self.why}), so the document's id is not known."


def front_matter(text: str) -> FrontMatter:
    """The front matter of a text that has no byte-order mark."""
    end = _FRONT.match(text, 0, _MOST_FRONT)
    if not end:
        return FrontMatter({}, text)
    import yaml

    lines = LINE.split(end[0])
    why, line, front = "", 1, None
    try:
        front = yaml.safe_load("\n".join(lines[1:-1]))
    except Exception as error:  # noqa: BLE001  (a value that is not of its tag may raise anything)
        named = isinstance(error, yaml.YAMLError | ValueError | OverflowError)
        why = _in_words(error) if named else "a value is not what its tag says, or it is nested too deeply"
        mark = getattr(error, "problem_mark", None)
        # The first line is the one above all that YAML was given; it counts from 0.
        line = min(mark.line + 2, len(lines)) if mark else 1
    if not why and not isinstance(front, dict):
        return FrontMatter({}, text, closed=True)
    known = {str(key): value for key, value in (front or {}).items()}
    blanked = "\n" * (len(lines) - 1) + text[end.end() :]
    return FrontMatter(known, blanked, why, line, end.end(), closed=True)


def _in_words(error: Exception) -> str:
    parts = [getattr(error, name, None) for name in ("context", "problem")]
    said = ": ".join(str(part) for part in parts if part) or str(error)
    return next(iter(said.split("\n")), "").strip()[:100] or type(error).__name__
