"""Which blocks are taken: https://docs.slack.dev/reference/block-kit/blocks."""

from typing import Any, Final

from chatops_slack.sandbox.asking import no

MOST: Final = 50
MOST_ELEMENTS: Final = 10
#: The longest text of each kind of block, in characters.
LONGEST: Final = {"section": 3000, "header": 150, "context": 3000}
KINDS: Final = frozenset(
    {"actions", "context", "divider", "file", "header", "image", "input", "markdown", "rich_text", "section"}
)


def checked(blocks: Any) -> list[dict[str, Any]]:
    """The blocks. Raises Refused, saying of which what is wrong."""
    if not isinstance(blocks, list):
        raise no("invalid_blocks_format")
    wrong = ["no more than 50 items allowed [json-pointer:/blocks]"] if len(blocks) > MOST else []
    wrong += [f"{why} [json-pointer:/blocks/{n}]" for n, block in enumerate(blocks) for why in _wrong(block)]
    if wrong:
        raise no(
            "invalid_blocks", errors=wrong, response_metadata={"messages": [f"[ERROR] {w}" for w in wrong]}
        )
    return blocks


def _wrong(block: Any) -> list[str]:
    if not isinstance(block, dict) or block.get("type") not in KINDS:
        return ["unsupported block"]
    kind = block["type"]
    match kind:
        case "header":
            return _wrong_text(block.get("text"), {"plain_text"}, LONGEST[kind])
        case "section":
            texts = [block["text"]] if "text" in block else []
            texts += block.get("fields", [])
            said = [
                why for text in texts for why in _wrong_text(text, {"plain_text", "mrkdwn"}, LONGEST[kind])
            ]
            return said if texts else ["missing required field: text"]
        case "context":
            elements = block.get("elements")
            if not isinstance(elements, list) or not 1 <= len(elements) <= MOST_ELEMENTS:
                return ["must have between 1 and 10 elements"]
            texts = [element for element in elements if element.get("type") != "image"]
            return [
                why for text in texts for why in _wrong_text(text, {"plain_text", "mrkdwn"}, LONGEST[kind])
            ]
    return []


def _wrong_text(text: Any, kinds: set[str], longest: int) -> list[str]:
    if not isinstance(text, dict) or text.get("type") not in kinds:
        return [f"text must be one of: {', '.join(sorted(kinds))}"]
    if not isinstance(text.get("text"), str) or not text["text"]:
        return ["must be more than 0 characters"]
    return [f"must be less than {longest + 1} characters"] if len(text["text"]) > longest else []
