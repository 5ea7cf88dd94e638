"""Start-up is a feature: what a command that only reads imports, as a real process shows it at its end."""

import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from chatops.cli import COMMANDS, LOOK
from tests.kit import Cli, Site

#: Runs before the first line of any process that finds it, and tells at its end what it had imported.
WITNESS = """
import atexit, sys
from pathlib import Path
atexit.register(lambda: Path({path!r}).write_text("\\n".join(sys.modules)))
"""
OURS_AND_CHOSEN = {"chatops", "click", "pluggy", "msgspec", "platformdirs"}
#: msgspec takes it where another tool has brought it along; an installation without tools has none.
BROUGHT_ALONG = {"typing_extensions"}
#: Parts of the standard library that cost too much to be imported for a look.
SLOW = (
    "asyncio",
    "concurrent",
    "ctypes",
    "email",
    "hashlib",
    "http",
    "importlib.metadata",
    "json",
    "multiprocessing",
    "ssl",
    "unittest",
    "urllib.request",
    "xml",
    "zipfile",
)
PLUGIN = """
    class Ticket(Plugin):
        @hookimpl
        def incident_declared(self, event, ctx):
            return Link("ticket", "OPS-1", "https://tickets.example/OPS-1")
"""
READING = {
    "list": ["list"],
    "show": ["show", "INC-1"],
    "timeline": ["timeline", "INC-1"],
    "open": ["open", "INC-1", "--json"],
    "metrics": ["metrics", "--by", "month"],
    "deliveries": ["deliveries", "--all"],
}
STARTING = {"--version": ["--version"], "--help": ["--help"]}


class Imported:
    """Runs commands, and reads what their processes had imported when they ended."""

    def __init__(self, cli: Cli, told: Path) -> None:
        self._cli = cli
        self._told = told
        # Empty: where the tests' coverage is measured, its tool would be imported into the process.
        self._env = {"COVERAGE_PROCESS_START": "", "COVERAGE_PROCESS_CONFIG": ""}
        (cli.site.folder / "sitecustomize.py").write_text(WITNESS.format(path=str(told)))
        subprocess.run([sys.executable, "-c", "pass"], env=cli.env | self._env, check=True, timeout=60)
        self._bare = self._modules()

    @cache  # noqa: B019  (it lives as long as the tests of this file)
    def by(self, *arguments: str) -> set[str]:
        """The modules that `chatops` with these arguments imports."""
        self._cli(*arguments, env=self._env)
        found = self._modules() - self._bare
        assert "chatops.cli" in found
        return found

    def _modules(self) -> set[str]:
        return set(self._told.read_text().splitlines())


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Imported:
    """An incident with a link, whose plugin ran in another process."""
    home, site = (tmp_path_factory.mktemp(name) for name in ("home", "site"))
    cli = Cli(home, Site(site))
    cli.site.install(PLUGIN, ticket="Ticket")
    cli.configure("[plugins.ticket]")
    cli("declare", "Checkout returns 500s")
    return Imported(cli, home / "modules")


def test_every_command_that_looks_is_tested_here() -> None:
    assert {name for name, listed in COMMANDS.items() if listed.section == LOOK} <= set(READING)


@pytest.mark.parametrize("arguments", (STARTING | READING).values(), ids=(STARTING | READING))
def test_what_a_command_imports_of_others(imported: Imported, arguments: list[str]) -> None:
    found = imported.by(*arguments)
    others = {name for name in found if name.split(".")[0] not in sys.stdlib_module_names}
    assert {name.split(".")[0] for name in others} - OURS_AND_CHOSEN - BROUGHT_ALONG == set()


#: What lists every command has to look for those that plugins add.
QUICK = {name: arguments for name, arguments in (STARTING | READING).items() if name != "--help"}


@pytest.mark.parametrize("arguments", QUICK.values(), ids=QUICK)
def test_what_a_command_imports_is_quick(imported: Imported, arguments: list[str]) -> None:
    found = imported.by(*arguments)
    assert {name for name in found for slow in SLOW if f"{name}.".startswith(f"{slow}.")} == set()


@pytest.mark.parametrize("arguments", STARTING.values(), ids=STARTING)
def test_what_says_only_what_there_is_opens_nothing(imported: Imported, arguments: list[str]) -> None:
    found = imported.by(*arguments)
    assert {"sqlite3", "msgspec", "pluggy", "chatops.config", "chatops.service"} & found == set()


@pytest.mark.parametrize("arguments", (STARTING | READING).values(), ids=(STARTING | READING))
def test_no_reading_command_imports_a_plugin(imported: Imported, arguments: list[str]) -> None:
    found = imported.by(*arguments)
    assert {name for name in found if name.startswith(("plugin_", "chatops_"))} == set()
