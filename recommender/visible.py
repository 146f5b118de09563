"""Characters that cannot be seen, or that turn the order of what stands beside them."""

from __future__ import annotations

__all__ = ["hidden", "visible"]

# Blank or joining characters that Python calls printable: fillers, selectors of variants, joiners.
_BLANK = frozenset(
    [0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0, *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]
)
_KEPT = "\n\t"


def hidden(text: str) -> str:
    """The first such character of the text, as U+XXXX; empty where every character can be seen."""
    if text.isascii() and text.isprintable():
        return ""
    return next((f"U+{ord(char):04X}" for char in text if _is_hidden(char)), "")


def visible(text: str) -> str:
    """The text with each such character written out as <U+XXXX>, for messages that repeat what somebody gave."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(f"<U+{ord(char):04X}>" if _is_hidden(char) else char for char in text)


def _is_hidden(char: str) -> bool:
    return char not in _KEPT and (not char.isprintable() or ord(char) in _BLANK)
