"""`actions sync` of many documents: what it asks beside the least that is possible, how long it takes beside
one request after the other, and how much memory more documents need.
"""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import requests
from command import PYTHON, environment
from table import Ratio

from chatops.sandbox import Fault, Sandbox
from chatops_jira.sandbox import JiraStandIn

#: What a request takes the tracker; where it took no time, nothing would be gained by sending several.
LATENCY: Final = 0.02
#: Items of a document.
EACH: Final = 4
#: Runs the command, and writes the most memory that it had, in kilobytes. What is told of a process that has
#: ended would be that of its parent, where that is larger.
MEASURED: Final = """
import re, sys
from pathlib import Path
from chatops.cli import run
code = run(sys.argv[2:])
status = Path("/proc/self/status")
peak = re.search(r"VmHWM:\\s*(\\d+)", status.read_text())[1] if status.exists() else "0"
Path(sys.argv[1]).write_text(peak)
sys.exit(code)
"""


class Run(NamedTuple):
    """One sync: its seconds, the megabytes that it had at most, and what it asked."""

    seconds: float
    megabytes: float
    reads: int
    creates: int
    links: int


def measure(folder: Path, sizes: tuple[int, int]) -> Iterator[Ratio]:
    """So many documents and so many more, synced for the first and the second time."""
    peaks = []
    for documents in sizes:
        items = documents * EACH
        with Sandbox(only=[JiraStandIn]) as sandbox:
            work = _Work(folder / f"sync-{documents}", sandbox, documents)
            first, second = work.run(), work.run()
            peaks.append(max(first.megabytes, second.megabytes))
            least = -(-items // 100)
            name = f"{items:,} items in {documents:,} documents"
            beside = f"{first.reads} / {least}"
            yield Ratio(f"sync of {name}: reads / ceil(n/100)", first.reads / least, None, beside)
            least_creates = -(-items // 50)
            yield Ratio("  creates / ceil(n/50)", first.creates / least_creates, 1.05, f"{first.creates}")
            yield Ratio("  other writes / one remote link each", first.links / items, 1.0, f"{first.links}")
            if documents == sizes[0]:
                alone = _one_by_one(sandbox, items)
                took = f"{first.seconds:.3g} s / {alone:.3g} s"
                yield Ratio("  its time / one request after the other", first.seconds / alone, 0.5, took)
            written = second.creates + second.links
            took = f"{second.reads} / {least}, {written} writes, {second.seconds:.3g} s"
            yield Ratio("  second sync: reads / ceil(n/100)", second.reads / least, 1.05, took)
    what = f"memory at {sizes[1]:,} documents / at {sizes[0]:,}"
    if all(peaks):
        yield Ratio(what, peaks[1] / peaks[0], 1.2, f"{peaks[1]:.0f} MB / {peaks[0]:.0f} MB")


class _Work:
    def __init__(self, folder: Path, sandbox: Sandbox, documents: int) -> None:
        self.folder = folder
        self.sandbox = sandbox
        where = folder / "postmortems"
        where.mkdir(parents=True)
        for number in range(documents):
            lines = (f"- [ ] Item {number}-{n} @dana (due 2099-01-01)\n" for n in range(EACH))
            text = f"# Incident {number}\n\n{'Words. ' * 500}\n\n## Action items\n\n{''.join(lines)}"
            (where / f"{number:05}.md").write_text(text)
        address = 'document_url = "https://git.example.com/{path}"'
        (folder / "chatops.toml").write_text(f'{sandbox.config()}\n[actions]\ntracker = "jira"\n{address}\n')
        sandbox.faults.plan(Fault(kind="wait", seconds=LATENCY, times=None))

    def run(self) -> Run:
        self.sandbox.log.clear()
        peak = self.folder / "peak"
        begin = time.perf_counter()
        subprocess.run(
            [PYTHON, "-c", MEASURED, peak, "actions", "sync", "postmortems"],
            env=environment(self.folder),
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            check=True,
        )
        seconds = time.perf_counter() - begin
        paths = [(asked.method, asked.path) for asked in self.sandbox.log.all()]
        reads = sum(method == "GET" or path.endswith(("/bulkfetch", "/search/jql")) for method, path in paths)
        creates = sum(path.endswith("/issue/bulk") for _, path in paths)
        others = len(paths) - reads - creates
        return Run(seconds, int(peak.read_text()) / 1024, reads, creates, others)


def _one_by_one(sandbox: Sandbox, items: int) -> float:
    """The same done with one connection, a ticket and its link at a time; measured on a tenth."""
    standin = next(iter(sandbox.standins.values()))
    if not isinstance(standin, JiraStandIn):
        raise TypeError(standin)
    some = max(items // 10, 1)
    said = {"project": {"key": "OPS"}, "issuetype": {"name": "Task"}, "summary": "Item"}
    link = {"globalId": "x", "object": {"url": "https://git.example.com/x", "title": "x"}}
    begin = time.perf_counter()
    with requests.Session() as session:
        session.auth = (standin.user, standin.token)
        for _ in range(some):
            made = session.post(f"{standin.url}/rest/api/3/issue", json={"fields": said}, timeout=30)
            made.raise_for_status()
            key = made.json()["key"]
            session.post(f"{standin.url}/rest/api/3/issue/{key}/remotelink", json=link, timeout=30)
    return (time.perf_counter() - begin) * items / some
