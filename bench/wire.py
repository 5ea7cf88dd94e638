"""An incident against the sandbox: how long `declare` waits for its remotes, and how much it asks of them.

The least that the APIs allow, for an incident of one component whose customers are told:

* the ticket: 1 request creates it, 1 comments what customers were told, 1 ties in each of the two links. An
  update comments, reads the ways to the next status (their ids differ from site to site), goes one, and
  comments what customers were told; so does the resolution.
* the status page: 1 request reads the components, which have to be put back later, and 1 creates the
  incident. An update reads what stands there, as a person may have changed it, and says the words.
* the chat: a channel, its topic, its summary, the summary's pin, one announcement and the words for
  customers are one request each, and so is each of the two bookmarks and the summary that names them. An
  update is a post, the summary, the topic, and the words for customers.
"""

import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from command import COMMAND, PYTHON, environment, seconds
from table import Ratio, of_medians

from chatops.sandbox import Fault, Sandbox

ANSWER: Final = 0.3
DECLARE: Final = [
    *("declare", "Checkout returns 500s", "--severity", "sev1", "--service", "checkout", "--new"),
    *("--component", "checkout-api=major_outage", "--public", "Card payments fail."),
]
COMMANDS: Final = {
    "declare": DECLARE,
    "update": [
        "update",
        "INC-1",
        "A bad deploy",
        "--status",
        "identified",
        "--public",
        "We found the cause.",
    ],
    "resolve": ["resolve", "INC-1", "Rolled back", "--public", "Card payments work again."],
}
LEAST: Final = {
    "declare": {"jira": 4, "slack": 9, "statuspage": 2},
    "update": {"jira": 4, "slack": 4, "statuspage": 2},
    "resolve": {"jira": 4, "slack": 4, "statuspage": 2},
}


def measure(folder: Path, *, runs: int) -> Iterator[Ratio]:
    """Each run has a sandbox and a store of its own."""
    yield from _asked(folder)
    yield from _waited(folder, runs)
    yield _imported(folder)


def _asked(folder: Path) -> Iterator[Ratio]:
    with Sandbox() as box:
        env = _environment(folder, box, "asked")
        for name, command in COMMANDS.items():
            box.log.clear()
            seconds([COMMAND, *command], env)
            asked = Counter(one.standin for one in box.log.all())
            for remote, least in LEAST[name].items():
                what = f"{name}, requests to {remote} / the least"
                yield Ratio(what, asked[remote] / least, 1.0, f"{asked[remote]} / {least}")


def _waited(folder: Path, runs: int) -> Iterator[Ratio]:
    """The longest chain is that of the remote which is asked most: its requests follow each other. What the
    command takes besides is what it takes when it is answered at once.
    """
    took, best = [], []
    for run in range(runs + 1):
        with Sandbox() as box:
            start = seconds([COMMAND, *DECLARE], _environment(folder, box, f"at once {run}"))
            env = _environment(folder, box, f"waited {run}")
            box.log.clear()
            box.faults.plan(Fault(kind="wait", seconds=ANSWER, times=None))
            spent = seconds([COMMAND, *DECLARE], env)
            longest = max(Counter(one.standin for one in box.log.all()).values())
        # The first run compiles.
        if run:
            took.append(spent)
            best.append(start + longest * ANSWER)
    answers = f"declare, answers after {ANSWER * 1000:.0f} ms"
    yield of_medians(f"{answers} / the longest chain + answers at once", 1.15, took, best)


def _imported(folder: Path) -> Ratio:
    """Where nothing is sent, no HTTP library is imported."""
    env = environment(folder, CHATOPS_STORE=str(folder / "imported.db"))
    command = [PYTHON, "-X", "importtime", "-m", "chatops", "declare", "Down", "--no-public"]
    bare = [PYTHON, "-X", "importtime", "-c", "pass"]
    ours, pythons = (_modules(line, env) for line in (command, bare))
    heavy = ours & {"requests", "jira", "werkzeug", "jinja2", "rich", "tenacity", "importlib.metadata"}
    beside = f"{len(ours)} / {len(pythons)}" + (f", {', '.join(sorted(heavy))}" if heavy else "")
    return Ratio("declare, modules imported / by `python -c pass`", len(ours) / len(pythons), None, beside)


def _modules(command: list[str | Path], env: dict[str, str]) -> set[str]:
    done = subprocess.run(command, env=env, cwd=env["HOME"], capture_output=True, text=True, check=True)
    return set(re.findall(r"\|\s+([\w.]+)$", done.stderr, re.MULTILINE))


def _environment(folder: Path, box: Sandbox, name: str) -> dict[str, str]:
    path = folder / f"{name}.toml"
    path.write_text(f"[core]\ndrainer = false\n{box.config()}")
    return environment(folder, CHATOPS_CONFIG=str(path), CHATOPS_STORE=str(folder / f"{name}.db"))
