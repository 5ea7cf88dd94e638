"""The words and phrases that look for somebody instead of something."""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

_ROLES: Final = (
    r"engineers?|developers?|devs?|administrators?|admins?|sysadmins?|dbas?|sres?|technicians?|programmers?"
    r"|contractors?|interns?|employees?|colleagues?|team ?mates?|team members?|staff members?|on-?call"
    r"|responders?|reviewers?|maintainers?"
)
_ROLE: Final = (
    rf"(?:the|an?|one|our|another|some|that|this|two)\s+(?:[\w-]+\s+){{0,3}}?(?:{_ROLES})"
    r"(?:\s+on[- ](?:call|duty|shift))?(?:\s+engineers?)?"
)
_FAULT: Final = (
    r"(?:(?:accidentally|mistakenly|inadvertently|erroneously|incorrectly|wrongly|unintentionally|unknowingly)"
    r"\s+\w+|forgot(?:ten)?\b|failed\s+to\b|neglected\b|overlooked\b|mistyped\b|misread\b|misconfigured\b"
    r"|(?:did\s+not|didn['\u2019]t)\s+(?:check|test|verify|follow|read|review|reali[sz]e|notice|think|consider"
    r"|double)\w*|made\s+an?\s+(?:[\w-]+\s+)?(?:mistake|error|typo)"
    r"|(?:ran|used|typed|entered|executed|deleted|dropped|pushed|deployed|picked|chose|selected|merged)"
    r"\s+(?:\w+\s+){0,2}?wrong)"
)
_SLIP: Final = r"(?:mistakes?|errors?|typos?|slips?|oversights?|negligence|fault|carelessness)"
_KNOWN: Final = (
    r"(?:known|checked|tested|noticed|reali[sz]ed|thought|read|paid|caught|followed|verified|been\s+more)"
)
_CAUSED: Final = r"\b(?:due\s+to|caused\s+by|because\s+of|result\s+of)\s+(?:an?\s+)?(?:\w+\s+)?"
#: Human error; what an operator, which may be a program, is only where it is the cause.
ERROR: Final = re.compile(
    rf"(?P<caused>{_CAUSED})?\bhuman[\s-]+(?:errors?|mistakes?|failures?|failings?|oversights?)\b"
    rf"|(?P<so>{_CAUSED}|^\W*)(?:operator|manual)\s+(?:errors?|mistakes?)\b",
    re.IGNORECASE,
)
#: What stands before words that are about errors to come, or deny it.
NOT_SO: Final = re.compile(
    r"(?:\b(?:avoid|prevent|reduc|eliminat|minimi[sz]|limit|mitigat|catch|detect|guard|protect)\w*|\bprone\s+to"
    r"|\b(?:risks?|possibilit\w+|chances?|room|potential|scope|likelihood)\s+(?:of|for)|\bagainst|\bnot|\bno"
    r"|\bnever|\brather\s+than|\binstead\s+of|\bless|\bsusceptible\s+to|\bcalled|\blabell?ed|\bwithout"
    r"|n['\u2019]t|\bnobody|\bnor|\bnone)\s+(?:[\w-]+\s+){0,3}$",
    re.IGNORECASE,
)
#: What is asked of people where a safeguard would do.
CARE: Final = re.compile(
    r"\b(?:be|been|being)\s+(?:\w+\s+)?more\s+careful\b|\bpay\s+more\s+attention\b", re.IGNORECASE
)
BLAMING: Final = re.compile(
    r"\b(?:careless(?:ly|ness)?|negligen(?:t|tly|ce)|stupid(?:ly|ity)?|idiot(?:s|ic)?|incompeten(?:t|tly|ce)"
    r"|sloppy|sloppiness|reckless(?:ly|ness)?|irresponsib(?:le|ly)|clueless|inexcusabl[ey]|unprofessional"
    r"|laziness|amateurish|rookie\s+mistakes?|dumb\s+mistakes?"
    r"|lack\s+of\s+(?:care|attention|diligence|discipline|common\s+sense))\b"
    r"|(?<!\bit )\bshould(?:\s+have|['\u2019]ve)\s+known\b",
    re.IGNORECASE,
)


class Phrases(NamedTuple):
    """Phrases about people: what `they_did`, and what they are `blamed` for."""

    they_did: re.Pattern[str]
    blamed: re.Pattern[str]

    @classmethod
    def about(cls, names: Iterable[str]) -> "Phrases":
        """Phrases about anybody, and about people of these names."""
        known = [re.escape(name) for name in sorted(names, key=len, reverse=True) if len(name.strip()) > 1]
        who = "|".join((_ROLE, r"someone|somebody|she|he|@[\w.-]+", *known))
        person = rf"(?<![\w@])(?:{who})(?![\w'\u2019])"
        team = rf"(?:{person}|\bthey|\byou|\bthe\s+(?:[\w-]+\s+){{0,2}}team)"
        they_did = (
            rf"{person}\s*,?\s+(?:(?:had|has|have|who|that|then|simply|also|just|again)\s+)*{_FAULT}",
            rf"\b{_SLIP}\s+(?:made\s+)?(?:by|on\s+the\s+part\s+of)\s+{person}",
            rf"\b(?:caused|introduced)\s+by\s+{person}",
            rf"(?<![\w@])(?:{who})['\u2019]s\s+(?:[\w-]+\s+)?{_SLIP}\b",
        )
        blamed = (
            rf"{team}\s+(?:really\s+|clearly\s+)?should(?:\s+have|['\u2019]ve)\s+{_KNOWN}\b",
            rf"{team}\s+(?:is|are|was|were)\s+(?:\w+ly\s+)?(?:to\s+blame|at\s+fault)\b",
            rf"\bthe\s+fault\s+of\s+{team}\b",
            r"\b(?:was|is)\s+(?:\w+ly\s+|all\s+)?(?:his|her|their|your)\s+(?:own\s+)?fault\b",
            rf"{team}\s+(?:\w+\s+)?(?:screwed|messed)\s+(?:\w+\s+)?up\b",
        )
        return cls(re.compile("|".join(they_did), re.IGNORECASE), re.compile("|".join(blamed), re.IGNORECASE))
