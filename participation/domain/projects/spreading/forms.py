"""What an official writes to be read aloud, and how long it may be."""

from participation.domain.projects.spreading.rules import too_long
from participation.kit.forms import Fields, Reader

LONGEST = 3_000
"""Characters: more than can be said in a minute in any language."""


def read_script(fields: Fields, language: str) -> str:
    """Empty: the one that is made is to be read."""
    form = Reader(fields)
    text = form.text("text", at_most=LONGEST, required=False, lines=True)
    if message := too_long(text, language):
        form.wrong("text", message)
    form.finish()
    return text
