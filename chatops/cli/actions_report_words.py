"""The report on action items in words and tables, for people."""

from collections.abc import Sequence
from typing import Final

from chatops.actions.reported import Group, Kept, Report, Untouched
from chatops.cli.metrics_words import NO_SERVICE, percent
from chatops.cli.output import folded, say, table
from chatops.cli.remarks import many
from chatops.text import one_line

NO_OWNER: Final = "nobody"
#: What a row of figures has, behind its name.
COLUMNS: Final = ("open", "overdue", "done", "items", "done if due", "open for")
SAID: Final = 10
#: What the figures mean, for every form of the report.
MEANING: Final = (
    "What is overdue is open, too. Open for: the median time since the incidents were declared, as far as "
    "documents say when. Done if due: of the items whose day is past, the part that is done by now; "
    "documents do not say when."
)


def days(count: int | None) -> str:
    """A number of days, in words."""
    return "-" if count is None else many(count, "day")


def counted(found: Report) -> str:
    """How many items, in words."""
    total = found.total
    return (
        f"{many(total.items, 'action item')} in {many(found.documents, 'document')}: "
        f"{total.done:,} done, {total.open:,} open, {total.overdue:,} overdue"
    )


def left_out(unknown: int) -> str:
    """Which documents nobody can place in a period, in words; empty for none."""
    verb = "says" if unknown == 1 else "say"
    return (
        f"{many(unknown, 'document')} {verb} no day, and {'is' if unknown == 1 else 'are'} left out."
        if unknown
        else ""
    )


def monthless(count: int) -> str:
    """How many items no month has, in words; empty for none."""
    return f"{many(count, 'item')} {'is' if count == 1 else 'are'} of no known month." if count else ""


def lacking(of: Kept) -> str:
    """What open items are without, in words; empty where they lack nothing."""
    facts = (("an owner", of.ownerless), ("a due date", of.undated), ("a ticket", of.unlinked))
    without = [f"{what} {count:,}" for what, count in facts if count]
    return f"Open without {', '.join(without)}." if without else ""


def cells(of: Kept) -> tuple[str, ...]:
    """The figures of a row."""
    counts = (of.open, of.overdue, of.done, of.items)
    return (*(f"{count:,}" for count in counts), percent(of.share), days(of.age))


def named(group: Group, none: str) -> str:
    """What a group is called."""
    return none if group.name is None else one_line(group.name)


def untouched(one: Untouched) -> str:
    """How much is open of an incident, and for how long, in words."""
    facts = [many(one.items, "item")]
    facts += [f"{one.overdue:,} overdue"] if one.overdue else []
    facts += [f"open for {days(one.days)}"] if one.days is not None else ["nothing says since when"]
    return ", ".join(facts)


def tell(found: Report, about: str, unknown: int) -> None:
    """Say the figures."""
    total = found.total
    if not total.items:
        say(f"No action items of incidents declared {about}." if about else "No action items.")
    else:
        say(counted(found) + (f"; of incidents declared {about}" if about else ""))
        share = f"{percent(total.share)} ({total.past_done:,} of {total.past:,})"
        age = f"{days(total.age)} (median, known of {total.aged:,} of {total.open:,})"
        say(f"done if due  {share if total.past else 'nothing was due'}")
        say(f"open for     {age if total.aged else 'not known'}")
        _tell_groups("owner", found.owners, NO_OWNER)
        if any(group.name for group in found.services):
            _tell_groups("service", found.services, NO_SERVICE)
        _tell_untouched(found.untouched)
        say()
        for line in filter(None, (lacking(total), MEANING)):
            say(folded("", line))
    if unknown:
        say(folded("", left_out(unknown)))


def _tell_groups(by: str, groups: Sequence[Group], none: str) -> None:
    say()
    table((by, *COLUMNS), [(named(group, none), *cells(group.figures)) for group in groups], labelled=True)


def _tell_untouched(every: Sequence[Untouched]) -> None:
    if not every:
        return
    say("\nNothing is done yet of:")
    for one in every[:SAID]:
        say(folded("  ", f"{one_line(one.about.label)} ({untouched(one)})"))
    if len(every) > SAID:
        say(f"  and {len(every) - SAID:,} more: chatops actions report --json")
