"""A whole incident, played on a store of its own with the real commands: demo."""

import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import click

from chatops.cli.options import output_options
from chatops.cli.output import Shown, say, to_json
from chatops.errors import ChatopsError, UsageError

FOOTER = "Drawn by chatops demo. Nothing here is real."
#: Seconds for reading, on a terminal.
PAUSE = 1.5
CONFIG = """\
[core]
actor = "dana"
drainer = false

[components.card-payments]
public_name = "Card payments"
[components.wallets]
public_name = "Wallets"

[services.checkout]
public_name = "Checkout"
components = ["card-payments", "wallets"]

[people.dana]
[people.marta]

[plugins.status-page]
use = "status_html"
title = "Example Shop"
"""


class Step(NamedTuple):
    """A command, and why it is given."""

    why: str
    words: tuple[str, ...]


def _step(why: str, command: str) -> Step:
    return Step(why, tuple(shlex.split(command)))


STEPS = (
    _step(
        "Payments fail. One command records it and tells customers.",
        "declare Checkout returns 500s --severity sev1 --service checkout"
        " --component card-payments=major_outage"
        " --public 'Card payments fail. We are investigating.'",
    ),
    _step("Dana takes it on, and Marta leads.", "ack"),
    _step("", "assign incident commander marta"),
    _step(
        "The cause is found. This stays among the responders ...",
        "update A deploy broke the payment client --status identified --no-public",
    ),
    _step(
        "... and customers hear only what is said to them.",
        "public post 'We found the cause and are working on a fix.'",
    ),
    _step("", "note Marta rolls the deploy back"),
    _step(
        "The fix works.",
        "update Error rate is falling --status monitoring"
        " --component card-payments=operational"
        " --public 'A fix is in place. We are watching it.'",
    ),
    _step(
        "It is over.",
        "resolve INC-1 Rolled back, error rate is normal --public 'Card payments work again.'",
    ),
    _step("What is known of it now.", "show INC-1"),
    _step("Everything that happened.", "timeline INC-1"),
)


class Failed(ChatopsError):
    """The demo ended early: `{command}` left with exit code {code}."""


@click.command(short_help="Play a whole incident, and leave nothing behind.")
@click.option("--fast", is_flag=True, help="Do not wait between the commands.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Where the status page is drawn (default: a new temporary folder).",
)
@output_options
def demo_command(output: Path | None, shown: Shown, *, fast: bool) -> None:
    """Play a whole incident with the real commands, on a store and a configuration of its own. Only the
    status page stays, to be looked at.

    \b
    Example:
      chatops demo --output chatops-demo
    """
    pause = 0.0 if fast or not sys.stdout.isatty() else PAUSE
    with _ends_cleanly(), _page_folder(output) as page, _stage(page) as environment:
        played = [_play(step, environment, shown, pause) for step in STEPS]
    index = page / "index.html"
    shown.text(click.style("The status page, as customers see it:", bold=True))
    shown.text(f"  {_short(index)}\n")
    shown.text("Nothing else is left behind. To set up your own: chatops init")
    shown.ids([str(index)])
    shown.data({"page": str(index), "commands": played})


def _play(step: Step, environment: Mapping[str, str], shown: Shown, pause: float) -> dict[str, Any]:
    """Run one command as a user would; for people, its output is its own and goes straight to them."""
    words, people = ("chatops", *step.words), shown.form == "text"
    to = None if people else subprocess.PIPE
    if people:
        if step.why:
            say(click.style(f"# {step.why}", dim=True))
        say(f"{click.style('$', dim=True)} {click.style(_typed(words), bold=True)}")
        sys.stdout.flush()
        time.sleep(pause / 3)
    # In a session of its own, Ctrl-C ends the demo and not a command in the middle of a line.
    ended = subprocess.run(
        [sys.executable, "-P", "-m", *words],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=to,
        stderr=to and subprocess.STDOUT,
        text=True,
        start_new_session=True,
        check=False,
    )
    shown.text()
    if ended.returncode:
        if ended.stdout:
            say(ended.stdout.rstrip(), err=True)
        raise Failed(command=shlex.join(words), code=ended.returncode)
    time.sleep(pause)
    return {"command": _joined(words), "output": ended.stdout}


@contextmanager
def _stage(page: Path) -> Iterator[Mapping[str, str]]:
    """The environment of the commands: a store and a configuration that go when the demo ends."""
    with tempfile.TemporaryDirectory(prefix="chatops-demo-store-") as name:
        folder = Path(name)
        config = folder / "chatops.toml"
        settings = {"path": str(page), "footer": FOOTER}
        # A string of JSON is one of TOML, too.
        config.write_text(CONFIG + "".join(f"{k} = {to_json(v)}\n" for k, v in settings.items()), "utf-8")
        own = {"CHATOPS_CONFIG": str(config), "CHATOPS_STORE": str(folder / "chatops.db")}
        yield {k: v for k, v in os.environ.items() if not k.startswith("CHATOPS_")} | own


@contextmanager
def _page_folder(named: Path | None) -> Iterator[Path]:
    """Where the page is drawn. A folder of our own goes again where the demo does not reach its end."""
    if named is not None:
        folder = named.expanduser().absolute()
        _check_free(folder)
        yield folder
        return
    folder = Path(tempfile.mkdtemp(prefix="chatops-demo-"))
    try:
        yield folder
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _check_free(folder: Path) -> None:
    """Raise UsageError for a folder that holds anything but the page of an earlier demo."""
    index = folder / "index.html"
    try:
        ours = index.is_file() and FOOTER in index.read_text("utf-8", "replace")
        taken = folder.exists() and any(folder.iterdir()) and not ours
    except OSError as error:
        raise UsageError(f"{folder} cannot be used: {error.strerror}.") from error
    if taken:
        raise UsageError(f"{folder} is not empty; name a new folder, so that nothing of yours is lost.")


@contextmanager
def _ends_cleanly() -> Iterator[None]:
    """Ctrl-C, a closed terminal or a `kill` ends the demo, and what is temporary goes."""

    def leave(number: int, frame: object) -> NoReturn:
        sys.exit(128 + number)

    before = {number: signal.signal(number, leave) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    except KeyboardInterrupt:
        say(err=True)
        say("Stopped. Nothing is left behind.", err=True)
        sys.exit(128 + signal.SIGINT)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _typed(words: tuple[str, ...]) -> str:
    """The command as one types it, broken before an option where the line would be too long."""
    width = shutil.get_terminal_size().columns - len("$  \\")
    lines = [""]
    for part in _parts(words):
        if lines[-1] and len(lines[-1]) + 1 + len(part) > width:
            lines.append(f"    {part}")
        else:
            lines[-1] = f"{lines[-1]} {part}".lstrip() if len(lines) == 1 else f"{lines[-1]} {part}"
    return " \\\n".join(lines)


def _parts(words: tuple[str, ...]) -> Iterator[str]:
    """Each option with its value, and the words before them; words in quotes stand alone."""
    part: list[str] = []
    for word in words:
        alone = " " in word and not part[0].startswith("--")
        if part and (alone or word.startswith("--")):
            yield _joined(tuple(part))
            part = []
        part.append(word)
    yield _joined(tuple(part))


def _joined(words: tuple[str, ...]) -> str:
    """The words as a person quotes them."""
    return " ".join(word if shlex.quote(word) == word else f'"{word}"' for word in words)


def _short(path: Path) -> str:
    """The path as a person would write it: from here, or from home, where that is shorter."""
    ways = [str(path)]
    for start, sign in ((Path.cwd(), ""), (Path.home(), "~/")):
        if path.is_relative_to(start):
            ways.append(f"{sign}{path.relative_to(start)}")
    return min(ways, key=len)
