"""How promises are kept: figures of the action items of many documents."""

from collections.abc import Iterable, Sequence
from datetime import date
from statistics import median

import msgspec

from chatops.tracking import Lack


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What a document is about. `incident` is its display name and `id` its UUID, empty where the document
    tells of none; `title` is empty where few may know it. `day` is when it was declared, in the user's zone;
    None where nothing says so.
    """

    title: str
    incident: str = ""
    id: str = ""
    services: tuple[str, ...] = ()
    day: date | None = None
    restricted: bool = False

    @property
    def label(self) -> str:
        """What people call it."""
        kept = "a restricted incident" if self.restricted and not self.incident else ""
        return ": ".join(part for part in (self.incident, self.title or kept) if part)


class Promise(msgspec.Struct, frozen=True):
    """What a report needs of an item."""

    key: str
    owners: tuple[str, ...]
    due: date | None
    done: bool
    lacks: frozenset[Lack]


class Case(msgspec.Struct, frozen=True):
    """A document and its items."""

    about: About
    path: str
    promises: tuple[Promise, ...]


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of some items. What is overdue is open, too.

    A document does not say when an item was done. `share` is therefore of those whose day is past (`past`)
    the part that is done by now (`past_done`), between 0 and 1; None where no day is past. `age` is the
    median number of days since the incidents of the open items, of which `aged` is known.
    """

    items: int
    done: int
    open: int
    overdue: int
    unlinked: int
    ownerless: int
    undated: int
    past: int
    past_done: int
    share: float | None
    age: int | None
    aged: int


class Group(msgspec.Struct, frozen=True):
    """The figures of one owner, service or month; None names those without one."""

    name: str | None
    figures: Kept


class Untouched(msgspec.Struct, frozen=True, kw_only=True):
    """A document whose items are all open, and for how many days, where that is known."""

    about: About
    path: str
    items: int
    overdue: int
    days: int | None


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """How promises were kept. An item of several owners or services is in the group of each;
    `months_unknown` are of no month that is known.
    """

    documents: int
    total: Kept
    owners: tuple[Group, ...]
    services: tuple[Group, ...]
    months: tuple[Group, ...]
    months_unknown: int
    untouched: tuple[Untouched, ...]


_Aged = tuple[Promise, int | None]


def report(cases: Iterable[Case], today: date) -> Report:
    """The figures of these documents, as they are on a day."""
    every: list[_Aged] = []
    owners: dict[str | None, list[_Aged]] = {}
    services: dict[str | None, list[_Aged]] = {}
    months: dict[str | None, list[_Aged]] = {}
    untouched, documents, monthless = [], 0, 0
    for case in cases:
        documents += 1
        day = case.about.day
        days = max(0, (today - day).days) if day else None
        if case.promises and not any(promise.done for promise in case.promises):
            untouched.append(_untouched(case, days))
        for promise in case.promises:
            one = (promise, days)
            every.append(one)
            for names, groups in ((promise.owners, owners), (dict.fromkeys(case.about.services), services)):
                for name in names or (None,):
                    groups.setdefault(name, []).append(one)
            if day:
                months.setdefault(f"{day:%Y-%m}", []).append(one)
            else:
                monthless += 1
    return Report(
        documents=documents,
        total=_kept(every, today),
        owners=_groups(owners, today),
        services=_groups(services, today),
        months=tuple(sorted(_groups(months, today), key=lambda month: month.name or "")),
        months_unknown=monthless,
        untouched=tuple(sorted(untouched, key=lambda one: (one.days is None, -(one.days or 0), one.path))),
    )


def _untouched(case: Case, days: int | None) -> Untouched:
    overdue = sum("overdue" in promise.lacks for promise in case.promises)
    return Untouched(about=case.about, path=case.path, items=len(case.promises), overdue=overdue, days=days)


def _groups(groups: dict[str | None, list[_Aged]], today: date) -> tuple[Group, ...]:
    """The groups, those with most to do first, and last what belongs to none."""
    made = [Group(name, _kept(items, today)) for name, items in groups.items()]
    made.sort(key=lambda g: (g.name is None, -g.figures.overdue, -g.figures.open, (g.name or "").casefold()))
    return tuple(made)


def _kept(items: Sequence[_Aged], today: date) -> Kept:
    past = [promise.done for promise, _ in items if promise.due and promise.due < today]
    ages = [days for promise, days in items if not promise.done and days is not None]
    done = sum(promise.done for promise, _ in items)

    def lacking(lack: Lack) -> int:
        return sum(lack in promise.lacks for promise, _ in items)

    return Kept(
        items=len(items),
        done=done,
        open=len(items) - done,
        overdue=lacking("overdue"),
        unlinked=lacking("unlinked"),
        ownerless=lacking("ownerless"),
        undated=lacking("undated"),
        past=len(past),
        past_done=sum(past),
        share=sum(past) / len(past) if past else None,
        age=round(median(ages)) if ages else None,
        aged=len(ages),
    )
