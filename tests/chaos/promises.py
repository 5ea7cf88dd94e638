"""What a caller may believe: a small model of the incidents, to which every command is held."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Literal, NamedTuple
from uuid import UUID

from chatops.incident import Incident
from chatops.service.words import Wording

#: In every internal word, and in none that customers may see.
MARK: Final = "INTERNAL"
TEN_MINUTES: Final = timedelta(minutes=10)
ONE_MINUTE: Final = timedelta(minutes=1)
Outcome = Literal["recorded", "repeated", "refused"]

#: What an update may change, and how.
CHANGES: Final[tuple[dict[str, Any], ...]] = (
    {},
    {"status": "investigating"},
    {"status": "identified"},
    {"status": "monitoring"},
    {"severity": "sev3"},
    {"components": {"checkout-api": "partial_outage"}},
    {"components": {"search": "major_outage"}},
)
#: What an incident hurts that hurts anything.
HURT: Final = {"checkout-api": "major_outage"}
#: What only an open incident takes.
OPEN_ONLY: Final = ("acknowledge", "update", "resolve", "cancel")
#: The kinds of the events that a command records, the first of which carries the key.
KINDS: Final[dict[str, tuple[str, ...]]] = {
    "declare": ("declared",),
    "acknowledge": ("acknowledged",),
    "update": ("updated",),
    "note": ("note_added",),
    "assign": ("role_assigned",),
    "resolve": ("resolved",),
    "cancel": ("cancelled",),
    "reopen": ("reopened",),
    "restrict": ("restricted",),
    "unrestrict": ("restricted",),
    "publish": ("public_update_published",),
    "correct": ("public_update_corrected",),
    "draft": ("public_update_drafted",),
    "approve": ("public_update_approved", "public_update_published"),
    "reject": ("public_update_rejected",),
}


@dataclass(frozen=True)
class Press:
    """One command, as somebody gives it. Given again, it is this very one.

    `number` makes its words unlike all others; `choice` is which of several it is: the change, the person.
    """

    what: str
    number: int
    incident: UUID | None = None
    key: str | None = None
    choice: int = 0
    restricted: bool = False

    @property
    def words(self) -> str:
        """What responders say."""
        return f"{MARK}{self.number}x {self.what}"

    @property
    def public(self) -> str:
        """What customers are told."""
        return f"For customers {self.number}x"

    @property
    def change(self) -> dict[str, Any]:
        """What an update changes."""
        return CHANGES[self.choice % len(CHANGES)]

    @property
    def person(self) -> str:
        """Who takes the role."""
        return ("dana", "marta")[self.choice % 2]


class Said(NamedTuple):
    """What customers were told, whole, and when."""

    text: str
    status: str
    components: Mapping[str, str]
    at: datetime

    @classmethod
    def of(cls, words: Wording, at: datetime) -> "Said":
        """These words, said then."""
        return cls(words.text, words.status, {c.id: c.status for c in words.components}, at)

    def same(self, other: "Said") -> bool:
        """Whether customers would see no difference, a moment later."""
        return self[:3] == other[:3] and abs(self.at - other.at) <= ONE_MINUTE


@dataclass
class Known:
    """One incident, as far as commands have made it what it is; `events` are those that were acknowledged."""

    id: UUID
    press: Press
    at: datetime
    status: str = "investigating"
    state: str = "open"
    severity: str = "sev1"
    restricted: bool = False
    acknowledged: bool = False
    person: str = ""
    components: dict[str, str] = field(default_factory=dict)
    public: list[Said] = field(default_factory=list)
    draft: Said | None = None
    updated: tuple[datetime, str, dict[str, Any]] | None = None
    keys: set[tuple[str, str]] = field(default_factory=set)
    events: list[UUID] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def answer(self, press: Press, at: datetime, said: Said | None) -> Outcome:
        """What the command has to be answered, given at this time by this host's clock."""
        if (KINDS[press.what][0], press.key) in self.keys:
            return "repeated"
        # Whatever this host's clock says: it may have been set back since the declaration.
        if press.what in OPEN_ONLY and self.state != "open":
            return "refused"
        if press.what in {"approve", "reject"} and self.draft is None:
            return "refused"
        if press.what == "correct" and not self.public:
            return "refused"
        return "repeated" if self._is_so(press, at, said) else "recorded"

    def _is_so(self, press: Press, at: datetime, said: Said | None) -> bool:
        match press.what:
            case "acknowledge":
                return self.acknowledged
            case "assign":
                return self.person == press.person
            case "restrict" | "unrestrict":
                return self.restricted is (press.what == "restrict")
            case "update" if self.updated and not self._changed(press.change):
                when, words, changed = self.updated
                same = (words, changed) == (press.words, self._wanted(press.change))
                return same and abs(at - when) <= ONE_MINUTE
            case "publish":
                return bool(said and self.public and said.same(self.public[-1]))
            case "correct":
                return self.public[-1].text == press.public
        return False

    def recorded(self, press: Press, at: datetime, said: Said | None) -> None:
        """The command was recorded."""
        self.words.append(f"{MARK}{press.number}x")
        if press.what == "reopen":
            self.keys.clear()
        if press.key:
            self.keys.add((KINDS[press.what][0], press.key))
        match press.what:
            case "publish" | "approve" if said:
                self.public.append(said)
                self.draft = None
            case "correct":
                self.public[-1] = self.public[-1]._replace(text=press.public)
            case "update":
                changed = self._changed(press.change)
                vars(self).update(changed)
                self.updated = (at, press.words, changed)
            case "draft":
                self.draft = said
            case _:
                vars(self).update(self._become(press))

    def _become(self, press: Press) -> dict[str, Any]:
        became: dict[str, dict[str, Any]] = {
            "acknowledge": {"acknowledged": True},
            "assign": {"person": press.person},
            "resolve": {"state": "resolved", "status": "resolved"},
            "cancel": {"state": "cancelled", "status": "resolved"},
            "reopen": {"state": "open", "status": "investigating"},
            "restrict": {"restricted": True},
            "unrestrict": {"restricted": False},
            "reject": {"draft": None},
        }
        return became.get(press.what, {})

    def wrong(self, found: Incident) -> list[str]:
        """Where the incident is not what it has to be."""
        wanted = {
            "title": self.press.words,
            "status": self.status,
            "state": self.state,
            "severity": self.severity,
            "restricted": self.restricted,
            "components": self.components,
            "roles": {"commander": self.person} if self.person else {},
            "key": self.press.key,
        }
        there = {
            "acknowledged": (bool(found.acknowledged_at), self.acknowledged),
            "public": ([words.text for words in found.public], [said.text for said in self.public]),
            "draft": (found.draft and found.draft.text, self.draft and self.draft.text),
            **{name: (getattr(found, name), value) for name, value in wanted.items()},
        }
        return [
            f"{name}: {is_} instead of {should}" for name, (is_, should) in there.items() if is_ != should
        ]

    def _wanted(self, change: dict[str, Any]) -> dict[str, Any]:
        return {"components": self.components | change["components"]} if "components" in change else change

    def _changed(self, change: dict[str, Any]) -> dict[str, Any]:
        return {name: new for name, new in self._wanted(change).items() if getattr(self, name) != new}


@dataclass
class Promises:
    """All incidents that were acknowledged."""

    known: dict[UUID, Known] = field(default_factory=dict)

    def answer(self, press: Press, at: datetime, said: Said | None = None) -> Outcome:
        """What the command has to be answered."""
        if press.incident:
            return self._of_one(self.known[press.incident], press, at, said)
        return "repeated" if self._declared(press, at) else "recorded"

    def declared(self, identity: UUID, press: Press, at: datetime) -> None:
        """A new incident was declared."""
        components = dict(HURT) if press.choice % 2 else {}
        made = Known(identity, press, at, restricted=press.restricted, components=components)
        made.recorded(press, at, None)
        self.known[identity] = made

    def _of_one(self, known: Known, press: Press, at: datetime, said: Said | None) -> Outcome:
        found = known.answer(press, at, said)
        if found != "recorded" or press.what != "reopen":
            return found
        other = known.press.key and self._open_with(known.press.key)
        return "refused" if known.state == "open" or other else found

    def _declared(self, press: Press, at: datetime) -> Known | None:
        if press.key:
            return self._open_with(press.key)
        alike = (press.words, press.restricted)
        for known in self.known.values():
            same = not known.press.key and (known.press.words, known.restricted) == alike
            if same and known.state == "open" and abs(at - known.at) <= TEN_MINUTES:
                return known
        return None

    def _open_with(self, key: str) -> Known | None:
        return next((k for k in self.known.values() if k.press.key == key and k.state == "open"), None)
