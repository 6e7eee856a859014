"""Sizes of files, as people read them: what a download costs is said before it is begun."""

from participation.kit.i18n import Message, _

KB, MB = 1_000, 1_000_000


def size(count: int) -> Message:
    """In thousands of bytes, rounded up, or in millions with one decimal."""
    if count < MB:
        return _("%(size)s kB", size=max(1, -(-count // KB)))
    return _("%(size)s MB", size=round(count / MB, 1))
