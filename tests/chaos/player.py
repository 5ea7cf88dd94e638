"""People who give commands, one after the other, and believe what they are answered."""

from datetime import datetime
from typing import Final
from uuid import UUID

from chatops.errors import UsageError, WrongState
from chatops.events import utcnow
from chatops.service import Act, Recorded
from tests.chaos import presses
from tests.chaos.mortal import World
from tests.chaos.promises import KINDS, Press, Promises, Said

ACTOR: Final = "dana"


class Player:
    """Gives commands, and holds each answer to what it has to be; or what a death of it left behind."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.promises = Promises()
        self._made = 0
        self._last: Press | None = None

    def incident(self, which: int) -> UUID | None:
        """One of those that there are; None where there is none."""
        known = list(self.promises.known)
        return known[which % len(known)] if known else None

    def new(
        self,
        what: str,
        incident: UUID | None,
        key: str | None = None,
        choice: int = 0,
        restricted: bool = False,
    ) -> Press:
        """A command that nobody has given before."""
        self._made += 1
        return Press(what, self._made, incident, key, choice, restricted)

    def again(self, most: int, delivered: bool) -> None:
        """Give the last command once more, unless there would be more incidents than `most`."""
        last = self._last
        if last and not (last.what == "declare" and len(self.promises.known) >= most):
            self.press(last, delivered)

    def press_on(
        self, what: str, which: int, delivered: bool, key: str | None = None, choice: int = 0
    ) -> None:
        """Give a command about an incident, where there is one."""
        incident = self.incident(which)
        if incident is not None:
            self.press(self.new(what, incident, key, choice), delivered)

    def press(self, press: Press, delivered: bool) -> None:
        """Give the command as people do, who are mostly shown what becomes of it."""
        incident = self._give(press)
        if incident is not None and delivered:
            self.world.deliver(incident)

    def _give(self, press: Press) -> UUID | None:
        self._last, service, at = press, self.world.service, utcnow()
        words = presses.words(service, press)
        said = Said.of(words, at) if words else None
        wanted = self.promises.answer(press, at, said)
        before, answers = set(self.world.committed), list[Recorded | Exception]()

        def give() -> None:
            try:
                answers.append(presses.give(service, press, Act(actor=ACTOR, at=at, key=press.key), words))
            except (WrongState, UsageError) as error:
                answers.append(error)

        lived = self.world.survives(give)
        made = self.world.committed - before
        kinds = KINDS[press.what] if wanted == "recorded" else ()
        assert len(made) in ({len(kinds)} if lived else {0, len(kinds)}), (
            f"{press} recorded {len(made)} events"
        )
        if lived:
            assert _outcome(answers[0]) == wanted, f"{press}: {answers[0]}"
        if made:
            self._recorded(press, sorted(made, key=self._seq), at, said)
        # Who died delivers nothing.
        return next((a.incident.id for a in answers if isinstance(a, Recorded)), None)

    def _seq(self, event: UUID) -> int:
        found = self.world.service.store.log.event(event)
        assert found, "what was committed is there"
        return found.seq

    def _recorded(self, press: Press, made: list[UUID], at: datetime, said: Said | None) -> None:
        found = [self.world.service.store.log.event(event) for event in made]
        assert [event.kind for event in found if event] == list(KINDS[press.what])
        incident = found[0].incident if found[0] else None
        assert incident
        if press.incident is None:
            self.promises.declared(incident, press, at)
        else:
            self.promises.known[incident].recorded(press, at, said)
        self.promises.known[incident].events += made


def _outcome(answer: Recorded | Exception) -> str:
    if isinstance(answer, Exception):
        return "refused"
    return "repeated" if answer.repeated else "recorded"
