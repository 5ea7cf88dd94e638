"""A whole incident, played on a store of its own with the real commands: demo."""

import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn

import click

from chatops.cli.demo_panels import lines_of
from chatops.cli.flow import STILL_OWED
from chatops.cli.options import output_options
from chatops.cli.output import Shown, folded, say
from chatops.cli.sandbox import configuration, opened, told_to_stop
from chatops.errors import ChatopsError

if TYPE_CHECKING:
    from chatops.sandbox import Asked, Fault, Sandbox

#: Seconds for reading, on a terminal.
PAUSE: Final = 1.5
#: Lines of each thing that is shown at the end.
MOST_LINES: Final = 12
CATALOGUE: Final = """\
[core]
actor = "dana"

[components.checkout-api]
public_name = "Checkout API"

[services.checkout]
public_name = "Checkout"
components = ["checkout-api"]

[people.dana]
[people.marta]
"""


class Step(NamedTuple):
    """A command, why it is given, and how it may end."""

    why: str
    words: tuple[str, ...]
    codes: tuple[int, ...] = (0,)


def _step(why: str, command: str, *codes: int) -> Step:
    return Step(why, tuple(shlex.split(command)), codes or (0,))


STEPS: Final = (
    _step(
        "Payments fail. One command records it and tells everybody. One reply is lost on its way.",
        "declare Checkout returns 500s --severity sev1 --service checkout"
        " --component checkout-api=major_outage"
        " --public 'Card payments fail. We are investigating.'",
        0,
        STILL_OWED,
    ),
    _step(
        "Is there a ticket? Before it opens another, chatops looks. A worker would do this by itself.",
        "retry INC-1",
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
        " --component checkout-api=operational"
        " --public 'A fix is in place. We are watching it.'",
    ),
    _step(
        "It is over.",
        "resolve INC-1 Rolled back, error rate is normal --public 'Card payments work again.'",
    ),
    _step("What is known of it now.", "show INC-1"),
)


class Failed(ChatopsError):
    """The demo ended early: `{command}` left with exit code {code}."""


@click.command(short_help="Play a whole incident, and leave nothing behind.")
@click.option("--fast", is_flag=True, help="Do not wait between the commands.")
@click.option("--keep", is_flag=True, help="Go on until Ctrl-C, so that you can look around.")
@output_options
def demo_command(shown: Shown, *, fast: bool, keep: bool) -> None:
    """Play a whole incident with the real commands, against stand-ins of the remotes on this machine. It has
    a store and a configuration of its own, needs no network, and leaves nothing behind.

    \b
    Examples:
      chatops demo
      chatops demo --keep
    """
    pause = 0.0 if fast or not sys.stdout.isatty() else PAUSE
    with _ends_cleanly(), opened(0) as sandbox, _stage(sandbox) as environment:
        sandbox.faults.plan(fault := _lost_reply())
        played = [_play(step, environment, shown, pause) for step in STEPS]
        panels = list(_panels(sandbox))
        _look(shown, panels, [a for a in sandbox.log.all() if fault.hits(a.standin, a.method, a.path)])
        shown.ids(["INC-1"])
        shown.data({"url": sandbox.url, "commands": played, "panels": panels})
        if keep:
            _stay(shown, sandbox.url, environment)
    shown.text("Nothing is left behind.")
    if not keep:
        shown.text("To look around in it:  chatops demo --keep")
    shown.text("To set up your own:    chatops init")


def _lost_reply() -> "Fault":
    """The request that opens a ticket is served, and its reply is lost."""
    from chatops.sandbox import Fault

    return Fault(kind="drop_after", method="POST", path="/issue$")


def _panels(sandbox: "Sandbox") -> Iterator[dict[str, Any]]:
    """What a person would see at each remote."""
    for name, standin in sandbox.standins.items():
        for title, html in standin.drawn().items():
            yield {"standin": name, "title": title, "lines": lines_of(html)}


def _look(shown: Shown, panels: Sequence[Mapping[str, Any]], opening: "Sequence[Asked]") -> None:
    shown.text(click.style("What the others see now", bold=True))
    for panel in panels:
        shown.text(f"\n  {click.style(panel['title'], bold=True)} ({panel['standin']})")
        for line in panel["lines"][:MOST_LINES]:
            shown.text(folded("    ", line))
        if len(panel["lines"]) > MOST_LINES:
            shown.text("    ...")
    shown.text()
    if opening:
        lost = sum(asked.status is None for asked in opening)
        shown.text(f"Tickets opened: {len(opening)}. Replies lost meanwhile: {lost}.")


def _stay(shown: Shown, url: str, environment: Mapping[str, str]) -> None:
    shown.text(f"Look around at {click.style(url, bold=True)}/ and go on in another terminal:")
    shown.text(f"  export CHATOPS_CONFIG={shlex.quote(environment['CHATOPS_CONFIG'])}")
    shown.text("Ctrl-C ends it.\n")
    sys.stdout.flush()
    told_to_stop().wait()


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
    if ended.returncode not in step.codes:
        if ended.stdout:
            say(ended.stdout.rstrip(), err=True)
        raise Failed(command=shlex.join(words), code=ended.returncode)
    time.sleep(pause)
    return {"command": _joined(words), "output": ended.stdout}


@contextmanager
def _stage(sandbox: "Sandbox") -> Iterator[Mapping[str, str]]:
    """The environment of the commands: a store and a configuration that go when the demo ends."""
    with tempfile.TemporaryDirectory(prefix="chatops-demo-") as name:
        config = Path(name) / "chatops.toml"
        config.write_text(configuration(sandbox, config.with_suffix(".db"), CATALOGUE), "utf-8")
        kept = {k: v for k, v in os.environ.items() if not k.startswith("CHATOPS_")}
        # A proxy is asked for the world outside, and knows nobody here.
        yield kept | {"CHATOPS_CONFIG": str(config), "no_proxy": "127.0.0.1", "NO_PROXY": "127.0.0.1"}


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
