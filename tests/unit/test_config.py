"""The configuration: what is read, what is said of the rest, and that a command can always go on."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops import config as configuration
from chatops.config import SECTIONS, Config
from chatops.errors import UnknownName
from chatops.service.service import store_place

KEYS = [
    *SECTIONS,
    "sev1",
    "sev2",
    "pager",
    "use",
    "when",
    "severity",
    "actor",
    "store",
    "title",
    "public",
    "plugins",
]
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["sev1", "ask", "30m"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS) | st.text(), inner, max_size=4)
    ),
    max_leaves=20,
)


@pytest.fixture
def load(tmp_path: Path) -> Callable[[str], Config]:
    """Loads a configuration from its text."""

    def write(text: str) -> Config:
        path = tmp_path / "chatops.toml"
        path.write_text(text, encoding="utf-8")
        return configuration.load(path)

    return write


def problems(config: Config) -> dict[str, str]:
    """Messages by path; nothing is said twice."""
    found = {problem.path: problem.message for problem in config.problems}
    assert len(found) == len(config.problems)
    return found


@pytest.mark.parametrize(
    ("text", "path", "said"),
    [
        ("[core]\nactr = 'dana'", "core.actr", "Did you mean 'actor'?"),
        ("[core]\nactor = 3", "core.actor", "expected str, got int"),
        ("[cores]", "cores", "Did you mean 'core'?"),
        ("[severities.sev1]\nimpact = 'mayor'", "severities.sev1.impact", "Did you mean 'major'?"),
        ("[severities.sev1]\nupdate_every = '99999999999d'", "severities.sev1.update_every", "99999999999d"),
        ("[severities]\nsev1 = 3", "severities.sev1", "should be a table"),
        ("severities = 3", "severities", "should be a table"),
        ("[services.a]\ncomponents = 'b'", "services.a.components", "expected array"),
        ("[services.a]\ncomponents = ['b', 3]", "services.a.components[1]", "expected str"),
        ("[services.a]\njira.component = 'x'", "services.a.jira", "is not a setting"),
        ("[components.a]", "components.a.public_name", "is missing"),
        ("[plugins]\na = 3", "plugins.a", "should be a table"),
        ("[plugins.a]\nwhen.restricted = 'yes'", "plugins.a.when.restricted", "expected bool"),
        (
            "[services.y]\n[plugins.a.when]\nservices = ['x']",
            "plugins.a.when.services",
            "There is no service 'x'",
        ),
        ("[public]\ntitle = '{service} is down'", "public.title", "customers would read {service}"),
        ("[public]\nresolved = ' '", "public.resolved", "is empty"),
    ],
)
def test_a_problem_is_named_by_its_path_and_the_rest_holds(
    load: Callable[[str], Config], text: str, path: str, said: str
) -> None:
    config = load(text)
    assert said in problems(config)[path]
    assert list(problems(config)) == [path]
    assert not config.broken
    assert config.severities["sev1"].impact in {"critical", "major"}
    assert config.public.title == configuration.DEFAULTS["public"]["title"]


def test_what_cannot_be_read_does_not_make_a_name_unknown(load: Callable[[str], Config]) -> None:
    config = load("[components]\na = 3\n[components.b]\n[services]\na = 3\n[services.b]")
    config.check_components(("a", "b"))
    config.check_services(("a", "b"))
    with pytest.raises(UnknownName, match="'c'"):
        config.check_components(("c",))
    with pytest.raises(UnknownName, match="'c'"):
        config.check_services(("c",))


def test_only_in_a_broken_file_any_severity_may_be_one(load: Callable[[str], Config]) -> None:
    load("[core").severity("p1")
    with pytest.raises(UnknownName, match="sev1"):
        load("[core]").severity("p1")


def test_an_instance_whose_table_cannot_be_read_stays_enabled(load: Callable[[str], Config]) -> None:
    config = load("[plugins]\na = 3\nb = {}")
    assert set(config.instances) == {"a", "b"}
    assert load("plugins = 3").broken


def test_a_byte_order_mark_is_no_fault(load: Callable[[str], Config]) -> None:
    config = load("\ufeff[core]\nactor = 'dana'")
    assert (config.problems, config.core.actor) == ([], "dana")


@given(raw=st.dictionaries(st.sampled_from(SECTIONS), VALUES))
def test_whatever_stands_in_a_file_a_command_can_go_on(raw: dict[str, Any]) -> None:
    config = Config(configuration.merged(configuration.DEFAULTS, raw), Path("/somewhere/chatops.toml"), [])
    config.severity(config.core.default_severity)
    assert store_place(config) if "://" not in config.core.store else True
    assert {"sev1", "sev2"} <= config.severities.keys()
    assert all(problem.path.split(".")[0] in SECTIONS for problem in config.problems)


@given(text=st.text())
def test_any_text_is_a_configuration_or_a_problem(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.mktemp("config") / "chatops.toml"
    path.write_text(text, encoding="utf-8", errors="surrogatepass")
    config = configuration.load(path)
    assert config.problems or tomllib.loads(path.read_text(encoding="utf-8-sig")) is not None
