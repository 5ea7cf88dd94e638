"""Gives the model's commands to the product."""

from collections.abc import Callable
from typing import Any, Final

from chatops.service import Act, Recorded, Service
from chatops.service.incidents import Changes, Declaration
from chatops.service.words import Wording
from tests.chaos.promises import HURT, Press

Give = Callable[[Service, Any, Press, Act], Recorded]
#: How each command is given that is about an incident, and has no words to customers in it.
GIVEN: Final[dict[str, Give]] = {
    "acknowledge": lambda service, target, _, act: service.acknowledge(target, act),
    "update": lambda service, target, press, act: service.update(
        target, Changes(message=press.words, **press.change), act
    ),
    "note": lambda service, target, press, act: service.note(target, press.words, act),
    "assign": lambda service, target, press, act: service.assign(target, "commander", press.person, act),
    "resolve": lambda service, target, press, act: service.resolve(target, press.words, act),
    "cancel": lambda service, target, press, act: service.cancel(target, press.words, act),
    "reopen": lambda service, target, press, act: service.reopen(target, press.words, act),
    "restrict": lambda service, target, _, act: service.restrict(target, act),
    "unrestrict": lambda service, target, _, act: service.restrict(target, act, on=False),
    "correct": lambda service, target, press, act: service.correct(target, press.public, act),
    "approve": lambda service, target, _, act: service.approve(target, act),
    "reject": lambda service, target, press, act: service.reject(target, press.words, act),
}


def words(service: Service, press: Press) -> Wording | None:
    """What customers would be told with this command, now."""
    if press.incident is None:
        return None
    incident = service.incident(press.incident)
    if press.what in {"publish", "draft"}:
        return service.compose(incident, press.public)
    draft = incident.draft
    if press.what != "approve" or draft is None:
        return None
    status = draft.status if incident.open else "resolved"
    return service.compose(incident, draft.text, title=draft.title, status=status)


def give(service: Service, press: Press, act: Act, said: Wording | None) -> Recorded:
    """Give the command; `said` is what `words` returned. Raises what the product raises."""
    if press.incident is None:
        components: Any = dict(HURT) if press.choice % 2 else {}
        declaration = Declaration(
            title=press.words,
            severity="sev1",
            services=("checkout",),
            components=components,
            restricted=press.restricted,
        )
        return service.declare(declaration, act)
    if press.what == "publish" and said:
        return service.publish(press.incident, said, act)
    if press.what == "draft" and said:
        return service.draft(press.incident, said, act)
    return GIVEN[press.what](service, press.incident, press, act)
