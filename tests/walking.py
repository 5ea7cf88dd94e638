"""All that can be reached from an object, however deep and however private it is."""


def walk(root: object) -> tuple[dict[str, str], dict[str, str]]:
    """Every text that can be reached from `root`, and every door that was not gone through.

    Closed stay modules, classes, loggers, locks, connections and the store: those are means to write,
    read and send, and nothing that was handed over.
    """
    import logging
    import sqlite3
    import threading
    import types
    from datetime import date, timedelta
    from pathlib import PurePath
    from uuid import UUID

    import requests
    from requests.adapters import BaseAdapter

    from chatops.store import Store

    locks = (type(threading.Lock()), type(threading.RLock()), threading.local, threading.Thread)
    code = (types.ModuleType, type, types.CodeType, types.FrameType)
    doors = (*locks, *code, logging.Logger, sqlite3.Connection, Store, requests.Session, BaseAdapter)
    plain = (int, float, complex, date, timedelta, UUID, type(None))
    texts: dict[str, str] = {}
    closed: dict[str, str] = {}
    seen: dict[int, object] = {}
    todo: list[tuple[str, object]] = [("", root)]
    while todo:
        where, value = todo.pop()
        if isinstance(value, str | bytes | bytearray | PurePath):
            texts[where] = (
                value.decode("utf-8", "replace") if isinstance(value, bytes | bytearray) else str(value)
            )
        elif isinstance(value, doors):
            closed[where] = type(value).__name__
        elif not isinstance(value, plain) and id(value) not in seen:
            seen[id(value)] = value
            texts[f"repr({where})"] = repr(value)
            todo += [(where + step, part) for step, part in within(value)]
    return texts, closed


def within(value: object) -> list[tuple[str, object]]:
    """What a value holds: items, attributes (private ones and properties too), what a function closes
    over or defaults to, whose method it is.
    """
    import types
    from collections.abc import Collection, Iterator, Mapping

    if isinstance(value, Mapping):
        return [(f"[{key!r}]", part) for key, part in value.items()] + [("<key>", key) for key in value]
    if isinstance(value, Collection | Iterator):
        return [(f"[{i}]", part) for i, part in enumerate(value)]
    if isinstance(value, types.MethodType | types.BuiltinMethodType):
        return [(".__self__", value.__self__), (".__func__", getattr(value, "__func__", None))]
    names = [name for name in dir(value) if not name.startswith("__")]
    if isinstance(value, types.FunctionType):
        names += ["__closure__", "__defaults__", "__kwdefaults__", "__dict__"]
    found: list[tuple[str, object]] = []
    for name in names:
        try:
            found.append((f".{name}", getattr(value, name)))
        except (AttributeError, TypeError, ValueError):
            continue
    return found
