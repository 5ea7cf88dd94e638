"""The walk that looks for leaks finds what is hidden, however it is hidden."""

import functools
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from chatops import events as e
from tests.insiders import INTERNAL
from tests.walking import walk


class Slotted:
    __slots__ = ("_kept",)

    def __init__(self, kept: object) -> None:
        self._kept = kept


class Computed:
    @property
    def word(self) -> str:
        return INTERNAL

    def method(self) -> None: ...


def _closure(kept: object) -> Callable[[], object]:
    return lambda: kept


def _default(kept: object) -> Callable[[], object]:
    def given(_it: object = kept) -> object:
        return _it

    return given


@pytest.mark.parametrize(
    "hidden",
    [
        INTERNAL,
        INTERNAL.encode(),
        [{"a": ({INTERNAL},)}],
        {INTERNAL: 1},
        Slotted(Slotted(INTERNAL)),
        Computed(),
        Computed().method,
        _closure(_closure(INTERNAL)),
        _default(INTERNAL),
        functools.partial(print, INTERNAL),
        functools.partial(print, sep=INTERNAL),
        iter([INTERNAL]),
        (word for word in [INTERNAL]),
        e.Link("ticket", "1", data={"deep": [INTERNAL]}),
        e.NoteAdded(id=e.new_id(), incident=e.new_id(), seq=1, at=e.utcnow(), actor=INTERNAL, text=""),
        Path(INTERNAL),
        ValueError(INTERNAL),
    ],
    ids=lambda hidden: type(hidden).__name__,
)
def test_the_walk_finds_what_is_hidden(hidden: object) -> None:
    texts, _ = walk(Slotted([hidden]))

    assert any(INTERNAL in text for path, text in texts.items())


def test_the_walk_says_where_it_stopped() -> None:
    texts, closed = walk(Slotted(json))

    assert closed == {"._kept": "module"}
    assert INTERNAL not in "".join(texts.values())
