"""The formats of findings that programs read.

Where each is described, and its limits: GitHub's workflow commands and its SARIF support at
docs.github.com ("Workflow commands for GitHub Actions", "SARIF support for code scanning"), GitLab's at
docs.gitlab.com ("Code Quality report format", "Unit test reports"), SARIF 2.1.0 at docs.oasis-open.org.
"""

import hashlib
import os
import re
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from chatops import __version__
from chatops.actions.address import readable
from chatops.cli.output import to_json
from chatops.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chatops.cli.remarks import Report
    from chatops.remarks import Remark

#: Annotations of one kind that GitHub shows for a step; all of them stand in its log.
GITHUB_SHOWS: Final = 10
_GITHUB: Final = {"error": "error", "warning": "warning", "note": "notice"}
_GITLAB: Final = {"error": "major", "warning": "minor", "note": "info"}
_SARIF: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
#: What no document in XML 1.0 can hold, escaped or not.
_NO_XML: Final = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_json(report: "Report") -> str:
    """A list, with all that a remark has."""
    return to_json(
        [
            {
                "path": readable(one.path),
                "line": one.line,
                "rule": one.rule,
                "weight": one.weight,
                "message": one_line(one.message),
            }
            for one in report.remarks
        ]
    )


def as_github(report: "Report") -> str:
    """A workflow command each, which becomes an annotation of the line."""
    lines = []
    for one in report.remarks:
        file, title = _property(_place(one.path)), _property(one.rule)
        message = _data(one_line(one.message))
        lines.append(f"::{_GITHUB[one.weight]} file={file},line={one.line},title={title}::{message}")
    if len(lines) > GITHUB_SHOWS:
        lines.append(
            f"GitHub shows {GITHUB_SHOWS} annotations of a kind for a step; all {len(lines)} are above."
        )
    return "\n".join(lines)


def as_gitlab(report: "Report") -> str:
    """A report of Code Quality."""
    return to_json(
        [
            {
                "description": one_line(one.message),
                "check_name": one.rule,
                "fingerprint": known_by,
                "severity": _GITLAB[one.weight],
                "location": {"path": _place(one.path), "lines": {"begin": max(1, one.line)}},
            }
            for one, known_by in _fingerprinted(report)
        ]
    )


def as_junit(report: "Report") -> str:
    """XML with a test case for each document and rule that is broken there, and one for each that is whole.

    A case has one failure, as some readers take no more; it says every line.
    """
    from xml.etree import ElementTree as ET

    broken: dict[str, dict[str, list[Remark]]] = {path: {} for path in report.paths}
    for one in report.remarks:
        broken.setdefault(one.path, {}).setdefault(one.rule, []).append(one)
    failures = sum(map(len, broken.values()))
    totals = {
        "tests": str(sum(max(1, len(rules)) for rules in broken.values())),
        "failures": str(failures),
        "errors": "0",
    }
    root = ET.Element("testsuites", {"name": "chatops", **totals})
    suite = ET.SubElement(root, "testsuite", {"name": "chatops", **totals, "skipped": "0"})
    for path, rules in broken.items():
        place = _xml(_place(path))
        for rule, found in rules.items():
            case = ET.SubElement(suite, "testcase", {"classname": place, "name": _xml(rule), "file": place})
            said = [_xml(f"{_place(one.path)}:{one.line}: {one_line(one.message)}") for one in found]
            more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
            message = f"line {found[0].line}: {_xml(one_line(found[0].message))}{more}"
            failure = ET.SubElement(case, "failure", {"message": message, "type": found[0].weight})
            failure.text = "\n".join(said)
        if not rules:
            ET.SubElement(suite, "testcase", {"classname": place, "name": "checked", "file": place})
    ET.indent(root)
    # In ASCII, it is the same whatever the terminal's encoding.
    written: bytes = ET.tostring(root, encoding="us-ascii", xml_declaration=True)
    return written.decode("ascii")


def as_sarif(report: "Report") -> str:
    """A log of SARIF 2.1.0 with one run."""
    rules = dict(report.rules) | {
        one.rule: one.rule for one in report.remarks if one.rule not in report.rules
    }
    index = {name: number for number, name in enumerate(rules)}
    results = [
        {
            "ruleId": one.rule,
            "ruleIndex": index[one.rule],
            "level": one.weight,
            "message": {"text": one_line(one.message)},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": _uri(one.path)},
                        "region": {"startLine": max(1, one.line)},
                    }
                }
            ],
            # GitHub makes one of its own beside it, of the line's words.
            "partialFingerprints": {"chatops/v1": known_by},
        }
        for one, known_by in _fingerprinted(report)
    ]
    driver = {
        "name": "chatops",
        "version": __version__,
        "rules": [{"id": name, "shortDescription": {"text": why}} for name, why in rules.items()],
    }
    run: dict[str, Any] = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return to_json({"$schema": _SARIF, "version": "2.1.0", "runs": [run]})


def _here(path: str) -> str:
    """The path as it is from the working directory, which in CI is the repository's root."""
    plain = Path(os.path.normpath(path))
    if plain.is_relative_to(Path.cwd()):
        plain = plain.relative_to(Path.cwd())
    return plain.as_posix()


def _place(path: str) -> str:
    return readable(_here(path))


def _uri(path: str) -> str:
    here = _here(path)
    return ("file://" if here.startswith("/") else "") + quote(os.fsencode(here))


def _fingerprinted(report: "Report") -> "Iterator[tuple[Remark, str]]":
    """Each remark, and what it is known by: neither the lines above it nor the day change that."""
    times: defaultdict[tuple[str, str, str], int] = defaultdict(int)
    for one in report.remarks:
        same = (_place(one.path), one.rule, one_line(one.message))
        times[same] += 1
        known_by = "\0".join((*same, str(times[same])))
        yield one, hashlib.sha256(known_by.encode()).hexdigest()[:32]


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _xml(text: str) -> str:
    return _NO_XML.sub("", text)
