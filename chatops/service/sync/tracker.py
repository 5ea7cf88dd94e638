"""Asks the instance that keeps the tickets; what it answers is handed on only where it is as was promised."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from chatops.dispatch.ask import ask
from chatops.dispatch.contexts import Contexts
from chatops.errors import (
    ChatopsError,
    ConfigError,
    NotLoaded,
    PluginError,
    RemoteError,
    Unauthorized,
    WrongResult,
    suggest,
)
from chatops.tracking import NotTracked, SourceDocument, TrackedItem, WantedItem

if TYPE_CHECKING:
    from chatops.service.service import Service

#: Tickets that are asked for at once, and items that are filed at once.
PULLED: Final = 100
PUSHED: Final = 100
#: Seconds that one such question may take.
SECONDS: Final = 180.0
Answers = Mapping[str, TrackedItem | NotTracked]


class TrackerAway(ChatopsError):
    """{instance} did not answer as it should: {problem} What was done so far is done; run this again."""


class Tracker:
    """The instance that `[actions] tracker` names. Raises ConfigError where it cannot be asked at all,
    TrackerAway where it fails.
    """

    def __init__(self, service: "Service", instance: str) -> None:
        self.instance = instance
        self._contexts = Contexts(service.store, service.config)
        self._rehearsal = service.rehearsal
        if instance not in service.config.instances:
            named = suggest(instance, service.config.instances)
            problem = f"actions.tracker names no instance of a plugin. {named}"
            raise ConfigError(problem=problem)

    def pull(self, tickets: Sequence[str]) -> dict[str, TrackedItem | NotTracked]:
        """These tickets, by the name that each was asked by, but for those that are not the tracker's."""
        unique = list(dict.fromkeys(tickets))
        found: dict[str, TrackedItem | NotTracked] = {}
        for at in range(0, len(unique), PULLED):
            found |= self._ask("action_items_pull", tickets=unique[at : at + PULLED])
        return found

    def push(self, items: Sequence[WantedItem]) -> dict[str, TrackedItem | NotTracked]:
        """What became of each item, by its key."""
        found: dict[str, TrackedItem | NotTracked] = {}
        for at in range(0, len(items), PUSHED):
            found |= self._ask("action_items_push", items=items[at : at + PUSHED])
        return found

    def documents(self) -> Iterator[SourceDocument]:
        """The post-mortems that the instance knows."""
        for found in self._answer("action_items_source", {}):
            if not isinstance(found, SourceDocument):
                raise WrongResult(f"action_items_source returned {found!r:.200}, and no SourceDocument.")
            yield found

    def _ask(self, question: str, **arguments: Any) -> Answers:
        answer = self._answer(question, arguments)
        good = isinstance(answer, Mapping) and all(
            isinstance(key, str) and isinstance(found, TrackedItem | NotTracked)
            for key, found in answer.items()
        )
        if not good:
            raise WrongResult(
                f"{question} of {self.instance} returned {answer!r:.200}, and not a TrackedItem or "
                "NotTracked for each. This is a defect of the plugin."
            )
        found: Answers = answer
        return found

    def _answer(self, question: str, arguments: Mapping[str, Any]) -> Any:
        try:
            answer = ask(
                self._contexts,
                self.instance,
                question,
                seconds=SECONDS,
                rehearsal=self._rehearsal,
                **arguments,
            )
        except Unauthorized as error:
            raise ConfigError(problem=f"{self.instance}: {error}") from error
        except RemoteError as error:
            raise TrackerAway(instance=self.instance, problem=error) from error
        except NotLoaded as error:
            kind = ConfigError if isinstance(error.__cause__, ChatopsError) else TrackerAway
            raise kind(instance=self.instance, problem=error) from error
        except PluginError as error:
            raise TrackerAway(instance=self.instance, problem=error) from error
        if answer is None:
            setting = "actions.sources" if question == "action_items_source" else "actions.tracker"
            own = ", or does so in ways of its own, which a dry run leaves alone" if self._rehearsal else ""
            problem = f"{setting}: the plugin of {self.instance} does not answer {question}{own}."
            raise ConfigError(problem=problem)
        return answer
