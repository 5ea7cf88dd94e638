"""Every error says what happened and what to do, whatever its facts hold."""

import inspect
import re
import string
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatops import errors
from chatops.errors import ChatopsError, suggest

HOSTILE = ["{}", "{0}", "{problem}", "{x!r:>9}", "{{ 7*7 }}", "100%s %d %(a)s", "</script>", "back\\slash"]
MOON = datetime(2026, 11, 21, 12, 30, 5, tzinfo=UTC)


def tree(above: type[ChatopsError] = ChatopsError) -> Iterator[type[ChatopsError]]:
    yield above
    for kind in above.__subclasses__():
        if kind.__module__ == errors.__name__:
            yield from tree(kind)


KINDS = {kind.__name__: kind for kind in tree()}
every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)


def facts_of(kind: type[ChatopsError]) -> dict[str, Any]:
    """The names in the braces of its docstring; numbers where a number is wanted."""
    fields = string.Formatter().parse(inspect.getdoc(kind) or "")
    return {name: 5.0 if (form or "").endswith(("g", "f")) else "FACT" for _, name, form, _ in fields if name}


def made(kind: type[ChatopsError], **facts: Any) -> ChatopsError:
    if kind is errors.UnknownName:
        return kind("severity", facts.get("name", "FACT"), ["sev1"])
    if kind is errors.Unconfirmed:
        return kind(facts.get("step", "FACT"), MOON)
    return kind(**facts)


@every_kind
def test_the_docstring_is_the_message(kind: type[ChatopsError]) -> None:
    message = str(made(kind, **facts_of(kind)))

    assert message
    assert "  " not in message
    assert "\n" not in message
    assert not re.search(r"[{}]", message)
    assert ("FACT" in message) is ("FACT" in facts_of(kind).values())


@pytest.mark.parametrize("hostile", HOSTILE)
@every_kind
def test_facts_with_braces_pass_unchanged(kind: type[ChatopsError], hostile: str) -> None:
    facts = {name: hostile if value == "FACT" else value for name, value in facts_of(kind).items()}

    message = str(made(kind, **facts))

    for value in facts.values():
        assert value != hostile or hostile in message or repr(hostile) in message


@settings(max_examples=50)
@given(st.text(min_size=1))
def test_a_message_of_its_own_is_taken_as_it_is(words: str) -> None:
    assert str(errors.Rejected(words)) == words
    assert str(errors.Unavailable(words, retry_after=3)) == words


def test_a_plugin_that_says_nothing_says_what_to_say() -> None:
    assert str(errors.Rejected()) == (
        "The remote refused the request; say its own words and which setting to change."
    )


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (errors.UsageError, 2),
        (errors.ConfigError, 4),
        (errors.StoreError, 4),
        (errors.PluginError, 1),
        (errors.RemoteError, 1),
        (errors.CallOver, 1),
    ],
)
def test_a_whole_branch_has_one_exit_code(kind: type[ChatopsError], code: int) -> None:
    assert {below.exit_code for below in tree(kind)} == {code}


def test_the_tree_in_the_documentation_is_the_tree() -> None:
    drawn = (errors.__doc__ or "").partition("* ChatopsError")[2]

    assert set(re.findall(r"\b[A-Z]\w+", drawn)) == set(KINDS) - {"ChatopsError"}


@pytest.mark.parametrize("kind", [kind for kind in KINDS.values() if issubclass(kind, errors.RemoteError)])
def test_what_a_plugin_meets_is_no_other_kind_of_error(kind: type[ChatopsError]) -> None:
    assert not issubclass(kind, errors.CallOver | errors.StoreError | errors.UsageError | OSError)


def test_a_name_that_is_not_there_comes_with_the_nearest() -> None:
    error = errors.UnknownName("severity", "sev{1}", ["sev1", "sev2"], "Add it.")

    assert str(error) == (
        "There is no severity 'sev{1}'. Did you mean 'sev1'? There are: sev1, sev2. Add it."
    )


def test_a_time_that_is_none_is_quoted_harmlessly() -> None:
    assert "'\\x1b[2J{}'" in str(errors.BadTime(text="\x1b[2J{}", problem="is not a time"))


def test_an_unconfirmed_step_says_when_it_is_asked_about() -> None:
    error = errors.Unconfirmed("ticket {}", MOON)

    assert (
        str(error)
        == "The step ticket {} may have arrived already; the remote is asked again at 12:30:05 UTC."
    )
    assert error.until == MOON


def test_a_remote_may_say_when_to_come_back() -> None:
    assert errors.Unavailable("Down", retry_after=7.5).retry_after == 7.5
    assert errors.Unavailable("Down", retry_after="soon").retry_after is None  # type: ignore[arg-type]
    assert errors.Unavailable("Down").retry_after is None


class TestSuggest:
    def test_finds_a_slip(self) -> None:
        assert suggest("chekout", ["search", "Checkout"]).startswith("Did you mean 'Checkout'? ")

    def test_does_not_guess_wildly(self) -> None:
        assert suggest("zzz", ["search", "checkout"]) == "There are: search, checkout."

    def test_says_where_there_is_nothing(self) -> None:
        assert suggest("x", []) == "None is configured."

    def test_does_not_go_on_for_ever(self) -> None:
        assert suggest("zzz", [f"s{i}" for i in range(15)], most=3) == "There are: s0, s1, s2, and 12 more."

    @settings(max_examples=50)
    @given(st.text(), st.lists(st.text(), max_size=4))
    def test_stands_any_names(self, name: str, valid: list[str]) -> None:
        assert suggest(name, valid).endswith(".")
