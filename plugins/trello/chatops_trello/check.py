"""What of the settings the board does not have."""

from collections.abc import Iterable, Iterator

from chatops import Finding, ToolContext
from chatops_trello.api import Api, Named
from chatops_trello.settings import TrelloConfig, TrelloPerson


def findings(api: Api, config: TrelloConfig, ctx: ToolContext) -> Iterator[Finding]:
    """Each name and id that the board does not have. Raises what Trello says of the key, token and board."""
    lists = api.lists()
    shown = [known for known in lists if not known.closed]
    yield from _missing(f"{api.setting}.list", [config.list], shown)
    yield from _missing(f"{api.setting}.done_lists", config.done_lists, lists)
    yield from _missing(f"{api.setting}.dropped_lists", config.dropped_lists, lists)
    if config.labels:
        yield from _missing(f"{api.setting}.labels", config.labels, api.labels(), "label")
    people = {
        name: who.settings for name, who in ctx.people.items() if isinstance(who.settings, TrelloPerson)
    }
    members = api.members() if people else []
    for name, person in people.items():
        if person.member_id not in {member.id for member in members}:
            yield Finding(
                setting=f"people.{name}.{ctx.instance}.member_id",
                problem=f"the board has no member {person.member_id}",
                valid=tuple(f"{member.id} ({member.full_name})" for member in members),
            )


def _missing(
    setting: str, wanted: Iterable[str], there: list[Named], what: str = "list"
) -> Iterator[Finding]:
    known = {text.casefold() for one in there for text in (one.id, one.name)}
    for name in wanted:
        if name.casefold() not in known:
            valid = tuple(one.name for one in there if one.name)
            yield Finding(setting=setting, problem=f"the board has no {what} {name!r}", valid=valid)
