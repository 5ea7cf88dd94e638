"""Everything that the README shows is so: each block of it is run."""

import json
import os
import re
import shlex
import shutil
import subprocess
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from chatops.sandbox import Sandbox
from tests.kit import COMMAND, Cli, Site

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    """The README's code blocks of one language."""
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def without_times(text: str, home: Path) -> str:
    """What has to be the same each time."""
    text = text.replace(str(home), "/home/you")
    text = re.sub(r"due in [^,]+,", "due in TIME,", text)
    # What falls on another day, as just before midnight, is shown with it, in a column that is wider then.
    text = re.sub(r"(\d{4}-\d\d-\d\d )?\b\d\d:\d\d\b", "HH:MM", text)
    return re.sub(r"(since|HH:MM) +", r"\1  ", text)


def test_every_command_prints_what_is_shown(cli: Cli) -> None:
    env = cli.env | {"PATH": f"{COMMAND.parent}{os.pathsep}{os.environ['PATH']}", "CHATOPS_ACTOR": "dana"}
    shown = "".join(blocks("console"))
    printed = ""
    for line in shown.splitlines():
        if line.startswith("$ "):
            done = subprocess.run(
                line[2:], shell=True, env=env, cwd=cli.home, capture_output=True, text=True, check=True
            )
            printed += f"{line}\n{done.stdout}"
    assert without_times(printed, cli.home) == without_times(shown, cli.home)


def test_with_a_configuration_it_prints_what_is_shown(cli: Cli) -> None:
    shown, _ = blocks("text")
    command = shlex.split(shown.splitlines()[0].removeprefix("$ chatops "))
    with Sandbox() as box:
        cli.configure("[core]\ndrainer = false\n" + box.config())
        printed = cli(*command).out.splitlines()

    def words(lines: list[str]) -> list[str]:
        """Without the addresses, in any order: whoever is ready first is shown first."""
        return sorted(re.sub(r"https?://\S+", "URL", line) for line in lines)

    assert words(printed) == words(shown.splitlines()[1:])


def test_what_happens_afterwards_happens(cli: Cli) -> None:
    _, afterwards = blocks("text")
    with Sandbox() as box:
        cli.configure(f'[core]\ndrainer = false\n[actions]\ntracker = "jira"\n{box.config()}')
        cli("declare", "Checkout returns 500s", "--severity", "sev1", "--no-public")
        cli("actions", "add", "INC-1", "Alert on slow payments")
        cli("resolve", "INC-1", "--no-public")
        commands = [line.removeprefix("$ chatops ").split() for line in afterwards.splitlines()]
        done = {tuple(command[:2]): cli(*command, code=None) for command in commands}
    codes = {name: ended.code for name, ended in done.items() if ended.code}
    assert codes == {("postmortem", "lint"): 5}
    assert "1 item in 1 document: 1 filed." in done["actions", "sync"].out
    (path,) = (cli.home / "postmortems").iterdir()
    assert "Alert on slow payments" in path.read_text()


def test_the_configuration_is_one(cli: Cli, monkeypatch: pytest.MonkeyPatch, site: Site) -> None:
    core, entry_points, instance = blocks("toml")
    site.install(blocks("python")[0], pager="Pager")
    cli.configure(core + instance)
    tokens = {f"{name}_TOKEN": "s3cret" for name in ("PAGER", "JIRA", "SLACK", "STATUSPAGE")}
    done = cli("config", "check", env=tokens)
    assert "s3cret" not in done.out
    named = tomllib.loads(entry_points)["project"]
    ours = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert named["dependencies"] == [ours["name"]]
    assert named["entry-points"]["chatops"] == {"pager": "chatops_pager:Pager"}


@contextmanager
def pager() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """A pager on loopback, and what it was sent."""
    sent: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            sent.append(json.loads(body) | {"token": self.headers["Authorization"]})
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"id": "PAGE-1"}')

        def log_message(self, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/v1/pages", sent
        server.shutdown()


def test_the_plugin_runs(cli: Cli, site: Site) -> None:
    site.install(blocks("python")[0], pager="Pager")
    with pager() as (url, sent):
        cli.configure(f'[plugins.pager]\nurl = "{url}"\ntoken = {{ env = "PAGER_TOKEN" }}\n')
        cli("declare", "Checkout returns 500s", env={"PAGER_TOKEN": "s3cret"})
    [page] = sent
    assert (page["summary"], page["token"]) == ("Checkout returns 500s", "Bearer s3cret")
    assert page["dedup_key"].endswith(".pager.page")
    assert "PAGE-1" in cli("show").out


def test_the_plugin_has_25_lines() -> None:
    lines = [line for line in blocks("python")[0].splitlines() if line.strip()]
    assert len(lines) <= 25


def test_make_has_what_it_names() -> None:
    for line in blocks("sh")[1].splitlines():
        command = line.split("#")[0].split()
        assert (
            subprocess.run([*command, "--dry-run"], cwd=ROOT, capture_output=True, check=False).returncode
            == 0
        )


@pytest.mark.long
@pytest.mark.timeout(300)
def test_it_installs_as_it_says(tmp_path: Path) -> None:
    """`make demo`, then `pip install .`, in a clean checkout on a machine that has nothing else."""
    checkout = tmp_path / "checkout"
    tracked = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, check=True
    ).stdout.decode()
    for name in filter(None, tracked.split("\0")):
        if (ROOT / name).is_file():
            (checkout / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, checkout / name)
    env = {k: v for k, v in os.environ.items() if not k.startswith(("CHATOPS_", "COV", "VIRTUAL_ENV"))}
    env |= {"HOME": str(tmp_path / "home")}
    demo, install = [line.split("#")[0].strip() for line in blocks("sh")[0].splitlines()]
    played = subprocess.run(
        demo, shell=True, cwd=checkout, env=env, capture_output=True, text=True, check=False
    )
    assert played.returncode == 0, played.stderr
    assert "chatops resolve" in played.stdout
    venv = checkout / ".venv" / "bin"
    install = install.replace("pip", f"{venv}/pip --quiet", 1)
    subprocess.run(install, shell=True, cwd=checkout, env=env, check=True)
    version = subprocess.run([venv / "chatops", "--version"], env=env, capture_output=True, check=True)
    assert version.stdout.startswith(b"chatops, version ")
