"""A file is a public history, or is refused with the path of its fault."""

from pathlib import Path

import pytest

from chatops.errors import UsageError
from chatops.service.source import read
from tests.histories import day, incident, source, story, update


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "it is empty"),
        (b" \n", "it is empty"),
        (b"<html>", "malformed"),
        (b"[]", "Expected `object`, got `array`"),
        (b"{}", "missing required field `incidents`"),
        (b'{"incidents": [{"id": "a", "name": 7}]}', "at `$.incidents[0].name`"),
        (b'{"incidents": [{"id": "a", "name": "\xff"}]}', "utf-8"),
        (b'{"x": ' + b"[" * 100_000, "recursion"),
    ],
)
def test_what_is_no_history_is_refused_where_it_goes_wrong(tmp_path: Path, data: bytes, said: str) -> None:
    file = tmp_path / "history.json"
    file.write_bytes(data)
    with pytest.raises(UsageError) as refused:
        read(file)
    assert str(refused.value).startswith(f"{file} is no incident history: ")
    assert said in str(refused.value)
    assert "/api/v2/incidents.json" in str(refused.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no\.json cannot be read: No such file"):
        read(tmp_path / "no.json")


@pytest.mark.parametrize("field", ["created_at", "display_at"])
@pytest.mark.parametrize("time", ["2999-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00"])
def test_a_time_that_has_not_come_is_refused(tmp_path: Path, field: str, time: str) -> None:
    late = incident("i1", update("u1", "investigating", day(1)))
    late["incident_updates"][0][field] = time
    with pytest.raises(UsageError, match=rf"at `\$\.incidents\[1\]\.incident_updates\[0\]\.{field}`"):
        source(tmp_path, story("i0"), late)


def test_a_time_without_a_zone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"timezone component - at `\$\.incidents\[0\]\.created_at`"):
        source(tmp_path, incident("i1", created_at="2019-02-01T00:00:00"))


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    file = tmp_path / "history.json"
    file.write_bytes(b'\xef\xbb\xbf{"incidents": []}')
    assert read(file).incidents == []
