"""The part of JQL that is needed to find a ticket again: clauses, AND, OR, NOT, and ORDER BY."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from chatops_jira.sandbox.clauses import BadJql, Test, compared, contains, equals, moment
from chatops_jira.sandbox.model import Issue

_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<quoted>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<sign>!=|!~|>=|<=|[=~<>(),])"""
    r"""|(?P<word>[^\s=~!<>(),"']+))"""
)
_SIGNS: Final = frozenset({"(", ")", ",", "=", "!=", "~", "!~", "<", ">", "<=", ">="})
_TEXT: Final = frozenset({"text", "summary", "description"})
_TIMES: Final = frozenset({"created", "updated"})
_ALIASES: Final = {
    "issuekey": "key",
    "issue": "key",
    "id": "key",
    "component": "components",
    "type": "issuetype",
}
_EXACT: Final = frozenset({"project", "key", "labels", "status", "statuscategory", "priority", "issuetype"})
FIELDS: Final = _TEXT | _TIMES | _EXACT | {"components"}


@dataclass(frozen=True)
class Query:
    """A query that was understood; `bounded` says that it has a restriction."""

    test: Test
    order: list[tuple[str, bool]]
    bounded: bool

    def sorted(self, issues: list[Issue]) -> list[Issue]:
        """The issues in the order that was asked for, else the newest first."""
        for name, descending in reversed(self.order or [("created", True)]):
            issues = sorted(issues, key=_SORTED[name], reverse=descending)
        return issues


_SORTED: Final[dict[str, Callable[[Issue], Any]]] = {
    "created": lambda issue: (issue.created, int(issue.id)),
    "updated": lambda issue: (issue.updated, int(issue.id)),
    "key": lambda issue: (issue.project.key, issue.number),
}


class Reader:
    """Reads one query. `exists` says whether a project or an issue of this key is there."""

    def __init__(self, jql: str, exists: Callable[[str, str], bool]) -> None:
        self._tokens = _tokens(jql)
        self._at = 0
        self._exists = exists

    def read(self) -> Query:
        """The query; raises BadJql."""
        bounded = bool(self._tokens) and not self._is("order")
        test = self._any() if bounded else (lambda _issue, _known: True)
        order = self._order() if self._is("order") else []
        if self._at < len(self._tokens):
            raise BadJql(f"Error in the JQL Query: '{self._tokens[self._at]}' was not expected here.")
        return Query(test, order, bounded)

    def _any(self) -> Test:
        tests = [self._all()]
        while self._took("or"):
            tests.append(self._all())
        return tests[0] if len(tests) == 1 else lambda issue, known: any(t(issue, known) for t in tests)

    def _all(self) -> Test:
        tests = [self._one()]
        while self._took("and"):
            tests.append(self._one())
        return tests[0] if len(tests) == 1 else lambda issue, known: all(t(issue, known) for t in tests)

    def _one(self) -> Test:
        if self._took("not"):
            inner = self._one()
            return lambda issue, known: not inner(issue, known)
        if self._took("("):
            inner = self._any()
            self._must(")")
            return inner
        return self._clause()

    def _clause(self) -> Test:
        given = self._next("a field")
        name = _ALIASES.get(given.lower(), given.lower())
        if name not in FIELDS:
            raise BadJql(f"Field '{given}' does not exist or you do not have permission to view it.")
        sign = self._next("an operator").lower()
        if sign == "not":
            self._must("in")
            sign = "not in"
        if sign in {"in", "not in"}:
            values = self._list()
            sign = "=" if sign == "in" else "!="
        else:
            values = [self._next("a value")]
        return self._test(name, sign, values)

    def _test(self, name: str, sign: str, values: list[str]) -> Test:
        allowed = (
            {"~", "!~"}
            if name in _TEXT
            else {"=", "!=", ">", ">=", "<", "<="}
            if name in _TIMES
            else {"=", "!="}
        )
        if sign == "is" and values[0].lower() in {"empty", "null"}:
            return lambda _issue, known: not known.fields.get(name)
        if sign not in allowed:
            raise BadJql(f"The operator '{sign}' is not supported by the '{name}' field.")
        if name in _TIMES:
            return compared(name, sign, moment(values[0]))
        if name in {"project", "key"}:
            for value in values:
                if not self._exists(name, value):
                    raise BadJql(_MISSING[name].format(value))
        tests = [contains(name, v) if name in _TEXT else equals(name, v) for v in values]
        wanted = sign in {"=", "~"}
        return lambda issue, known: any(test(issue, known) for test in tests) is wanted

    def _order(self) -> list[tuple[str, bool]]:
        self._must("order")
        self._must("by")
        found = []
        while True:
            given = self._next("a field").lower()
            name = _ALIASES.get(given, given)
            if name not in _SORTED:
                raise BadJql(f"Not able to sort using field '{given}'.")
            found.append((name, self._took("desc") or (not self._took("asc") and name != "key")))
            if not self._took(","):
                return found

    def _list(self) -> list[str]:
        self._must("(")
        values = [self._next("a value")]
        while self._took(","):
            values.append(self._next("a value"))
        self._must(")")
        return values

    def _is(self, word: str) -> bool:
        return self._at < len(self._tokens) and self._tokens[self._at].lower() == word

    def _took(self, word: str) -> bool:
        took = self._is(word)
        self._at += took
        return took

    def _must(self, word: str) -> None:
        if not self._took(word):
            raise BadJql(f"Error in the JQL Query: Expecting '{word}' before the end of the query.")

    def _next(self, what: str) -> str:
        if self._at >= len(self._tokens):
            raise BadJql(f"Error in the JQL Query: Expecting {what} before the end of the query.")
        token = self._tokens[self._at]
        if what != "an operator" and token in _SIGNS:
            raise BadJql(f"Error in the JQL Query: Expecting {what} but got '{token}'.")
        self._at += 1
        return re.sub(r"\\(.)", r"\1", token[1:-1]) if token[0] in "\"'" else token


_MISSING: Final = {
    "project": "The value '{}' does not exist for the field 'project'.",
    "key": "An issue with key '{}' does not exist for field 'key'.",
}


def _tokens(jql: str) -> list[str]:
    found, at, end = [], 0, len(jql.rstrip())
    while at < end:
        match = _TOKEN.match(jql, at)
        if match is None:
            raise BadJql(
                f"Error in the JQL Query: The character '{jql[at:].strip()[:1]}' is not expected here."
            )
        found.append(match[0].strip())
        at = match.end()
    return found
