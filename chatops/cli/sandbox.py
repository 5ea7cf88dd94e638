"""The remotes' stand-ins, served until told to stop: sandbox."""

import os
import shlex
import signal
import tempfile
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from chatops.cli import toml
from chatops.cli.options import output_options
from chatops.cli.output import Shown, folded, say
from chatops.errors import ChatopsError, ConfigError, UsageError
from chatops.finding import FILE_NAME, at_home

if TYPE_CHECKING:
    from chatops.sandbox import Sandbox

#: Always the same, so that a configuration that was kept fits the next sandbox.
PORT: Final = 8642


@click.command(short_help="Serve stand-ins of the remotes, to try things out.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="0 takes a free one."
)
@click.option(
    "--write",
    "target",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Keep the configuration, and the store beside it; else both go when this ends.",
)
@click.option("--force", is_flag=True, help="With --write: replace what is there.")
@output_options
def sandbox_command(port: int, target: Path | None, shown: Shown, *, force: bool) -> None:
    """Serve a stand-in of every remote that a plugin talks to, on this machine alone, until Ctrl-C. They
    answer over HTTP as the remotes do, remember what they are told, and forget it when this ends. A page
    shows it as it happens.

    Use them from another terminal, with the configuration that is printed; its store is its own.

    What goes wrong is planned on the page, or with curl, as JSON of these keys. kind: status, wait,
    drop_before, drop_after, garbage, lag. Which requests: standin, method, path (a pattern); the first skip
    of them pass. How often: times (null: always). And status, retry_after, seconds, body.

    \b
    Examples:
      chatops sandbox
      chatops sandbox --write sandbox.toml
      curl -d '{"kind": "drop_after", "method": "POST"}' http://127.0.0.1:8642/-/faults
      curl -d '{"kind": "status", "status": 503, "times": 5}' http://127.0.0.1:8642/-/faults
      curl -d '{"kind": "lag", "seconds": 20}' http://127.0.0.1:8642/-/faults
      curl -X DELETE http://127.0.0.1:8642/-/faults
    """
    stop = told_to_stop()
    with ExitStack() as stack:
        config = _target(target, force=force) if target else None
        sandbox = stack.enter_context(opened(port))
        if config is None:
            config = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="chatops-sandbox-")))
            config /= FILE_NAME
        text = configuration(sandbox, config.with_suffix(".db"))
        _write(config, text, force=force)
        shown.line({"url": sandbox.url, "config": str(config), "standins": list(sandbox.standins)})
        shown.ids([sandbox.url])
        if shown.form == "text":
            _explain(sandbox, config, "" if target else text)
        stop.wait()
        shown.text("\nStopped. The stand-ins have forgotten everything.")


def told_to_stop() -> threading.Event:
    """What Ctrl-C, a closed terminal and `kill` set from now on."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    return stop


def opened(port: int) -> "Sandbox":
    """A sandbox on this port, or on a free one for 0; raises ChatopsError where the port cannot be had."""
    from chatops.sandbox import Sandbox

    try:
        return Sandbox(port)
    except OSError as error:
        why = (error.strerror or str(error)).rstrip(".")
        why = f"{why[:1].upper()}{why[1:]}"
        raise ChatopsError(f"{why}. To let a free port be found: chatops sandbox --port 0") from error


def configuration(sandbox: "Sandbox", store: Path, more: str = "") -> str:
    """A whole configuration whose plugins know nobody but the stand-ins, and `more`, in TOML. Nothing goes
    on by itself with it, so that nothing is left when they are gone.
    """
    import tomllib

    tables: dict[str, Any] = {"core": {"store": str(store), "drainer": False}}
    # Each is whole by itself: two may have tables of the same name.
    for text in (*(standin.offered() for standin in sandbox.standins.values()), more):
        _lay(tables, tomllib.loads(text))
    head = f"# Every plugin talks to its stand-in at {sandbox.url}, where `chatops sandbox` serves it."
    return "\n".join([head, *toml.document(tables, tables)])


def _lay(below: dict[str, Any], above: dict[str, Any]) -> None:
    for key, value in above.items():
        if isinstance(value, dict) and isinstance(below.get(key), dict):
            _lay(below[key], value)
        else:
            below[key] = value


def behind_proxy() -> bool:
    """Whether requests to this machine would be sent to a proxy, which knows nobody here."""
    from urllib.request import getproxies, proxy_bypass

    return "http" in getproxies() and not proxy_bypass("127.0.0.1")


def _target(named: Path, *, force: bool) -> Path:
    path = Path.cwd() / at_home(named)
    if os.path.lexists(path) and not force:
        raise UsageError(f"{path} is there already. To replace it: chatops sandbox --write {named} --force")
    return path


def _write(path: Path, text: str, *, force: bool) -> None:
    try:
        with path.open("w" if force else "x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror or error}") from None


def _explain(sandbox: "Sandbox", config: Path, text: str) -> None:
    if text:
        say(text)
    names, faults = list(sandbox.standins), f"{sandbox.url}/-/faults"
    some = {"kind": "drop_after", "method": "POST"} | ({"standin": names[0]} if names else {})
    say(folded("The sandbox stands in for ", f"{', '.join(names) or 'nothing'}. Ctrl-C ends it."))
    say(f"  page           {click.style(f'{sandbox.url}/', bold=True)}")
    say(f"  configuration  {config}\n")
    say("In another terminal:")
    say(f"  export CHATOPS_CONFIG={shlex.quote(str(config))}")
    if behind_proxy():
        say("  export NO_PROXY=127.0.0.1 no_proxy=127.0.0.1")
    say("  chatops doctor")
    say('  chatops declare Checkout returns 500s --severity sev1 --public "Card payments fail."')
    say("  chatops worker    # tries again by itself what failed\n")
    say("To let something go wrong, use the page, or for example:")
    say(f"  curl -d '{_one_line(some)}' {faults}    # the work is done, its reply is lost")
    say(f"  curl -X DELETE {faults}    # nothing goes wrong any more")


def _one_line(value: object) -> str:
    import json

    return json.dumps(value)
