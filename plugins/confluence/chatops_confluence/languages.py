"""What Confluence's code macro calls a language."""

import re
from typing import Final

#: The macro's own names (confluence.atlassian.com/doc/code-block-macro, and what Cloud's editor writes).
_KNOWN: Final = frozenset(
    re.findall(
        r"\S+",
        """bash c clojure cpp csharp css dart diff docker elixir erlang go graphql groovy haskell html java
    javascript json kotlin lua markdown objective-c perl php powershell protobuf python r ruby rust sass scala
    sql swift typescript vb xml yaml""",
    )
)
_ALSO: Final = {
    **dict.fromkeys(("sh", "shell", "zsh", "console", "shell-session", "terminal"), "bash"),
    **dict.fromkeys(("py", "python3", "pycon"), "python"),
    **dict.fromkeys(("js", "jsx", "node"), "javascript"),
    **dict.fromkeys(("ts", "tsx"), "typescript"),
    **dict.fromkeys(("c++", "cc", "hpp"), "cpp"),
    **dict.fromkeys(("c#", "cs"), "csharp"),
    **dict.fromkeys(("ps1", "pwsh"), "powershell"),
    "dockerfile": "docker",
    "golang": "go",
    "htm": "html",
    "jsonc": "json",
    "kt": "kotlin",
    "md": "markdown",
    "patch": "diff",
    "pgsql": "sql",
    "rb": "ruby",
    "rs": "rust",
    "svg": "xml",
    "yml": "yaml",
}


def language_of(info: str) -> str:
    """The macro's name of the language after a fence; empty for none, and for one that it has not."""
    found = re.match(r"\{?\.?([\w+#-]+)", info.strip())
    said = found[1].lower() if found else ""
    known = _ALSO.get(said, said)
    return known if known in _KNOWN else ""
