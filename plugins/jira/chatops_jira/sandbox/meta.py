"""What Jira says about its fields."""

from collections.abc import Iterable
from typing import Any, Final

from chatops_jira.sandbox.memory import Memory
from chatops_jira.sandbox.model import CustomField, Project
from chatops_jira.sandbox.shown import Shown

#: The fields that Jira itself has: what they are called, and the type of their value.
STANDARD: Final = {
    "summary": ("Summary", "string"),
    "issuetype": ("Issue Type", "issuetype"),
    "project": ("Project", "project"),
    "description": ("Description", "string"),
    "environment": ("Environment", "string"),
    "priority": ("Priority", "priority"),
    "labels": ("Labels", "array"),
    "components": ("Components", "array"),
    "security": ("Security Level", "securitylevel"),
    "assignee": ("Assignee", "user"),
    "duedate": ("Due date", "date"),
    "status": ("Status", "status"),
    "resolution": ("Resolution", "resolution"),
    "reporter": ("Reporter", "user"),
    "created": ("Created", "datetime"),
    "updated": ("Updated", "datetime"),
}
_ITEMS: Final = {"labels": "string", "components": "component"}
_NOT_ON_SCREEN: Final = frozenset({"status", "resolution", "created", "updated"})
_ALWAYS: Final = frozenset({"summary", "issuetype", "project"})
_CUSTOM: Final = {
    "text": ("string", "textfield"),
    "textarea": ("string", "textarea"),
    "number": ("number", "float"),
    "date": ("date", "datepicker"),
    "select": ("option", "select"),
    "multiselect": ("array", "multiselect"),
    "labels": ("array", "labels"),
    "user": ("user", "userpicker"),
}


def field_details(custom: Iterable[CustomField]) -> list[dict[str, Any]]:
    """GET /field."""
    own = [
        {
            "id": name,
            "key": name,
            "name": title,
            "custom": False,
            "orderable": True,
            "navigable": True,
            "searchable": True,
            "clauseNames": [name],
            "schema": _schema(name),
        }
        for name, (title, _) in STANDARD.items()
    ]
    theirs = [
        {
            "id": one.id,
            "key": one.id,
            "name": one.name,
            "custom": True,
            "orderable": True,
            "navigable": True,
            "searchable": True,
            "clauseNames": [f"cf[{one.id.removeprefix('customfield_')}]", one.name],
            "schema": _custom_schema(one),
        }
        for one in custom
    ]
    return own + theirs


def field_metadata(memory: Memory, home: Project, shown: Shown) -> list[dict[str, Any]]:
    """The fields that can be set in a new issue, and what they take."""
    allowed: dict[str, list[Any]] = {
        "priority": [shown.choice("priority", one) for one in memory.priorities],
        "components": [shown.choice("component", one) for one in home.components],
        "security": [shown.choice("securitylevel", one) for one in home.levels],
        "issuetype": [shown.choice("issuetype", one, subtask=one.subtask) for one in home.types],
    }
    left_out = (
        _NOT_ON_SCREEN
        | memory.off_screen
        | {
            name
            for name, needed in (("security", "SET_ISSUE_SECURITY"), ("reporter", "MODIFY_REPORTER"))
            if not memory.may(needed)
        }
    )
    found = []
    for name, (title, _) in STANDARD.items():
        required = name in _ALWAYS or name in memory.required_fields
        if name not in left_out:
            found.append(_one(name, title, _schema(name), required=required, allowed=allowed.get(name)))
    for own in memory.custom_fields:
        options = [shown.option(one) for one in own.options] or None
        if own.on_screen:
            found.append(_one(own.id, own.name, _custom_schema(own), required=own.required, allowed=options))
    return found


def _one(
    name: str, title: str, schema: dict[str, Any], *, required: bool, allowed: list[Any] | None
) -> dict[str, Any]:
    said = {
        "required": required,
        "schema": schema,
        "name": title,
        "key": name,
        "fieldId": name,
        "hasDefaultValue": name == "priority",
        "operations": ["add", "set", "remove"] if schema["type"] == "array" else ["set"],
    }
    return said if allowed is None else said | {"allowedValues": allowed}


def _schema(name: str) -> dict[str, Any]:
    said = {"type": STANDARD[name][1], "system": name}
    return said | ({"items": _ITEMS[name]} if name in _ITEMS else {})


def _custom_schema(custom: CustomField) -> dict[str, Any]:
    kind, name = _CUSTOM[custom.kind]
    said = {
        "type": kind,
        "custom": f"com.atlassian.jira.plugin.system.customfieldtypes:{name}",
        "customId": int(custom.id.removeprefix("customfield_")),
    }
    return said | (
        {"items": "option" if custom.kind == "multiselect" else "string"} if kind == "array" else {}
    )
