"""What is logged, as text and as JSON: what it is about, and no secret."""

import json
import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest

from chatops import logs
from chatops.values import Secret

PASSWORD = "correct-horse-battery"


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    """The root logger, as it was when the test is over."""
    found = logging.getLogger()
    before = found.level, found.handlers[:], threading.excepthook
    yield found
    found.setLevel(before[0])
    found.handlers[:] = before[1]
    threading.excepthook = before[2]
    logging.captureWarnings(capture=False)


@pytest.fixture
def lines(root: logging.Logger, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The lines of JSON that were logged."""
    written = StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    logs.guard(debug=False, form="json")
    return lambda: [json.loads(line) for line in written.getvalue().splitlines()]


def test_a_line_says_when_how_bad_who_and_what(lines: Any) -> None:
    logs.logger("chatops.test").warning("the %s is down", "page")
    (line,) = lines()
    assert line["time"].endswith("Z")
    del line["time"]
    assert line == {"level": "warning", "logger": "chatops.test", "message": "the page is down"}


def test_it_says_what_this_thread_is_about_and_no_other(lines: Any) -> None:
    log = logs.logger("chatops.test")
    with logs.about(incident="INC-1", delivery=7, instance="jira"):
        with logs.about(step="ticket"):
            logging.getLogger("somebody.elses").warning("inside")
        log.warning("after")
        other = threading.Thread(target=log.warning, args=("beside",))
        other.start()
        other.join()
    log.warning("outside")
    about = {line["message"]: {k: v for k, v in line.items() if k in logs.FIELDS} for line in lines()}
    whole = {"incident": "INC-1", "delivery": 7, "instance": "jira"}
    assert about == {"inside": whole | {"step": "ticket"}, "after": whole, "beside": {}, "outside": {}}


def test_what_a_record_says_itself_comes_first(lines: Any) -> None:
    with logs.about(instance="jira", state="retry"):
        logs.logger("chatops.test").warning("x", extra={"instance": "slack", "state": None})
    (line,) = lines()
    assert line["instance"] == "slack"
    assert "state" not in line


def test_no_part_of_a_line_holds_a_secret(lines: Any) -> None:
    Secret.hide(PASSWORD)
    with logs.about(step=f"for {PASSWORD}"):
        logs.logger("chatops.test").error("it was %s", PASSWORD, exc_info=ValueError(PASSWORD))
    (line,) = lines()
    assert PASSWORD not in json.dumps(line)
    assert line["error"] == "ValueError"
    assert line["traceback"] == "ValueError: ***"


def test_a_text_that_cannot_be_written_loses_no_line() -> None:
    record = logging.LogRecord("x", logging.WARNING, __file__, 1, "half a character: \udc80", (), None)
    assert json.loads(logs.JsonLines().format(record))["message"] == "half a character: \\udc80"


def test_json_has_what_went_well_and_text_has_not(
    root: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    for form in ("text", "json"):
        logs.guard(debug=False, form=form)
        logs.logger("chatops.test").info("well")
        assert logs.in_json() == (form == "json")
        assert ("well" in capsys.readouterr().err) == (form == "json")


def test_what_fails_in_a_thread_is_a_line_too(lines: Any) -> None:
    def failing() -> None:
        raise LookupError("nobody caught this")

    thread = threading.Thread(target=failing, name="beside")
    thread.start()
    thread.join()
    (line,) = lines()
    assert (line["error"], line["message"]) == ("LookupError", "beside failed: nobody caught this")


def test_a_command_that_says_nothing_imports_no_logging() -> None:
    code = "import sys; from chatops.cli.output import say; say('x'); print('logging' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "x\nFalse\n"
