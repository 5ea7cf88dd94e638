"""What is on the stand-in's board, and the configuration of whoever talks to it."""

from typing import Final

KEY: Final = "sandbox-trello-key"
TOKEN: Final = "sandbox-trello-token"  # noqa: S105  (nothing real takes it)
BOARD: Final = "nC8QJJoZ"
BOARD_ID: Final = "5abbe4b7ddc1b351ef961414"
BOARD_NAME: Final = "Follow-ups"
LISTS: Final = {
    "5abbe4b7ddc1b351ef961415": "To do",
    "5abbe4b7ddc1b351ef961416": "Doing",
    "5abbe4b7ddc1b351ef961417": "Done",
    "5abbe4b7ddc1b351ef961418": "Won't do",
}
LABELS: Final = {"5abbe4b7ddc1b351ef961419": "post-mortem"}
MEMBERS: Final = {
    "5abbe4b7ddc1b351ef96141a": "Dana Okafor",
    "5abbe4b7ddc1b351ef96141b": "Lee Chen",
}


def config(url: str) -> str:
    """The table of an instance `trello`."""
    return f"""\
[plugins.trello]
use = "trello"
url = "{url}/1"
key = {{ command = ["echo", "{KEY}"] }}
token = {{ command = ["echo", "{TOKEN}"] }}
board = "{BOARD}"
list = "To do"
done_lists = ["Done"]
dropped_lists = ["Won't do"]
labels = ["post-mortem"]
"""
