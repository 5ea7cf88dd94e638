"""Watches the log and the remotes: after every step, and once all is told."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from chatops import events as e
from tests.chaos import checker, heard, held
from tests.chaos.mortal import World
from tests.chaos.promises import MARK, Known, Promises

ROUNDS: Final = 12


class Watcher:
    """Holds what is there to what was promised, and what was there before."""

    def __init__(self, world: World, promises: Promises) -> None:
        self.world = world
        self.promises = promises
        self._log: dict[UUID, list[e.Event]] = {}
        self._ever: set[UUID] = set()
        self._asked = 0
        self._few: list[Known] = []
        self._public: Counter[tuple[str, str]] = Counter()
        self._read: set[str] = set()
        self._recorded: dict[UUID, int] = {}

    def look(self) -> None:
        """What holds at any moment."""
        self._the_log_is_kept()
        self._nothing_is_there_twice()
        self._nobody_hears_what_is_not_for_them()
        self._customers_hear_nothing_stale()

    def all_is_told(self, refused: Collection[str]) -> None:
        """What holds once nothing goes wrong any more, and a person has done what only a person can.

        `refused` are the remotes that ever said no.
        """
        world = self.world
        world.box.faults.clear()
        world.doom("", 0)
        self._make_private()
        for _ in range(ROUNDS):
            left = world.service.store.deliveries.unsettled()
            if not left:
                break
            world.clock.passes(timedelta(hours=2))
            world.service.retry([d for d in left if d.state != "pending"])
            world.work(ROUNDS)
        self.look()
        _none(self._judged(refused))

    def _the_log_is_kept(self) -> None:
        service, seen = self.world.service, set[UUID]()
        assert set(service.store.log.all_ids()) == set(self.promises.known)
        for told in held.told_of(service):
            _none(told.faults)
            known, events = self.promises.known[told.incident.id], list(told.events)
            before = self._log.get(known.id, [])
            assert events[: len(before)] == before, "what was recorded is recorded for ever"
            self._log[known.id] = events
            ours = [event.id for event in events if not isinstance(event, e.LinkAdded)]
            assert ours == known.events, "each acknowledged command is there, once"
            _none(known.wrong(told.incident))
            seen.update(event.id for event in events)
        assert self.world.committed <= seen, "what was committed is there"

    def _nothing_is_there_twice(self) -> None:
        incidents = [told.incident for told in held.told_of(self.world.service)]
        _none(held.twice(self.world.box.standins, incidents))

    def _nobody_hears_what_is_not_for_them(self) -> None:
        """Of an incident that was restricted before this step, and is."""
        standins = self.world.box.standins
        asked = self.world.asked(self._asked)
        self._asked += len(asked)
        few = [known for known in self._few if known.restricted]
        outside = [known for known in few if known.press.restricted and known.id not in self._opened]
        _none(heard.leaks(asked, self._secret(few), self._secret(outside)))
        assert MARK not in heard.shown(standins)
        public = heard.public_messages(standins["slack"], self._secret(few))
        _none(f"everybody was told of a restricted incident: {words}" for words in public - self._public)
        self._few = [known for known in self.promises.known.values() if known.restricted]
        self._ever.update(known.id for known in self._few)
        self._public = heard.public_messages(standins["slack"], self._secret(self._few))

    def _customers_hear_nothing_stale(self) -> None:
        """What is new on the page was not replaced by newer words before this step.

        Where a person gave words up, those before them are the newest.
        """
        page = self.world.box.standins["statuspage"]
        given_up = {t.incident.id for t in held.told_of(self.world.service) if held.skipped(t, "status")}
        for known in self.promises.known.values():
            newest = known.public[max(0, self._recorded.get(known.id, 0) - 1) :]
            fresh = [words for words in heard.words_of(page, known.id) if words.id not in self._read]
            self._read.update(words.id for words in fresh)
            self._recorded[known.id] = len(known.public)
            texts = {said.text for said in newest}
            if known.id in given_up:
                continue
            _none(f"old words are said: {words.body}" for words in fresh if words.body not in texts)

    def _judged(self, refused: Collection[str]) -> list[checker.Fault]:
        service, standins = self.world.service, self.world.box.standins
        told = held.told_of(service)
        for one in told:
            held.judge(one, standins, one.incident.id in self._ever, refused)
        faults = [fault for one in told for fault in one.faults]
        if not any(held.skipped(one, "status") for one in told):
            faults += [checker.Fault("stale", what) for what in held.components(told, standins["statuspage"])]
        return faults

    def _make_private(self) -> None:
        slack: Any = self.world.box.standins["slack"]
        for known in self.promises.known.values():
            number = self.world.service.incident(known.id).number
            for channel in slack.workspace.channels.values():
                if known.restricted and channel.name.startswith(f"inc-{number}-"):
                    channel.is_private = True

    def _secret(self, few: Iterable[Known]) -> dict[UUID, set[str]]:
        """The words that are of each of these incidents alone."""
        everybody = list(self.promises.known.values())
        return {
            known.id: set(known.words).difference(*(o.words for o in everybody if o is not known))
            for known in few
        }

    @property
    def _opened(self) -> set[UUID]:
        """What was for everybody at some time: what was said then may have gone out."""
        return {
            incident
            for incident, events in self._log.items()
            if any(isinstance(event, e.Restricted) and not event.on for event in events)
        }


def _none(faults: Iterable[object]) -> None:
    found = list(faults)
    assert not found, "\n".join(map(str, found))
