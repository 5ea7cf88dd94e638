"""What happens to one incident of a chaos run: the commands that a responder gives, in their order."""

import random
from dataclasses import dataclass
from typing import Final

TITLES: Final = ("Checkout returns 500s", "Search is slow", "Logins fail", "Mails are late")
SERVICES: Final = {"checkout": "checkout-api", "search": "search"}
WORSE: Final = ("degraded_performance", "partial_outage", "major_outage")


@dataclass(frozen=True)
class Command:
    """One command. `key` is the caller's own, so that it may be given again; `public` are the words to
    customers that go with it.
    """

    words: tuple[str, ...]
    key: str
    public: str = ""

    @property
    def declares(self) -> bool:
        """Whether the incident begins with it."""
        return self.words[0] == "declare"


def script(number: int, rng: random.Random, most: int = 4) -> list[Command]:
    """The commands of the incident with this number: a declaration, up to `most` others, and its end."""
    return list(_Writer(number, rng).written(most))


class _Writer:
    def __init__(self, number: int, rng: random.Random) -> None:
        self._number = number
        self._rng = rng
        self._made = 0
        self._customers_know = False

    def written(self, most: int) -> list[Command]:
        commands = [self._declare()]
        commands += [self._one_more() for _ in range(self._rng.randint(0, most))]
        end = [f"Rolled back, {self._next()}"]
        return [*commands, self._command("resolve", *end, told=self._customers_know)]

    def _declare(self) -> Command:
        service, component = self._rng.choice(list(SERVICES.items()))
        severity = self._rng.choice(["sev1", "sev2", "sev3"])
        words = [self._rng.choice(TITLES), f"case {self._number}", "-s", severity, "--service", service]
        told = self._rng.random() < 0.6
        if told:
            words += ["--component", f"{component}={self._rng.choice(WORSE)}"]
        return self._command("declare", *words, told=told)

    def _one_more(self) -> Command:
        match self._rng.choice(["update", "status", "note", "assign", "ack", "post"]):
            case "update":
                return self._command("update", "-m", f"We know more, {self._next()}")
            case "status":
                status = self._rng.choice(["identified", "monitoring"])
                words = ["update", "-m", f"Bad deploy, {self._next()}", "--status", status]
                return self._command(*words, told=self._rng.random() < 0.6)
            case "assign":
                return self._command("assign", "commander", self._rng.choice(["dana", "marta"]))
            case "ack":
                return self._command("ack")
            case "post":
                self._customers_know = True
                return self._command("public", "post", "-m", f"Still working on it, {self._next()}")
        return self._command("note", "-m", f"Seen in Frankfurt, too, {self._next()}")

    def _command(self, *words: str, told: bool = False) -> Command:
        public = f"For customers: {self._next()}" if told else ""
        self._customers_know = self._customers_know or told
        more = ("--public", public) if told else ()
        key = f"case-{self._number}-{self._next()}"
        return Command((*words, *more, "--key", key), key, public)

    def _next(self) -> str:
        self._made += 1
        return f"{self._number}.{self._made}"
