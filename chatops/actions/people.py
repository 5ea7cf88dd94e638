"""Who the owner of an action item is."""

from collections.abc import Mapping
from typing import Protocol


class Person(Protocol):
    """Somebody in `[people]`."""

    @property
    def email(self) -> str:
        """The address; empty where it is not known."""

    @property
    def names(self) -> tuple[str, ...]:
        """What post-mortems call the person otherwise."""


def person(owner: str, people: Mapping[str, Person]) -> str:
    """The name in `[people]` of whoever is meant: by that name, by one of `names`, or by the address; with
    or without an `@`, in any case. Empty for somebody else, and where two people are called so.
    """
    wanted = plain(owner)
    if not wanted:
        return ""
    for name in people:
        if plain(name) == wanted:
            return name
    called = [name for name, of in people.items() if wanted in {plain(of.email), *map(plain, of.names)}]
    return called[0] if len(called) == 1 else ""


def owners(owner: str, people: Mapping[str, Person]) -> tuple[str, ...]:
    """Each of an item's owners, by the name in `[people]`, or as written where that is nobody in it."""
    known = person(owner, people)
    every = [known] if known else [part for part in owner.split(", ") if part.strip("@ ")]
    return tuple(dict.fromkeys(person(one, people) or one.removeprefix("@") for one in every))


def plain(owner: str) -> str:
    """An owner as it is compared."""
    return " ".join(owner.casefold().split()).removeprefix("@")


def is_owner(owner: str, asked: str, people: Mapping[str, Person]) -> bool:
    """Whether an item's owner, or one of several, is who is asked for."""
    named = {plain(one) for one in (owner, *owner.split(", "), *owners(owner, people))} - {""}
    return plain(person(asked, people) or asked) in named or plain(asked) in named
