"""A question to a plugin is answered in time, or it is said why not."""

import pytest

from chatops import errors
from chatops.dispatch.ask import ask
from chatops.dispatch.contexts import Contexts
from chatops.events import Link
from chatops.service import Service
from tests.stage import Stage

QUESTIONS = """
class Asked(Plugin):
    @hookimpl
    def resolve_link(self, ref, ctx):
        if ref == "hang":
            time.sleep(60)
        if ref == "exit":
            sys.exit(1)
        return {"good": Link("ticket", ref), "none": None, "number": Link("ticket", 7)}[ref]
"""


def _ask(service: Service, ref: str) -> object:
    return ask(Contexts(service.store, service.config), "asked", "resolve_link", ref=ref)


def test_a_question_is_answered_or_fails_in_words(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chatops.dispatch.ask.SECONDS", 0.3)
    stage.site.install(QUESTIONS, asked="Asked")
    service = stage.service("[plugins.asked]\n")
    assert _ask(service, "good") == Link("ticket", "good")
    assert _ask(service, "none") is None
    assert ask(Contexts(service.store, service.config), "asked", "audience") is None
    with pytest.raises(errors.PluginError, match=r"did not answer within 0\.3 s"):
        _ask(service, "hang")
    with pytest.raises(errors.PluginError, match="asked could not answer resolve_link: it raised KeyError"):
        _ask(service, "else")
    with pytest.raises(errors.PluginError, match=r"called sys\.exit"):
        _ask(service, "exit")
    with pytest.raises(errors.PluginError, match="a Link that cannot be kept"):
        _ask(service, "number")
    with pytest.raises(errors.NotLoaded):
        ask(Contexts(service.store, service.config), "nobody", "audience")
