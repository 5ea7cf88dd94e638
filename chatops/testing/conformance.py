"""What every plugin can be trusted to do, as tests that its author inherits."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest

from chatops.plugin import Plugin
from chatops.sandbox import Asked, StandIn
from chatops.testing import checks
from chatops.testing.lessons import fail
from chatops.testing.trial import Trial


class PluginConformance:
    """The tests of a plugin: derive from it, name your plugin and what stands in for its remote.

    Example::

        class TestPager(PluginConformance):
            plugin = Pager
            standin = PagerStandIn

    What the plugin declares about itself decides what is asked of it: one with `own_transport` is not asked
    about requests, one that is `at_least_once` may repeat itself. A plugin that acts by other means than a
    stand-in can see has to say what it has made, and what has left it: override `created` and `sent`.
    """

    plugin: ClassVar[type[Plugin[Any]]]
    standin: ClassVar[type[StandIn] | None] = None
    #: What means something to whoever reads it at the remote, and therefore must arrive as mere text: markup
    #: that runs, such as "<script>" in HTML, or calls everybody, such as "<!channel>" in Slack.
    markup: ClassVar[tuple[str, ...]] = ()

    def settings(self, trial: Trial) -> str:
        """The configuration, in TOML: one table of plugins, and what else the plugin needs.

        It is the stand-in's own where it is not overridden; `trial.url` is its address, and `trial.folder` a
        folder of the test's.
        """
        if self.standin is None:
            fail("no_settings", plugin=self.plugin.__name__)
        return self.standin(trial.url).settings()

    def created(self, trial: Trial) -> Sequence[str]:
        """What the plugin has made outside, a line each: what `made` of the stand-in says, else its POSTs."""
        if trial.box is None:
            return []
        made = trial.remote.made()
        return made if made is not None else [f"POST {a.path}" for a in trial.asked if _has_made(a)]

    def sent(self, trial: Trial) -> str:
        """All that has left the plugin, as text: by default what its requests said."""
        return "\n".join(part for asked in trial.asked for part in _said(asked))

    @pytest.fixture
    def trial(self, tmp_path: Path) -> Iterator[Trial]:
        """The plugin at work."""
        with Trial(tmp_path / "trial", self.plugin, self.standin, self.settings) as made:
            yield made

    def test_it_loads(self, trial: Trial) -> None:
        """It loads with its settings, and listens to something."""
        checks.loads(trial)

    def test_every_socket_is_the_transports(self, trial: Trial) -> None:
        """No connection is made but by `ctx.http`."""
        checks.sockets(trial)

    def test_unknown_settings_are_refused(self, trial: Trial) -> None:
        """A slip in the configuration is found by its path, and not ignored."""
        checks.unknown_settings(trial)

    def test_every_hook_works(self, trial: Trial) -> None:
        """Each hook does its work, or says why it does not, where nothing goes wrong."""
        checks.every_hook(trial, self.sent)

    def test_questions_are_answered(self, trial: Trial) -> None:
        """Each question is answered, also where there is nothing to say."""
        checks.questions(trial)

    def test_the_same_key_twice_creates_once(self, trial: Trial) -> None:
        """A call that is killed after its work was done is repeated, and makes nothing a second time."""
        checks.twice(trial, self.created)

    def test_a_lost_reply_creates_once(self, trial: Trial) -> None:
        """A reply that is lost after the work was done makes nothing a second time."""
        checks.lost_replies(trial, self.created)

    @pytest.mark.parametrize("status", [401, 403])
    def test_a_refusal_names_the_setting(self, trial: Trial, status: int) -> None:
        """Wrong credentials are said with the setting that holds them."""
        checks.refusal(trial, status)

    @pytest.mark.parametrize("moment", checks.MOMENTS)
    def test_a_bad_moment_passes(self, trial: Trial, moment: str) -> None:
        """What a moment later would have worked is done later, and no delivery is given up for it."""
        checks.bad_moment(trial, moment, self.created)

    @pytest.mark.parametrize("garbage", checks.GARBAGE)
    def test_garbage_is_a_clean_error(self, trial: Trial, garbage: str) -> None:
        """An answer that cannot be understood is said in words."""
        checks.garbage(trial, garbage)

    def test_a_dry_run_writes_nothing(self, trial: Trial) -> None:
        """In a dry run nothing is made."""
        checks.dry_run(trial, self.created)

    def test_customers_never_see_an_internal_word(self, trial: Trial) -> None:
        """What a public plugin sends holds nothing that was said to responders."""
        checks.internal_words(trial, self.sent)

    def test_no_secret_gets_out(self, trial: Trial) -> None:
        """No secret is in a repr, a log, an error or on the terminal, whatever goes wrong."""
        checks.secrets(trial)

    def test_hostile_text_arrives_escaped(self, trial: Trial) -> None:
        """Whatever people write, it is text at the remote, and no part of an address or of the markup."""
        checks.hostile_text(trial, self.markup, self.sent)

    def test_many_threads_at_once(self, trial: Trial) -> None:
        """Incidents at the same time are kept apart."""
        checks.many_at_once(trial, self.created, self.sent)


def _has_made(asked: Asked) -> bool:
    worked = asked.fault in {"drop_after", "garbage"} or (asked.status or 500) < 300  # noqa: PLR2004
    return asked.method == "POST" and worked


def _said(asked: Asked) -> Iterator[str]:
    yield from (asked.path, asked.query, *asked.headers.values())
    body = asked.body.decode("utf-8", "replace")
    yield body
    try:
        yield from _texts(json.loads(body))
    except ValueError:
        return


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list():
            for item in value:
                yield from _texts(item)
        case dict():
            for name, item in value.items():
                yield name
                yield from _texts(item)
