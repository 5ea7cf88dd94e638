"""What a reviewer would say of a post-mortem before reading it closely.

`check.check` reads one document and says it; `rules` names what is looked for. Nothing here knows a store or
a network. `page` is the document in parts and `blocks`, `kinds` what its sections are about, `about` which
lines a finding is about, `leave` what it asks to be left out, and each of the others holds the rules of one
sort.
"""

from chatops.postmortem.lint.rules import RULES

__all__ = ["RULES"]
