"""Requests that do not wait for each other, a few at a time."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")
MOST = 8


def side_by_side(work: Callable[[T], R], things: Sequence[T]) -> list[R]:
    """What `work` returns for each, in their order. Raises what the first of them raises, once those that
    have begun are over; the others do not begin.
    """
    if not things:
        return []
    with ThreadPoolExecutor(min(MOST, len(things)), "jira") as pool:
        return list(pool.map(work, things))
