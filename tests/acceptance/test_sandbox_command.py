"""`chatops sandbox`: every remote, on this machine, until told to stop; and nothing stays."""

import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import tomllib
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.kit import Cli
from tests.processes import Start

pytestmark = pytest.mark.usefixtures("temporary")


def serve(start: Start, *args: str) -> subprocess.Popen[str]:
    return start("sandbox", "--port", "0", *args)


def ready(process: subprocess.Popen[str]) -> Any:
    """What it says once it serves, as JSON."""
    assert process.stdout
    assert process.stderr
    line = process.stdout.readline()
    assert line, process.stderr.read()
    return json.loads(line)


def got(url: str, body: str | None = None, method: str | None = None) -> str:
    with urlopen(Request(url, body.encode() if body else None, method=method), timeout=20) as answer:
        text: str = answer.read().decode()
    return text


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_serves_until_it_is_told_to_stop_and_nothing_stays(
    cli: Cli, start: Start, temporary: Path, how: signal.Signals
) -> None:
    process = serve(start, "--json")
    said = ready(process)
    assert Path(said["config"]).is_relative_to(temporary)
    assert json.loads(got(f"{said['url']}/-/panels"))
    process.send_signal(how)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (0, "", "")
    assert not list(temporary.iterdir())
    assert not list(cli.home.iterdir())
    with socket.socket() as free:
        assert free.connect_ex(("127.0.0.1", int(said["url"].rpartition(":")[2])))


def test_its_configuration_is_whole_and_has_a_store_of_its_own(cli: Cli, start: Start) -> None:
    said = ready(serve(start, "--json"))
    env = {"CHATOPS_CONFIG": said["config"]}
    assert cli("config", "check", "--json", env=env).json()["problems"] == []
    config = tomllib.loads(Path(said["config"]).read_text())
    addresses = [table["url"] for table in config["plugins"].values()]
    assert len(addresses) >= 3
    assert [url for url in addresses if not url.startswith(said["url"])] == []
    assert cli("doctor", env=env).out.count("✓") >= len(addresses)
    cli("declare", "Checkout returns 500s", "--no-public", env=env)
    assert not (cli.home / ".local").exists()
    assert len(json.loads(got(f"{said['url']}/-/requests"))) > len(addresses)


def test_people_are_told_how_to_use_it(cli: Cli, start: Start) -> None:
    process = serve(start)
    assert process.stdout
    lines = []
    for line in iter(process.stdout.readline, ""):
        lines.append(line)
        if line.startswith("  curl -X DELETE"):
            break
    text = "".join(lines)
    toml, _, rest = text.partition("\nThe sandbox stands in for ")
    (config,) = re.findall(r"^  export CHATOPS_CONFIG=(.+)$", rest, re.MULTILINE)
    assert toml == Path(config).read_text()
    (page,) = re.findall(r"^  page +(\S+)$", rest, re.MULTILINE)
    assert got(page).startswith("<!doctype html>")
    (planned,) = re.findall(r"^  (curl -d .+?) +#", rest, re.MULTILINE)
    _, _, body, url = shlex.split(planned)
    assert json.loads(got(url, body))[0]["kind"] == "drop_after"
    process.send_signal(signal.SIGINT)
    assert "Stopped." in process.communicate(timeout=20)[0]


def test_every_fault_of_the_help_can_be_planned(cli: Cli, start: Start) -> None:
    url = ready(serve(start, "--json"))["url"]
    text = cli("sandbox", "--help").out
    bodies = [shlex.split(line)[2] for line in re.findall(r"^ +(curl -d .+)$", text, re.MULTILINE)]
    assert len(bodies) == 3
    for body in bodies:
        planned = json.loads(got(f"{url}/-/faults", body))
    assert [fault["kind"] for fault in planned] == ["drop_after", "status", "lag"]
    assert json.loads(got(f"{url}/-/faults", method="DELETE")) == []


def test_the_configuration_can_be_kept(cli: Cli, start: Start) -> None:
    process = serve(start, "--write", "mine.toml", "--json")
    assert ready(process)["config"] == str(cli.home / "mine.toml")
    cli("list", env={"CHATOPS_CONFIG": str(cli.home / "mine.toml")})
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    assert {path.name for path in cli.home.iterdir()} >= {"mine.toml", "mine.db"}
    (cli.home / "mine.toml").write_text("# mine\n")
    refused = cli("sandbox", "--port", "0", "--write", "mine.toml", code=2).err
    assert "is there already. To replace it: chatops sandbox --write mine.toml --force" in refused
    assert (cli.home / "mine.toml").read_text() == "# mine\n"
    ready(serve(start, "--write", "mine.toml", "--force", "--json"))
    assert "[plugins." in (cli.home / "mine.toml").read_text()


def test_a_port_that_is_taken_is_said_in_words(cli: Cli) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = cli("sandbox", "--port", port, "--write", "mine.toml", code=1)
    assert f"127.0.0.1:{port}: another program listens there." in done.err
    assert "chatops sandbox --port 0" in done.err
    assert not (cli.home / "mine.toml").exists()


def test_scripts_get_the_address_alone(cli: Cli, start: Start) -> None:
    process = serve(start, "--quiet")
    assert process.stdout
    assert "chatops sandbox" in got(process.stdout.readline().strip())


def test_the_page_needs_nobody_else(cli: Cli, start: Start) -> None:
    page = got(ready(serve(start, "--json"))["url"])
    assert re.findall(r"(?:src|href)=\"(?!data:)[^\"]*\"|@import|url\(|https?://", page) == []
    # Only what a stand-in has drawn and escaped is taken as HTML.
    assert re.findall(r"\w+\.(?:inner|outer)HTML = ([^;]+)|insertAdjacentHTML|document\.write", page) == [
        "panel.html"
    ]


@pytest.mark.slow
def test_the_page_shows_what_happens_and_takes_no_text_for_html(cli: Cli, start: Start) -> None:
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if not browser:
        pytest.skip("there is no Chromium to look at the page with")
    url = ready(serve(start, "--json"))["url"]
    got(f"{url}/-/faults", '{"kind": "wait", "standin": "jira", "path": "<i>", "seconds": 5}')
    with pytest.raises(HTTPError):
        got(f"{url}/jira/%3Cimg%20src=x%3E")
    # The path of its socket may not be long.
    with TemporaryDirectory(dir="/tmp") as profile:
        seen = _drawn(browser, profile, url)
    assert ">Running.</span>" in seen
    assert "/jira/&lt;img src=x&gt;</span>" in seen
    assert "jira: answers after 5 s, the next request to &lt;i&gt;</li>" in seen
    assert "<img" not in seen


def _drawn(browser: str, profile: str, url: str) -> str:
    quiet = [
        f"--disable-{what}" for what in ("gpu", "quic", "background-networking", "component-update", "sync")
    ]
    ended = subprocess.run(
        [
            browser,
            "--headless",
            "--no-sandbox",
            "--no-first-run",
            *quiet,
            f"--user-data-dir={profile}",
            "--virtual-time-budget=3000",
            "--dump-dom",
            url,
        ],
        env=os.environ | {"HOME": profile, "TMPDIR": profile},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout
