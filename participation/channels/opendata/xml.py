"""Text inside XML, whatever is in it."""

import re

_UNKNOWN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def escaped(text: str) -> str:
    """Without the characters that XML 1.0 has no way to write."""
    clean = _UNKNOWN.sub("\ufffd", text)
    return clean.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def attribute(text: str) -> str:
    return f'"{escaped(text)}"'
