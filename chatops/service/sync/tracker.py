"""Asks the instance that keeps the tickets; what it answers is handed on only where it is as was promised."""

from collections.abc import Mapping, Sequence
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
    """The instance that a `setting` names: `[actions] tracker`, or one of `[actions] sources`.

    Raises ConfigError where it cannot be asked at all, TrackerAway where it fails, WrongResult where it
    answers nonsense.
    """

    def __init__(self, service: "Service", instance: str, setting: str = "actions.tracker") -> None:
        self.instance = instance
        self._setting = setting
        self._contexts = Contexts(service.store, service.config)
        self._rehearsal = service.rehearsal
        if instance not in service.config.instances:
            named = suggest(instance, service.config.instances)
            problem = f"{setting} names no instance of a plugin. {named}"
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

    def documents(self) -> Sequence[SourceDocument]:
        """The post-mortems that the instance knows."""
        answer = self._answer("action_items_source", {})
        if not isinstance(answer, list | tuple) or not all(isinstance(one, SourceDocument) for one in answer):
            raise self._wrong("action_items_source", answer, "a list of SourceDocuments")
        return answer

    def _ask(self, question: str, **arguments: Any) -> Answers:
        answer = self._answer(question, arguments)
        good = isinstance(answer, Mapping) and all(
            isinstance(key, str) and isinstance(found, TrackedItem | NotTracked)
            for key, found in answer.items()
        )
        if not good:
            raise self._wrong(question, answer, "a TrackedItem or NotTracked for each")
        found: Answers = answer
        return found

    def _wrong(self, question: str, answer: object, wanted: str) -> WrongResult:
        return WrongResult(
            f"{question} of {self.instance} returned {answer!r:.200}, and not {wanted}. "
            "This is a defect of the plugin."
        )

    def _away(self, error: ChatopsError) -> TrackerAway:
        return TrackerAway(instance=self.instance, problem=f"{str(error).rstrip('.')}.")

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
            raise self._away(error) from error
        except NotLoaded as error:
            refused = isinstance(error.__cause__, ChatopsError)
            raise ConfigError(problem=error) if refused else self._away(error) from error
        except PluginError as error:
            raise self._away(error) from error
        if answer is None:
            own = ", or does so in ways of its own, which a dry run leaves alone" if self._rehearsal else ""
            problem = f"{self._setting}: the plugin of {self.instance} does not answer {question}{own}."
            raise ConfigError(problem=problem)
        return answer
