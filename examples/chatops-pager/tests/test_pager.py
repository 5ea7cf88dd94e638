"""What everybody may expect of a plugin; the tests are inherited. Add your own."""

from typing import Any

from chatops.testing import FakeRemote, PluginConformance, Trial

from chatops_pager import Pager, sandbox


class TestPager(PluginConformance):
    plugin = Pager
    standin = sandbox.PagerStandIn

    def test_the_team_is_paged(self, trial: Trial) -> None:
        trial.playing.happen("incident_declared")
        trial.deliver()
        [page] = pages(trial)
        assert page["text"] == trial.sample.title
        assert (page["team"], page["urgency"]) == ("checkout", "low")

    def test_an_acknowledgement_stops_the_alarm(self, trial: Trial) -> None:
        trial.playing.happen("incident_declared")
        trial.playing.happen("incident_acknowledged")
        trial.deliver()
        [page] = pages(trial)
        assert (page["state"], page["by"]) == ("acknowledged", "dana")


def pages(trial: Trial) -> list[dict[str, Any]]:
    """What the stand-in keeps."""
    assert isinstance(trial.remote, FakeRemote)
    return [kept.fields for kept in trial.remote.kept.values()]
