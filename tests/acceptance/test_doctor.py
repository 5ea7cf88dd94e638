"""`chatops doctor`: what would not work in an incident is found before it, with the setting to change."""

import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from chatops.events import utcnow
from tests.acceptance.helpers import Terminal
from tests.kit import COMMAND, Cli

#: `good` is content, `bad` has two findings, `locked` is refused, `torn` does not load, `mute` has
#: no check.
PLUGINS = """
class Config(msgspec.Struct, forbid_unknown_fields=True):
    url: str = ""
    phrase: Secret | None = None

class Good(Plugin[Config]):
    pace = Pace(requests=10, per=Duration(seconds=1))

    @hookimpl
    def check(self, ctx):
        print("a plugin says something")
        if self.config.url:
            ctx.http.request("GET", self.config.url, answer=object)
        return []

class Bad(Plugin[Config]):
    @hookimpl
    def check(self, ctx):
        phrase = self.config.phrase.reveal() if self.config.phrase else "nothing"
        return [
            Finding(
                setting=f"plugins.{ctx.instance}.project",
                problem="there is no project 'OSP' that this account may create tickets in",
                valid=("OPS", "WEB", "INFRA"),
            ),
            Finding(setting=f"plugins.{ctx.instance}.url", problem=f"it does not take {phrase}"),
        ]

class Locked(Plugin[Config]):
    @hookimpl
    def check(self, ctx):
        raise Unauthorized(f"plugins.{ctx.instance}.phrase is not accepted. Make a new one.")

class Torn(Plugin[Config]):
    def __init__(self, config, instance):
        raise Rejected(f"plugins.{instance}.url: there is no such place.")

class Mute(Plugin[Config]):
    @hookimpl
    def note_added(self, event, ctx): ...
"""


@pytest.fixture
def checked(cli: Cli) -> Cli:
    """An installation with plugins that have something to say, and some that have not."""
    cli.site.install(PLUGINS, good="Good", bad="Bad", locked="Locked", torn="Torn", mute="Mute")
    return cli


def test_what_works_is_said_before_the_first_incident(checked: Cli) -> None:
    checked.configure("[plugins.good]\n[plugins.mute]\n")
    done = checked("doctor")
    lines = done.out.splitlines()
    assert lines[:2] == [
        f"✓ configuration: {checked.config}",
        f"✓ store: {checked.home}/.local/state/chatops/chatops.db",
    ]
    assert lines[2].startswith("- background process: off (core.drainer)")
    assert sorted(lines[3:]) == ["- mute: has nothing to ask", "✓ good: ok"]


def test_each_finding_names_its_setting_and_what_would_do(checked: Cli) -> None:
    checked.configure("[plugins.bad]\n[plugins.good]\n[plugins.locked]\n")
    done = checked("doctor", code=5)
    assert {"✗ bad", "✓ good: ok", "✗ locked"} <= set(done.out.splitlines())
    assert "\nplugins.bad.project: there is no project 'OSP'" in done.out
    assert "\n  There are: OPS, WEB, INFRA\n" in done.out
    assert "plugins.locked.phrase is not accepted. Make a new one." in done.out
    assert "a plugin says something" not in done.out


def test_programs_and_scripts_get_the_same(checked: Cli) -> None:
    checked.configure("[plugins.bad]\n[plugins.good]\n[plugins.mute]\n")
    said = checked("doctor", "--json", code=5).json()
    assert said["ok"] is False
    assert said["findings"][0] == {
        "instance": "bad",
        "setting": "plugins.bad.project",
        "problem": "there is no project 'OSP' that this account may create tickets in",
        "valid": ["OPS", "WEB", "INFRA"],
    }
    rows = {row.pop("instance"): row for row in said["instances"]}
    assert rows == {
        "bad": {"ok": False, "asked": True, "clock_skew": None},
        "good": {"ok": True, "asked": True, "clock_skew": None},
        "mute": {"ok": True, "asked": False, "clock_skew": None},
    }
    quiet = checked("doctor", "--quiet", code=5)
    assert quiet.out.splitlines() == ["plugins.bad.project", "plugins.bad.url"]


def test_some_can_be_asked_alone(checked: Cli) -> None:
    checked.configure("[plugins.bad]\n[plugins.good]\n[core]\nnonsense = 1\n")
    assert checked("doctor", "good").out == "✓ good: ok\n"
    assert checked("doctor", "good", "bad", code=5).out.count("plugins.bad.") == 2
    assert "There are: bad, good." in checked("doctor", "goof", code=2).err


def test_what_the_configuration_lacks_is_a_finding(checked: Cli) -> None:
    checked.configure(
        "[core]\nactr = 'kim'\n[plugins.good]\nlink = 'x'\n[plugins.gone]\n[plugins.bad]\nwhen.severity = 7\n"
    )
    found = checked("doctor", "--json", code=5).json()["findings"]
    assert [(f["instance"], f["setting"]) for f in sorted(found, key=lambda f: str(f["setting"]))] == [
        (None, "core.actr"),
        ("bad", "plugins.bad.when.severity"),
        ("gone", "plugins.gone"),
        ("good", "plugins.good.link"),
    ]
    checked.configure("[core\n")
    assert "cannot be read" in checked("doctor", "anybody", code=5).out


def test_why_a_plugin_does_not_load_is_said_as_the_configurations_check_says_it(checked: Cli) -> None:
    checked.configure("[plugins.torn]\n[plugins.gone]\n")
    problems = checked("config", "check", "--json", code=4).json()["problems"]
    said = {problem["path"]: problem["message"] for problem in problems}
    found = checked("doctor", "torn", "gone", "--json", code=5).json()["findings"]
    assert said == {finding["setting"]: finding["problem"] for finding in found}
    assert said["plugins.torn.url"] == "there is no such place."


def test_a_secret_is_in_no_finding(checked: Cli) -> None:
    checked.configure('[plugins.bad]\nphrase = { env = "PHRASE" }\n')
    for form in ((), ("--json",)):
        done = checked("doctor", *form, code=5, env={"PHRASE": "s3cret-phrase"})
        assert "it does not take" in done.out
        assert "s3cret-phrase" not in done.out + done.err


@pytest.mark.parametrize("form", [(), ("--quiet",)])
def test_a_store_that_cannot_be_used_is_found_and_the_plugins_are_asked(
    checked: Cli, form: tuple[str, ...]
) -> None:
    # What keeps a plugin to its pace is kept in a store, too.
    checked.configure("[plugins.good]\nurl = 'http://127.0.0.1:9/'\n[plugins.bad]\n")
    done = checked("doctor", *form, code=5, env={"CHATOPS_STORE": str(checked.home)})
    assert "CHATOPS_STORE" in done.out
    assert "plugins.bad.project" in done.out
    assert form or "GET http://127.0.0.1:9/" in done.out


def test_a_store_that_cannot_be_written_is_found(cli: Cli) -> None:
    cli.configure("")
    cli.here("list")
    (cli.home / ".local/state/chatops/chatops.db").chmod(0o400)
    prefix: tuple[str, ...] = ()
    if os.geteuid() == 0:
        if not shutil.which("setpriv"):
            pytest.skip("root ignores permissions, and there is no setpriv to take that right away")
        prefix = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
    ended = subprocess.run(
        [*prefix, COMMAND, "doctor"], env=cli.env, cwd=cli.home, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 5
    assert "core.store: The store" in ended.stdout
    assert "cannot be written" in ended.stdout


def test_without_a_configuration_the_defaults_are_looked_at(cli: Cli) -> None:
    done = cli.here("doctor")
    assert "✓ configuration: the embedded defaults\n" in done.out
    assert "✓ background process: can be started\n" in done.out
    assert "- status-page: has nothing to ask\n" in done.out


def test_findings_are_folded_to_a_narrow_terminal(checked: Cli) -> None:
    checked.configure("[plugins.bad]\n")
    with Terminal(checked, "doctor", columns=44) as terminal:
        seen = terminal.end(5)
    said = seen[seen.index("plugins.bad.project") :]
    assert max(map(len, said.splitlines())) <= 44
    assert "There are: OPS, WEB, INFRA" in said


@pytest.fixture
def ahead() -> Iterator[str]:
    """A remote whose clock is ten minutes ahead."""

    class Ahead(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response_only(200)
            self.send_header("Date", format_datetime(utcnow() + timedelta(minutes=10), usegmt=True))
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Ahead) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_clocks_that_differ_are_a_finding(checked: Cli, ahead: str) -> None:
    checked.configure(f"[plugins.good]\nurl = '{ahead}'\n")
    done = checked("doctor", "good", "--json", code=5).json()
    (finding,) = done["findings"]
    assert finding["setting"] == "plugins.good"
    assert "00 s ahead of this machine's" in finding["problem"] or "9 s ahead of" in finding["problem"]
    assert 590 < done["instances"][0]["clock_skew"] < 605
