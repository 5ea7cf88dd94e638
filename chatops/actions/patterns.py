"""How the fields of an item are spelled within its words. docs/action-items.md lists them for people.

Every pattern is anchored, or looks at a bounded piece of text, so that no text takes long.
"""

import re
from typing import Final

from chatops.actions import dates, tickets

DONE: Final = "done|completed?|closed|resolved|fixed|finished|implemented|shipped"
TICKS: Final = "✅|☑️?|✔️?"
OWNER: Final = "owners?|owned by|assignees?|assigned to|assigned|responsible|dri|lead"
DUE: Final = "due(?: date| by| on)?|deadline|target date|eta|by when|complete by|do by"
TICKET: Final = "tickets?|issue|jira|tracking|tracked (?:in|by|as)|tracker|story|bug"
NAME: Final = r"@[A-Za-z][\w-]{0,60}(?:[./][\w-]{1,60}){0,3}"
PERSON: Final = r"@[A-Za-z][\w-]{0,60}(?:\.[\w-]{1,60}){0,3}(?![\w@/])"
_AND: Final = r"(?:\s?[,&/+]\s?|\sand\s|\s)"
PEOPLE: Final = rf"{PERSON}(?:{_AND}{PERSON}){{0,9}}"
NAMES: Final = rf"{NAME}(?:{_AND}{NAME}){{0,9}}"
#: A link that may be a ticket, as the finder has marked it.
LINK: Final = "\x02"
THING: Final = rf"(?:{tickets.URL}|(?-i:{tickets.KEY})|{LINK}+)"
_BY: Final = r"\b(?:due|deadline|eta|by|before|until|target)(?: date| by| on)?\s{1,3}|📅\s{0,3}"
BY: Final = rf"(?:{_BY})(?P<by>{dates.ANY})"

#: `Owner: Dana`, `due = 2025-03-31`, wherever it stands.
LABELLED: Final = re.compile(
    rf"(?<![\w-])(?:(?P<owner>{OWNER})|(?P<due>{DUE})|(?P<ticket>{TICKET})|(?P<status>status))"
    r"\s{0,2}(?:::?|=)\s{0,3}",
    re.IGNORECASE,
)
#: What follows such a label: to the next separator, but for what has separators of its own.
VALUE: Final = re.compile(
    rf"{NAMES}(?!\w)|{dates.ANY}|{tickets.URL}|(?:(?!\s-{{1,3}}\s|\.\s)[^,;|()\[\]\u2013\u2014\n]){{0,2000}}",
    re.IGNORECASE,
)
#: `(@dana, due 2025-03-31, OPS-12)`: brackets that hold fields and nothing else.
GROUP: Final = re.compile(r"[(\[]([^()\[\]]{1,300})[)\]]")
IN_GROUP: Final = re.compile(
    rf"\s*(?:(?P<names>{NAMES})|{BY}"
    rf"|(?:(?:ticket|issue|tracked (?:in|by|as)):?\s)?(?P<thing>{THING}|{tickets.HASH})"
    rf"|(?P<done>\b(?:{DONE})\b|{TICKS})|(?P<day>{dates.ANY}))\s*(?:[,;|/]|[-\u2013\u2014]\s|\s|\Z)",
    re.IGNORECASE,
)
_DASH: Final = r"(?:[\u2013\u2014]|-{1,3})"
_APART: Final = r"(?:[\u2013\u2014:,]|\s-{1,3})\s?"
OPEN: Final = "open|new|to ?do|pending|planned|ongoing|wip|blocked|in progress|not started"
#: What an item may begin with, before its words. `@types/node` is a package, unless it is set apart.
FIRST: Final = re.compile(
    rf"\s*(?:(?P<teams>{NAMES})\s?(?:[:,]|{_DASH})\s|(?P<names>{PEOPLE})\s"
    rf"|(?P<thing>{THING})(?:\s?(?:[:,/]|{_DASH}))?\s|(?P<done>(?:{TICKS})|(?:{DONE})\s?(?:[:,]|{_DASH})\s))",
    re.IGNORECASE,
)
#: What it may end with. A bare date needs its word or a dash: "the outage of 2025-03-01" is due no day.
LAST: Final = re.compile(
    rf"(?:{_APART}(?P<teams>{NAMES})|(?<=\s)(?P<names>{PEOPLE})|{BY}|(?<=\s)(?P<thing>{THING})"
    rf"|{_APART}(?:(?P<day>{dates.ANY})|(?P<word>{DONE})|(?:{OPEN}))|(?P<done>{TICKS}))[\s.,;]*\Z",
    re.IGNORECASE,
)
#: `tracked in OPS-12` anywhere.
TRACKED: Final = re.compile(rf"\btracked\s(?:in|by|as)\s(?P<thing>{THING}|{tickets.HASH})", re.IGNORECASE)
#: A ticket after such a word is talked about; it is not the item's own.
TALKED_OF: Final = re.compile(
    r"(?<![\w-])(?:see|from|of|cf|like|by|as|in|to|for|with|than|via|on|at|about|and|or|after|since|the)[\s:]*\Z",
    re.IGNORECASE,
)
UNSAID: Final = re.compile(
    r"\W*(?:(?:tb[acd]|n/?a|none|nobody|unassigned|unknown|to be \w+)\W*)?", re.IGNORECASE
)
IS_DONE: Final = re.compile(rf"\W*(?:{DONE}|{TICKS}|x|yes|\[x\])\W*|.*(?:{TICKS}).*", re.IGNORECASE)
STATUS: Final = re.compile(rf"\W*(?:{DONE}|{TICKS}|{OPEN})\W*", re.IGNORECASE)
#: That something is done, anywhere in a cell that is about something else.
SAID_DONE: Final = re.compile(rf"(?<!not )\b(?:{DONE})\b", re.IGNORECASE)
MENTION: Final = re.compile(rf"(?<![\w@/.:-]){PERSON}")
ONLY_NAMES: Final = re.compile(rf"\W*?{NAMES}\W*")
EMPTIED: Final = re.compile(r"[(\[][\s,;|/\u2013\u2014-]*[)\]]")
#: Words that say that there is no item.
NOTHING: Final = re.compile(
    r"\W*(?:(?:none|nothing|n/?a|not applicable|tb[acd]|todo"
    r"|no (?:further |new )?(?:actions?|(?:action )?items?|follow[ -]?ups?))"
    r"(?: (?:yet|so far|needed|required|identified|at this time|for now|planned|necessary|to be \w+))?\W*)?",
    re.IGNORECASE,
)
