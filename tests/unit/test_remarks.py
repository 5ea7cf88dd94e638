"""The formats of findings: each is what its readers expect, whatever the words and the files are called."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops.cli import remarks_formats as formats
from chatops.cli.output import Shown
from chatops.cli.remarks import FORMS, Report, Written, counted, leave, show
from chatops.errors import UsageError
from chatops.remarks import Remark

RULES = {"few-whys": "Why whys.", "ownerless": "Why owners."}
WHY = Remark(path="pm/a.md", line=3, rule="few-whys", message="2 whys lead to it.")
#: A name and words that every format has to escape in another way.
ODD = Remark(
    path='./pm/a b,c:%é"<.md', line=7, rule="ownerless", message="Who?\n::error::<b>&\x00 100% ]]>\x1b[31m"
)
OTHER = Remark(path="pm/b.md", line=1, rule="ownerless", message="Nobody.", weight="note")


def report(*remarks: Remark, clean: tuple[str, ...] = ("pm/clean.md",)) -> Report:
    return Report(remarks, [*dict.fromkeys(one.path for one in remarks), *clean], RULES)


def test_text_is_a_line_each_and_a_count(capsys: pytest.CaptureFixture[str]) -> None:
    show(report(OTHER, ODD, WHY), Written(), Shown("text"))
    assert capsys.readouterr().out.splitlines() == [
        './pm/a b,c:%é"<.md:7: ownerless: Who? ::error::<b>& 100% ]]>',
        "pm/a.md:3: few-whys: 2 whys lead to it.",
        "pm/b.md:1: ownerless: Nobody.",
        "3 findings in 3 of 4 documents: 2 ownerless, 1 few-whys.",
    ]


def test_on_a_narrow_terminal_the_words_stand_below(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "30")
    long = Remark(path="pm/a.md", line=3, rule="few-whys", message="Two whys lead to the root cause here.")
    show(report(long), Written("text"), Shown("text"))
    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == ["pm/a.md:3: few-whys:", "    Two whys lead to the root", "    cause here."]
    assert max(map(len, lines)) <= 30


@pytest.mark.parametrize(
    ("found", "clean", "said"),
    [
        ([], (), "0 documents, no findings"),
        ([], ("a.md",), "1 document, no findings"),
        ([WHY], (), "1 finding in 1 document"),
        ([WHY, WHY, OTHER], ("c.md",), "3 findings in 2 of 3 documents"),
    ],
)
def test_findings_are_counted(found: list[Remark], clean: tuple[str, ...], said: str) -> None:
    assert counted(report(*found, clean=clean)) == said


def test_json_has_everything(capsys: pytest.CaptureFixture[str]) -> None:
    expected = [
        {"path": "pm/a.md", "line": 3, "rule": "few-whys", "weight": "warning", "message": WHY.message},
        {"path": "pm/b.md", "line": 1, "rule": "ownerless", "weight": "note", "message": "Nobody."},
    ]
    for form, shown in ((None, Shown("json")), ("json", Shown("text")), ("json", Shown("json"))):
        show(report(OTHER, WHY), Written(form), shown)
        assert json.loads(capsys.readouterr().out) == expected


def test_quiet_prints_paths_once(capsys: pytest.CaptureFixture[str]) -> None:
    show(report(WHY, WHY, OTHER), Written(), Shown("quiet"))
    assert capsys.readouterr().out.splitlines() == ["pm/a.md", "pm/b.md"]


def test_one_form_is_chosen() -> None:
    for form, shown in (("sarif", Shown("json")), ("json", Shown("quiet"))):
        with pytest.raises(UsageError, match="one of --format, --json and --quiet"):
            show(report(WHY), Written(form), shown)


@pytest.mark.parametrize("form", [form for form in FORMS if form != "text"])
def test_a_file_has_what_would_be_printed_and_the_findings_are_told(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    show(report(OTHER, WHY), Written(form), Shown("text"))
    printed = capsys.readouterr().out
    show(report(OTHER, WHY), Written(), Shown("text"))
    told = capsys.readouterr().out
    file = tmp_path / "reports" / "found"
    show(report(OTHER, WHY), Written(form, file), Shown("text"))
    assert file.read_text("utf-8") == printed
    assert capsys.readouterr().out == told
    show(report(OTHER, WHY), Written(form, file), Shown("quiet"))
    assert capsys.readouterr().out == "pm/a.md\npm/b.md\n"
    show(report(), Written(form, file), Shown("text"))
    assert capsys.readouterr().out == "1 document, no findings.\n"
    assert "few-whys" not in file.read_text("utf-8").replace('"id": "few-whys"', "")


def test_a_file_needs_a_format_and_a_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for form in (None, "text"):
        with pytest.raises(UsageError, match=r"--output is for a --format: json, .* sarif\."):
            show(report(WHY), Written(form, tmp_path / "found"), Shown("text"))
    assert not (tmp_path / "found").exists()
    (tmp_path / "file").touch()
    for name, why in ((".", "Is a directory"), ("file/found", "Not a directory")):
        with pytest.raises(UsageError, match=rf"{name} cannot be written: {why}\."):
            show(report(WHY), Written("junit", tmp_path / name), Shown("text"))
        assert "pm/a.md:3: few-whys" in capsys.readouterr().out


def test_github_reads_each_command_as_it_was_meant() -> None:
    lines = formats.as_github(report(ODD, OTHER)).splitlines()
    assert lines == [
        '::warning file=pm/a b%2Cc%3A%25é"<.md,line=7,title=ownerless::Who? ::error::<b>& 100%25 ]]>',
        "::notice file=pm/b.md,line=1,title=ownerless::Nobody.",
    ]
    broken = Remark(path="a\r\nb.md", line=1, rule="r", message="m", weight="error")
    assert formats.as_github(report(broken)) == "::error file=a%0D%0Ab.md,line=1,title=r::m"


def test_github_is_told_what_it_does_not_show() -> None:
    *lines, last = formats.as_github(report(*[WHY] * 11)).splitlines()
    assert len(lines) == 11
    assert last == "GitHub shows 10 annotations of a kind for a step; all 11 are above."
    assert len(formats.as_github(report(*[WHY] * 10)).splitlines()) == 10


def test_gitlab_has_the_fields_that_it_documents() -> None:
    found = json.loads(formats.as_gitlab(report(ODD, OTHER, WHY)))
    for one in found:
        assert set(one) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert one["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert re.fullmatch(r"[0-9a-f]{32}", one["fingerprint"])
    assert found[0]["location"] == {"path": 'pm/a b,c:%é"<.md', "lines": {"begin": 7}}
    assert found[1]["check_name"] == "ownerless"


def fingerprints(*remarks: Remark) -> list[str]:
    return [one["fingerprint"] for one in json.loads(formats.as_gitlab(report(*remarks)))]


def test_a_finding_is_known_again_when_its_line_moves() -> None:
    moved = Remark(path="./pm/a.md", line=30, rule=WHY.rule, message=WHY.message)
    assert fingerprints(WHY) == fingerprints(moved)


def test_two_findings_are_never_taken_for_one() -> None:
    # GitLab keeps the first of those that are known by the same.
    found = fingerprints(WHY, Remark(path=WHY.path, line=9, rule=WHY.rule, message=WHY.message), OTHER)
    assert len(set(found)) == 3
    sarif = json.loads(formats.as_sarif(report(WHY, WHY, OTHER)))["runs"][0]["results"]
    assert len({one["partialFingerprints"]["chatops/v1"] for one in sarif}) == 3


def test_junit_has_a_case_for_each_rule_and_for_what_is_whole() -> None:
    root = ET.fromstring(formats.as_junit(report(ODD, WHY, WHY, OTHER)))
    suite = root[0]
    assert (root.tag, suite.tag) == ("testsuites", "testsuite")
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("4", "3", "0")
    cases = {(case.get("classname"), case.get("name")): case for case in suite}
    # GitLab ignores the second case of the same name.
    assert len(cases) == len(suite) == 4
    assert list(cases["pm/clean.md", "checked"]) == []
    failure = cases["pm/a.md", "few-whys"][0]
    assert failure.get("message") == "line 3: 2 whys lead to it. (and 1 more)"
    assert (failure.text or "").splitlines() == ["pm/a.md:3: 2 whys lead to it."] * 2


def test_junit_is_the_same_in_any_encoding() -> None:
    assert formats.as_junit(report(ODD)).isascii()


def sarif(*remarks: Remark) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(formats.as_sarif(report(*remarks)))
    return found


def test_sarif_is_of_its_schema_s_shape() -> None:
    log = sarif(WHY, ODD, Remark(path="/away/z.md", line=1, rule="new", message="m"))
    (run,) = log["runs"]
    assert log["version"] == "2.1.0"
    driver = run["tool"]["driver"]
    assert driver["name"] == "chatops"
    for one in run["results"]:
        assert set(one) <= {"ruleId", "ruleIndex", "level", "message", "locations", "partialFingerprints"}
        assert driver["rules"][one["ruleIndex"]]["id"] == one["ruleId"]
        assert one["level"] in {"none", "note", "warning", "error"}
        assert one["message"]["text"]
        (place,) = one["locations"]
        assert place["physicalLocation"]["region"]["startLine"] >= 1
    places = [one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in run["results"]]
    assert places == ["pm/a.md", "pm/a%20b%2Cc%3A%25%C3%A9%22%3C.md", "file:///away/z.md"]
    assert driver["rules"][0] == {"id": "few-whys", "shortDescription": {"text": "Why whys."}}


def test_paths_are_from_the_repository_s_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    there = Remark(path=f"{tmp_path}/pm/../pm/a.md", line=3, rule=WHY.rule, message=WHY.message)
    assert formats.as_github(report(there)) == formats.as_github(report(WHY))
    assert fingerprints(there) == fingerprints(WHY)


def test_a_name_that_is_not_utf_8_passes() -> None:
    odd = Remark(path="pm/\udcff.md", line=1, rule="r", message="m\ud800")
    assert json.loads(formats.as_json(report(odd)))[0]["path"] == "pm/\\xff.md"
    uri = sarif(odd)["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert unquote_to_bytes(uri) == b"pm/\xff.md"


@given(
    st.lists(
        st.builds(
            Remark,
            path=st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1),
            line=st.integers(0, 9),
            rule=st.sampled_from(["few-whys", "new"]),
            message=st.text(),
            weight=st.sampled_from(["error", "warning", "note"]),
        ),
        max_size=4,
    )
)
def test_every_format_is_valid_whatever_the_words(remarks: list[Remark]) -> None:
    found = report(*remarks)
    commands = formats.as_github(found).split("\n") if remarks else []
    assert len(commands) == len(remarks)
    for command in commands:
        assert re.fullmatch(
            r"::(error|warning|notice) file=[^:,]+,line=\d,title=[^:,]+::.*", command, re.DOTALL
        )
        assert "\r" not in command
    issues = json.loads(formats.as_gitlab(found))
    assert len(issues) == len(remarks)
    assert all(one["location"]["lines"]["begin"] >= 1 for one in issues)
    results = json.loads(formats.as_sarif(found))["runs"][0]["results"]
    assert len(results) == len(remarks)
    assert all(one["locations"][0]["physicalLocation"]["region"]["startLine"] >= 1 for one in results)
    assert len(json.loads(formats.as_json(found))) == len(remarks)
    assert ET.fromstring(formats.as_junit(found)).tag == "testsuites"


@pytest.mark.parametrize(
    ("found", "whole", "code"), [([WHY], True, 5), ([WHY], False, 1), ([], False, 1), ([], True, None)]
)
def test_the_exit_code_says_what_became_of_it(found: list[Remark], whole: bool, code: int | None) -> None:
    if code is None:
        leave(report(*found), whole=whole)
        return
    with pytest.raises(SystemExit) as left:
        leave(report(*found), whole=whole)
    assert left.value.code == code
