"""Public histories as a Statuspage serves them, for the tests to read."""

import json
from pathlib import Path
from typing import Any

from chatops.service.source import Source, read

Json = dict[str, Any]


def update(name: str, status: str, at: str, **more: Any) -> Json:
    return {"id": name, "status": status, "body": f"words of {name}", "created_at": at, **more}


def incident(name: str, /, *updates: Json, **more: Any) -> Json:
    created = min((u["created_at"] for u in updates), default="2019-02-01T00:00:00Z")
    about = {"id": name, "name": f"Title of {name}", "created_at": created, "impact": "minor"}
    return about | {"incident_updates": list(updates)[::-1]} | more


def day(number: int, hour: int = 0) -> str:
    return f"2019-02-{number:02}T{hour:02}:00:00.000Z"


def story(name: str = "i1", first: int = 1) -> Json:
    statuses = ("investigating", "identified", "monitoring", "resolved")
    return incident(name, *(update(f"{name}-{n}", s, day(first, n)) for n, s in enumerate(statuses)))


def source(folder: Path, *incidents: Json, page: str = "page1") -> Source:
    file = folder / "history.json"
    file.write_text(json.dumps({"page": {"id": page}, "incidents": incidents}))
    return read(file)
