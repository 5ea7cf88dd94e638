"""Whether what is configured can work, looked at before it has to: this machine, and every remote."""

import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path
from queue import SimpleQueue
from typing import Final

import msgspec

from chatops.config import Config
from chatops.context import Finding
from chatops.dispatch.ask import Answer, ask_all
from chatops.dispatch.contexts import Contexts
from chatops.dispatch.whose import unserved
from chatops.errors import ChatopsError, PluginError, UnknownName
from chatops.events import utcnow
from chatops.reading import BadSettings, Problem
from chatops.registry import Registry
from chatops.service.mounts import network_of
from chatops.service.service import store_place
from chatops.store import Store
from chatops.store.address import Address
from chatops.text import one_line
from chatops.values import Secret

#: How long a plugin may ask its remote, which is several requests.
SECONDS: Final = 20.0
#: Clocks that differ by more make times that contradict each other; a remote's header tells whole seconds.
MOST_SKEW: Final = timedelta(seconds=30)
_START_SECONDS: Final = 10
#: Words that begin with the setting that they are about.
_NAMED: Final = re.compile(r"(plugins\.[\w.-]+): (.+)")


class Examined(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was looked at. `instance` is None for what belongs to this machine; `asked` is False
    where there was nothing to look at; `clock_skew` is in seconds, and above zero for a remote that is ahead.
    """

    name: str
    instance: str | None = None
    asked: bool = True
    note: str = ""
    clock_skew: float | None = None
    findings: tuple[Finding, ...] = ()


def examine(config: Config, only: Collection[str] = (), seconds: float = SECONDS) -> Iterator[Examined]:
    """Look at this machine and ask every enabled instance, or ask `only` some; each is told as it answers.

    What plugins print is to be kept away by the caller, for as long as this goes on. Raises UnknownName.
    """
    for name in () if config.broken else only:
        if name not in config.instances:
            raise UnknownName("enabled plugin instance", name, config.instances)
    with ExitStack() as stack:
        store, of_store = _store(config, stack)
        if config.broken or not only:
            yield _configuration(config)
            yield of_store
            yield _drainer(config)
            if store is not None and store.shared:
                yield _workers(store)
        if store is None:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="chatops-doctor-"))
            store = stack.enter_context(closing(Store(Path(folder) / "doctor.db")))
        names = [name for name in config.instances if not only or name in only]
        yield from _remotes(Contexts(store, config), names, seconds)


def problems_of(name: str, error: PluginError) -> Iterator[Problem]:
    """Why an instance does not load, or its check has raised: each fault of its settings with its own path,
    and what a remote, or the core, has said in their own words.
    """
    cause = error.__cause__
    if isinstance(cause, BadSettings):
        yield from cause.problems
        return
    words = _plain(str(cause if isinstance(cause, ChatopsError) else error))
    named = _NAMED.match(words)
    yield Problem(named[1], named[2]) if named else Problem(f"plugins.{name}", words)


def _remotes(contexts: Contexts, names: Sequence[str], seconds: float) -> Iterator[Examined]:
    answers: SimpleQueue[tuple[str, Answer | PluginError]] = SimpleQueue()

    def ask(name: str) -> None:
        answers.put((name, ask_all(contexts, [name], "check", seconds=seconds)[name]))

    for name in names:
        threading.Thread(target=ask, args=(name,), name=f"ask {name}", daemon=True).start()
    for _ in names:
        name, answer = answers.get()
        if isinstance(answer, PluginError):
            findings = tuple(map(_finding, problems_of(name, answer)))
            yield Examined(name=name, instance=name, findings=findings)
        else:
            yield _of_answer(name, answer, asked=_has_check(contexts.config, name))


def _of_answer(name: str, answer: Answer, *, asked: bool) -> Examined:
    findings = [*_said(name, answer.value), *_of_clock(name, answer.clock_skew)]
    return Examined(
        name=name,
        instance=name,
        asked=asked,
        note="" if asked else "has nothing to ask",
        clock_skew=answer.clock_skew.total_seconds() if answer.clock_skew is not None else None,
        findings=tuple(findings),
    )


def _said(name: str, value: object) -> Iterator[Finding]:
    """The findings that a plugin has answered; an answer that is none is the plugin's defect."""
    if value is None:
        return
    try:
        found = msgspec.convert(msgspec.to_builtins(value), list[Finding])
    except (msgspec.MsgspecError, TypeError, ValueError):
        problem = f"its check returned a {type(value).__name__}; a check returns Findings or None. "
        yield Finding(setting=f"plugins.{name}", problem=f"{problem}This is a defect of the plugin.")
        return
    for finding in found:
        valid = tuple(_plain(one) for one in finding.valid)
        yield Finding(setting=_plain(finding.setting), problem=_plain(finding.problem), valid=valid)


def _of_clock(name: str, skew: timedelta | None) -> Iterator[Finding]:
    if skew is None or abs(skew) <= MOST_SKEW:
        return
    apart = f"{abs(skew).total_seconds():,.0f} s {'ahead of' if skew > timedelta() else 'behind'}"
    yield Finding(
        setting=f"plugins.{name}",
        problem=f"its remote's clock is {apart} this machine's, so that their times contradict each other, "
        "and the remote may refuse what we date. Let this machine set its clock by the network.",
    )


def _has_check(config: Config, name: str) -> bool:
    cls = Registry(config).plugin_class(config.instances[name].use, name)
    return hasattr(getattr(cls, "check", None), "chatops_impl")


def _configuration(config: Config) -> Examined:
    findings = tuple(map(_finding, config.problems))
    return Examined(name="configuration", note=config.where, findings=findings)


def _finding(problem: Problem) -> Finding:
    return Finding(setting=problem.path, problem=problem.message)


def _store(config: Config, stack: ExitStack) -> tuple[Store | None, Examined]:
    """The store, where it can be used, and what there is to say of it."""
    setting, note = "CHATOPS_STORE" if os.environ.get("CHATOPS_STORE") else "core.store", ""
    findings: list[Finding] = []
    store = None
    try:
        place = store_place(config)
        note = str(place) if isinstance(place, Path) else Address.parse(place).shown
        opened = stack.enter_context(closing(Store(place)))
        # A write that changes nothing: there is no instance of that name.
        opened.instances.pause("", None)
        store = opened
        findings += _of_place(setting, place) if isinstance(place, Path) else _of_its_clock(setting, store)
    except ChatopsError as error:
        findings.append(Finding(setting=setting, problem=str(error)))
    return store, Examined(name="store", note=note, findings=tuple(findings))


def _of_place(setting: str, path: Path) -> Iterable[Finding]:
    kind = network_of(path)
    if kind:
        yield Finding(
            setting=setting,
            problem=f"{path} is on a network file system ({kind}), whose locks do not keep two processes "
            "apart: it can be damaged. Name a file on a disk of this machine.",
        )


def _of_its_clock(setting: str, store: Store) -> Iterator[Finding]:
    here = utcnow()
    skew = store.by_its_clock(here) - here
    if abs(skew) > MOST_SKEW:
        apart = f"{abs(skew).total_seconds():,.0f} s {'ahead of' if skew > timedelta() else 'behind'}"
        yield Finding(
            setting=setting,
            problem=f"the database's clock is {apart} this machine's, so that the times of events and of "
            "their deliveries contradict each other. Let both set their clocks by the network.",
        )


def _workers(store: Store) -> Examined:
    """Whether a worker, on whatever host, runs each instance for which something waits."""
    findings = []
    for name, count in unserved(store).items():
        waits = f"{count} {'delivery waits' if count == 1 else 'deliveries wait'}"
        problem = f"{waits}, and no worker runs it on any host; it was enabled by "
        source = store.instances.get(name).source
        findings.append(
            Finding(setting=f"plugins.{name}", problem=f"{problem}{source}. Where it can run: chatops worker")
        )
    served = sorted(store.served())
    note = f"run {', '.join(served)}" if served else "none runs"
    return Examined(name="workers", note=note, findings=tuple(findings))


def _drainer(config: Config) -> Examined:
    """Whether what could not be delivered would be tried again by itself."""
    name = "background process"
    if not config.core.drainer:
        return Examined(name=name, asked=False, note="off (core.drainer); in its place: chatops worker")
    try:
        # As the engine starts it: from /, where nothing of ours lies about.
        subprocess.run(
            [sys.executable, "-P", "-m", "chatops", "--version"],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_START_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        problem = f"no background process can be started ({error}), so nothing is tried again by itself. "
        finding = Finding(setting="core.drainer", problem=f"{problem}Keep one running: chatops worker")
        return Examined(name=name, findings=(finding,))
    return Examined(name=name, note="can be started")


def _plain(text: str) -> str:
    return one_line(Secret.redact(text))
