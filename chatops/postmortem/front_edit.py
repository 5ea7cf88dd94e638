"""Brings the front matter of a document up to date, key by key; every other line stays as it is."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from msgspec.structs import replace

from chatops.actions.front_matter import front_matter
from chatops.postmortem.front import Front

_LINES: Final = re.compile("[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_KEY: Final = re.compile(r"([A-Za-z_][\w-]*)[ \t]*:(?=[ \t\r\n]|\Z)")
_COMMENT: Final = re.compile(r"[ \t]+#[^'\"\r\n]*(?=[\r\n]|\Z)")
#: What an incident that was reopened loses again. Elsewhere, where nothing is known, nothing is taken away.
_ENDS: Final = ("mitigated_at", "resolved_at")


class Edited(NamedTuple):
    """A text with its front matter as it should be. `changed` names the keys, `left` says what stays though
    it is otherwise.
    """

    text: str
    changed: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def with_front(text: str, front: Front, newline: str) -> Edited:
    """The text, which has no byte-order mark, with this front matter. `reviewed` and unknown keys are
    people's, and so is what they filled in where nothing is known.
    """
    old = front_matter(text)
    wanted = front.keys()
    if not old.end:
        block = [_written({name: value}, newline) for name, value in wanted.items()]
        return Edited("".join((f"---{newline}", *block, f"---{newline}{newline}", text)), tuple(wanted))
    known = Front.of(old.keys)
    front, left = _kept(front, known, old.keys)
    stale = [
        name
        for name, value in front.keys().items()
        if name not in old.keys or (getattr(known, name) != getattr(front, name))
    ]
    edited = _replaced(
        text, old.end, {name: front.keys()[name] for name in stale}, list(front.keys()), newline
    )
    again = front_matter(edited)
    others = {name: value for name, value in old.keys.items() if name not in stale}
    if Front.of(again.keys) != replace(front, other=known.other) or any(
        again.keys.get(name) != value for name, value in others.items()
    ):
        return Edited(text, (), ("front matter (it is written in a way that cannot be edited safely)",))
    return Edited(edited, tuple(stale), left)


def _kept(front: Front, known: Front, written: Mapping[str, object]) -> tuple[Front, tuple[str, ...]]:
    """The front matter with what people filled in; in words, what would be otherwise."""
    kept: dict[str, Any] = {"reviewed": known.reviewed, "other": {}}
    left = []
    for name in Front.__struct_fields__:
        mine, theirs = getattr(front, name), getattr(known, name)
        open_again = name in _ENDS and front.resolved_at is None and known.resolved_at is not None
        if name not in kept and theirs and not mine and not open_again:
            kept[name] = theirs
            if name == "restricted":
                left.append("restricted (the incident is not; delete the line yourself)")
    if known.reviewed is None and written.get("reviewed") is not None:
        left.append("reviewed (write it as a day: 2026-11-28)")
    return replace(front, **kept), tuple(left)


def _replaced(text: str, end: int, stale: Mapping[str, object], order: list[str], newline: str) -> str:
    """The text with these keys, each in its old place or behind the one before it."""
    opening, *lines, closing = _LINES.findall(text[:end])
    chunks: list[tuple[str, str]] = [("", "")]
    for line in lines:
        key = _KEY.match(line)
        if key:
            chunks.append((key[1], line))
        elif line.startswith("#") or not line.strip():
            chunks.append(("", line))
        else:
            chunks[-1] = (chunks[-1][0], chunks[-1][1] + line)
    for name, value in stale.items():
        places = [place for place, (key, _) in enumerate(chunks) if key == name]
        said = _written({name: value}, newline)
        if places:
            beside = _COMMENT.search(chunks[places[0]][1]) if chunks[places[0]][1].count("\n") <= 1 else None
            if beside and said.count(newline) == 1:
                said = said.removesuffix(newline) + beside[0] + newline
            chunks[places[0]] = (name, said)
        else:
            before = set(order[: order.index(name)])
            at = max((place for place, (key, _) in enumerate(chunks) if key in before), default=0)
            chunks.insert(at + 1, (name, said))
    return "".join((opening, *(line for _, line in chunks), closing, text[end:]))


def _written(keys: Mapping[str, object], newline: str) -> str:
    """The keys as YAML, each on a line, but for its links."""
    import yaml

    class Dumper(yaml.SafeDumper):
        pass

    def time(dumper: yaml.SafeDumper, value: datetime) -> yaml.Node:
        said = f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        return dumper.represent_scalar("tag:yaml.org,2002:timestamp", said)

    Dumper.add_representer(datetime, time)
    return "".join(
        yaml.dump(
            {name: value},
            Dumper=Dumper,
            sort_keys=False,
            allow_unicode=True,
            width=1_000_000,
            # A list has its entries on one line, or one a line where they are links.
            default_flow_style=None if isinstance(value, list) else False,
        )
        for name, value in keys.items()
    ).replace("\n", newline)
