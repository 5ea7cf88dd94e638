"""The sections of a document, and their lines."""

import pytest

from chatops.postmortem.sections import is_placeholder, sections

TEXT = """\
---
id: 1
---
# Post-mortem: *Checkout*

Words.

## 1. Executive **summary**:

It broke.

### Detail
more

Root cause
----------
> ## Not a heading of ours

```
## nor this
```
"""


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_sections_have_their_lines(newline: str) -> None:
    found = sections(TEXT.replace("\n", newline))
    assert [(s.title, s.name, s.level, s.line, s.first, s.last) for s in found] == [
        ("Post-mortem: Checkout", "post mortem checkout", 1, 4, 5, 21),
        ("1. Executive summary:", "executive summary", 2, 8, 9, 14),
        ("Detail", "detail", 3, 12, 13, 14),
        ("Root cause", "root cause", 2, 15, 17, 21),
    ]


@pytest.mark.parametrize("said", ["_What broke._", "*What broke.*", "  _What broke._\n"])
def test_what_a_draft_left_there(said: str) -> None:
    assert is_placeholder(said)


@pytest.mark.parametrize(
    "said", ["", "What _broke_.", "_It_ and _this_", "_One._\n\nIt broke.", "**What broke.**"]
)
def test_what_somebody_wrote(said: str) -> None:
    assert not is_placeholder(said)


@pytest.mark.timeout(12)
def test_a_document_of_headings_alone_takes_no_longer_for_each_of_them() -> None:
    assert len(sections("# a\n\n" * 80_000)) == 80_000
