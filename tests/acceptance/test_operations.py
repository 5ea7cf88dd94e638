"""Everything that docs/operations.md shows is so: each block of it is run, or read as its program would."""

import configparser
import importlib
import json
import os
import re
import shlex
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent
from typing import Any, get_args

import pytest

from chatops.store.rows import DeliveryState
from tests.acceptance.helpers import Process, install
from tests.kit import COMMAND, Cli

pytestmark = [pytest.mark.slow, pytest.mark.long]

DOCUMENT = (Path(__file__).parents[2] / "docs" / "operations.md").read_text("utf-8")
PORT = "9464"
TEAM = "postgresql://chatops@db.example.com/chatops"
#: What only root, or a daemon, could do is replaced by a program that writes down what it was asked.
STAND_INS = ("createdb", "createuser", "docker", "journalctl", "pip", "sudo")
STAND_IN = """#!/bin/sh
for word in "$0" "$@"; do printf '%s\\n' "$word"; done >> asked
"""
INSTRUCTIONS = {"FROM", "RUN", "COPY", "USER", "ENV", "VOLUME", "HEALTHCHECK", "ENTRYPOINT", "CMD"}


def blocks(language: str) -> list[str]:
    """The document's code blocks of one language, those of lists too."""
    return [dedent(block) for block in re.findall(rf"```{language}\n(.*?)```", DOCUMENT, re.DOTALL)]


@pytest.fixture
def shell(cli: Cli) -> Cli:
    """A home with one incident whose first delivery was refused; its cause is mended."""
    install(cli.site)
    (cli.home / "refuse").touch()
    cli.configure("[plugins.broken]\n")
    cli("declare", "Down", "--no-public", code=3)
    (cli.home / "refuse").unlink()
    programs = cli.home / "bin"
    programs.mkdir()
    for name in STAND_INS:
        (programs / name).write_text(STAND_IN)
        (programs / name).chmod(0o755)
    return cli


def run(cli: Cli, script: str) -> str:
    """What the script prints; every line of it must work."""
    path = f"{cli.home / 'bin'}{os.pathsep}{COMMAND.parent}{os.pathsep}{os.environ['PATH']}"
    ended = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        env=cli.env | {"PATH": path},
        cwd=cli.home,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, f"{script}\n{ended.stdout}\n{ended.stderr}"
    return ended.stdout


def asked(cli: Cli) -> list[str]:
    """The words that the stand-ins were called with."""
    return (cli.home / "asked").read_text().splitlines()


@contextmanager
def worker(cli: Cli) -> Iterator[str]:
    """The port of a worker that serves its health."""
    with Process(cli, "worker", "--metrics-port", "0", env={"PYTHONUNBUFFERED": "1"}) as running:
        yield running.line().strip().rpartition(":")[2]


def needs(program: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed here")


SCRIPTS = blocks("sh")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.split("\n")[0][:50])
def test_every_command_works(shell: Cli, script: str, request: pytest.FixtureRequest) -> None:
    if TEAM in script:
        script = script.replace(TEAM, shlex.quote(request.getfixturevalue("postgres").empty()))
    for program in ("sqlite3", "curl"):
        if program in script:
            needs(program)
    if "cp chatops-backup.db" in script or "integrity_check" in script:
        run(shell, next(other for other in SCRIPTS if ".backup" in other))
    (number,) = shell("deliveries", "--quiet").out.split()
    script = script.replace(" 7 ", f" {number} ")
    if PORT in script:
        with worker(shell) as port:
            run(shell, script.replace(PORT, port))
    else:
        run(shell, script)


def test_a_teams_store_is_named_as_it_says(cli: Cli) -> None:
    (text,) = blocks("toml")
    cli.configure(text)
    assert cli("config", "check").out.startswith("ok: ")
    assert tomllib.loads(text) == {"core": {"store": TEAM}}


def test_a_lane_goes_on_as_it_says(shell: Cli) -> None:
    (retry,) = [script for script in SCRIPTS if script.strip() == "chatops retry INC-1"]
    assert "✓ broken: incident_declared" in run(shell, retry)
    assert shell("deliveries").out == "Nothing waits to be delivered.\n"


def test_a_backup_holds_everything_and_comes_back(shell: Cli) -> None:
    needs("sqlite3")
    (backup,) = [script for script in SCRIPTS if ".backup" in script]
    (look,) = [script for script in SCRIPTS if "integrity_check" in script]
    (restore,) = [script for script in SCRIPTS if "cp chatops-backup.db" in script]
    with worker(shell):
        run(shell, backup)
    shell("declare", "After the backup", "--no-public", code=None)
    assert "ok\n" in run(shell, look)
    assert "After the backup" not in run(shell, look)
    run(shell, restore)
    assert [i["title"] for i in shell("list", "--json").json()] == ["Down"]
    (vacuumed,) = shell.home.glob("chatops-2*.db")
    again = shell("list", "--json", env={"CHATOPS_STORE": str(vacuumed)}).json()
    assert [i["title"] for i in again] == ["Down"]


def test_the_log_is_as_it_says(shell: Cli) -> None:
    (script,) = [script for script in SCRIPTS if "log.jsonl" in script]
    run(shell, script)
    logged = [json.loads(line) for line in (shell.home / "log.jsonl").read_text().splitlines()]
    ended = [line for line in logged if line["logger"] == "chatops.deliveries"]
    assert ended
    said = DOCUMENT.partition("## Logs")[2].partition("##")[0]
    assert {f"`{name}`" for line in ended for name in line} <= set(re.findall(r"`\w+`", said))


def test_the_unit_is_one(shell: Cli, tmp_path: Path) -> None:
    (text,) = blocks("ini")
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(text)
    command = unit["Service"]["ExecStart"]
    assert unit["Service"]["User"] == "chatops"
    words = shlex.split(command)
    assert shell(*words[1:], "--help").out.startswith("Usage: chatops worker")
    path = tmp_path / "chatops-worker.service"
    path.write_text(text.replace(words[0], str(COMMAND)))
    needs("systemd-analyze")
    found = subprocess.run(["systemd-analyze", "verify", path], capture_output=True, text=True, check=False)
    about = [line for line in found.stderr.splitlines() if path.name in line]
    assert (about, found.returncode) == ([], 0)


def test_the_image_runs_as_nobody_and_keeps_its_store(shell: Cli) -> None:
    (text,) = blocks("dockerfile")
    lines = [line.split(" ", 1) for line in text.replace("\\\n", "").splitlines()]
    assert {name for name, _ in lines} == INSTRUCTIONS
    image = dict(lines)
    order = [name for name, _ in lines]
    assert order.index("RUN") < order.index("USER") < order.index("CMD")
    assert f"useradd --system --uid 10001 --create-home {image['USER']}" in text
    environment = dict(word.split("=", 1) for word in shlex.split(image["ENV"]))
    assert Path(environment["CHATOPS_STORE"]).parent == Path(image["VOLUME"])
    assert f"install -d -o {image['USER']} -m 0700 {image['VOLUME']}" in text
    called = json.loads(image["ENTRYPOINT"]) + json.loads(image["CMD"])
    assert called[0] == COMMAND.name
    assert shell(*called[1:], "--help").out.startswith("Usage: chatops worker")
    check = json.loads(image["HEALTHCHECK"].removeprefix("CMD "))
    check[0] = str(COMMAND.with_name("python"))
    with worker(shell) as port:
        subprocess.run([word.replace(PORT, port) for word in check], check=True, timeout=30)
    assert subprocess.run(check, capture_output=True, timeout=30, check=False).returncode != 0


def test_the_container_is_given_what_the_image_reads(shell: Cli) -> None:
    (script,) = [script for script in SCRIPTS if "docker run" in script]
    run(shell, script)
    words = asked(shell)
    (image,) = blocks("dockerfile")
    for mounted in (words[n + 1] for n, word in enumerate(words) if word == "--volume"):
        target = mounted.removesuffix(":ro").rpartition(":")[2]
        assert target in image


def test_the_alerts_and_the_table_name_what_is_served(shell: Cli) -> None:
    reading: Any = importlib.import_module("yaml")
    (text,) = blocks("yaml")
    rules = [rule for group in reading.safe_load(text)["groups"] for rule in group["rules"]]
    assert all({"alert", "expr", "for", "annotations"} == rule.keys() for rule in rules)
    with worker(shell) as port:
        served = run(shell, f"curl --silent http://127.0.0.1:{port}/metrics")
    known = set(re.findall(r"^# TYPE (\w+)", served, re.MULTILINE))
    named = set(re.findall(r"\bchatops_\w+", " ".join(rule["expr"] for rule in rules)))
    assert named <= known
    listed = re.findall(r"^\| `(chatops_\w+)`", DOCUMENT, re.MULTILINE)
    assert set(listed) == {name for name in known if name.startswith("chatops_")}
    states = {state for rule in rules for state in re.findall(r'state=~?"([\w|]+)"', rule["expr"])}
    assert {one for state in states for one in state.split("|")} <= set(get_args(DeliveryState))


def test_every_state_is_explained() -> None:
    explained = DOCUMENT.partition("## What each state means")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)`", explained, re.MULTILINE)) == set(get_args(DeliveryState))
