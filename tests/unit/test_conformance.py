"""The suite that authors inherit: two plugins pass it, and what is wrong with any other is caught."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from chatops import Plugin
from chatops.testing import FakeRemote, PluginConformance, Trial
from chatops.testing.lessons import LESSONS
from tests import wrong_plugins as plugins
from tests import wrong_subtly as subtly
from tests import wrong_trackers as trackers


class TestPager(PluginConformance):
    plugin = plugins.Pager
    standin = FakeRemote
    markup = ("<!channel>",)

    def sent(self, trial: Trial) -> str:
        """It says nothing in anybody's markup."""
        return ""


class TestBoard(PluginConformance):
    plugin = plugins.Board
    standin = FakeRemote


class TestClosing(PluginConformance):
    plugin = subtly.Closing
    standin = FakeRemote


class SpelledRemote(FakeRemote):
    def settings(self) -> str:
        return super().settings().replace("token =", "api-token =")


class TestSpelled(PluginConformance):
    plugin = subtly.Spelled
    standin = SpelledRemote


class TestTracker(PluginConformance):
    plugin = trackers.Tracker
    standin = FakeRemote


def run(case: PluginConformance, test: str, folder: Path, *arguments: Any) -> None:
    """Run one of the inherited tests."""
    with Trial(folder, case.plugin, case.standin, case.settings) as trial:
        getattr(case, test)(trial, *arguments)


def test_what_its_filters_keep_away_is_not_tried(tmp_path: Path) -> None:
    class Case(TestPager):
        def settings(self, trial: Trial) -> str:
            return f'{super().settings(trial)}when.severity = ["sev4"]\n'

    with pytest.raises(pytest.fail.Exception, match="was never called"):
        run(Case(), "test_every_hook_works", tmp_path)


def test_it_has_to_be_tried_with_something(tmp_path: Path) -> None:
    class Case(PluginConformance):
        plugin = plugins.Pager

    with pytest.raises(pytest.fail.Exception, match="has no stand-in and no settings"):
        run(Case(), "test_it_loads", tmp_path)


def test_where_nothing_is_seen_no_word_is_said_to_be_safe(tmp_path: Path) -> None:
    class Case(TestBoard):
        def sent(self, trial: Trial) -> str:
            return ""

    with pytest.raises(pytest.skip.Exception, match="nothing is seen"):
        run(Case(), "test_customers_never_see_an_internal_word", tmp_path)


class Wrong(NamedTuple):
    """A plugin, the test that catches it, and the lesson that it teaches."""

    plugin: type[Plugin[Any]]
    test: str
    lesson: str
    arguments: tuple[Any, ...] = ()


WRONG = [
    Wrong(plugins.Deaf, "test_it_loads", "deaf"),
    Wrong(plugins.Unmarked, "test_it_loads", "unmarked"),
    Wrong(plugins.Newer, "test_it_loads", "not_loaded"),
    Wrong(plugins.Tolerant, "test_unknown_settings_are_refused", "unknown_accepted"),
    Wrong(plugins.Broken, "test_every_hook_works", "not_done"),
    Wrong(plugins.Correcting, "test_every_hook_works", "not_called"),
    Wrong(plugins.Unanswering, "test_questions_are_answered", "question"),
    Wrong(plugins.Misleading, "test_questions_are_answered", "finding"),
    Wrong(plugins.Repeating, "test_the_same_key_twice_creates_once", "twice"),
    Wrong(plugins.Blind, "test_a_lost_reply_creates_once", "twice"),
    Wrong(plugins.Stubborn, "test_a_lost_reply_creates_once", "lost"),
    Wrong(plugins.Mute, "test_a_refusal_names_the_setting", "refusal", (401,)),
    Wrong(plugins.Optimist, "test_a_refusal_names_the_setting", "refused_done", (403,)),
    Wrong(plugins.Quitter, "test_a_bad_moment_passes", "given_up", ("503",)),
    Wrong(plugins.Quitter, "test_a_bad_moment_passes", "given_up", ("reset",)),
    Wrong(plugins.HalfWay, "test_a_bad_moment_passes", "not_again", ("429",)),
    Wrong(plugins.Forgetful, "test_a_bad_moment_passes", "lost_for_good", ("500",)),
    Wrong(plugins.Trusting, "test_garbage_is_a_clean_error", "garbage", ("an empty object",)),
    Wrong(plugins.Rash, "test_a_dry_run_writes_nothing", "dry"),
    Wrong(plugins.Leaking, "test_customers_never_see_an_internal_word", "internal"),
    Wrong(plugins.Plain, "test_no_secret_gets_out", "plain_secret"),
    Wrong(plugins.Talkative, "test_no_secret_gets_out", "secret"),
    Wrong(plugins.Raising, "test_no_secret_gets_out", "secret"),
    Wrong(plugins.Unquoted, "test_hostile_text_arrives_escaped", "address"),
    Wrong(plugins.Pager, "test_hostile_text_arrives_escaped", "markup"),
    Wrong(plugins.Shared, "test_many_threads_at_once", "mixed_up"),
    Wrong(plugins.Bypassing, "test_every_socket_is_the_transports", "socket"),
    Wrong(subtly.Routed, "test_unknown_settings_are_refused", "unknown_accepted"),
    Wrong(subtly.OnceForAll, "test_every_hook_works", "once_only"),
    Wrong(subtly.Worded, "test_questions_are_answered", "answer"),
    Wrong(subtly.MuteAtLast, "test_a_refusal_names_the_setting", "refusal", (401,)),
    Wrong(trackers.MuteTracker, "test_a_refusal_names_the_setting", "refusal", (401,)),
    Wrong(subtly.Careless, "test_a_refusal_names_the_setting", "refused_done", (403,)),
    Wrong(subtly.Cheerful, "test_a_refusal_names_the_setting", "refused_done", (401,)),
    Wrong(subtly.Careless, "test_a_bad_moment_passes", "swallowed", ("500",)),
    Wrong(subtly.Excusing, "test_a_bad_moment_passes", "swallowed", ("429",)),
    Wrong(trackers.CarelessTracker, "test_a_bad_moment_passes", "swallowed", ("503",)),
    Wrong(subtly.Titled, "test_a_bad_moment_passes", "lost_for_good", ("500",)),
    Wrong(subtly.TrustingAtLast, "test_garbage_is_a_clean_error", "garbage", ("an empty object",)),
    Wrong(trackers.TrustingTracker, "test_garbage_is_a_clean_error", "garbage", ("null",)),
    Wrong(subtly.Nameless, "test_garbage_is_a_clean_error", "garbage_link", ("an empty object",)),
    Wrong(subtly.Reading, "test_a_dry_run_writes_nothing", "dry"),
    Wrong(subtly.ReadingAll, "test_a_dry_run_writes_nothing", "dry"),
    Wrong(subtly.Nested, "test_no_secret_gets_out", "plain_secret"),
    Wrong(subtly.Linking, "test_no_secret_gets_out", "secret"),
    Wrong(subtly.TalkativeAtLast, "test_no_secret_gets_out", "secret"),
    Wrong(subtly.TalkativeIfAsked, "test_no_secret_gets_out", "secret"),
    Wrong(subtly.HalfQuoted, "test_hostile_text_arrives_escaped", "address"),
    Wrong(subtly.Confusing, "test_many_threads_at_once", "mixed_up"),
    Wrong(subtly.Slow, "test_many_threads_at_once", "not_done"),
    Wrong(subtly.Counting, "test_every_socket_is_the_transports", "socket"),
    Wrong(subtly.BypassingIfAsked, "test_every_socket_is_the_transports", "socket"),
]


@pytest.fixture(params=WRONG, ids=lambda wrong: f"{wrong.plugin.__name__}-{wrong.lesson}")
def wrong(request: pytest.FixtureRequest) -> Iterator[Wrong]:
    yield request.param
    plugins.HalfWay.failed.clear()


def test_what_is_wrong_is_caught_and_taught(wrong: Wrong, tmp_path: Path) -> None:
    class Case(PluginConformance):
        plugin = wrong.plugin
        standin = FakeRemote
        markup = ("<!channel>",) if wrong.lesson == "markup" else ()

    # Skipped, it would be neither caught nor noticed.
    with pytest.raises((pytest.fail.Exception, pytest.skip.Exception)) as failed:
        run(Case(), wrong.test, tmp_path, *wrong.arguments)
    harm = f"What it does: {LESSONS[wrong.lesson].harm}"
    assert harm in str(failed.value)
