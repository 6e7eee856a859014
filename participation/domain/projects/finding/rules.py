"""What a project can be found by."""

import re
from collections.abc import Mapping

from participation.domain.projects.rules import WORDS
from participation.kit.searching import terms

_MARKUP = re.compile(r"\]\([^)]*\)|[*_`#>\[\]]+")


def unmarked(text: str) -> str:
    """Without what only makes links, headings and stress of it."""
    return _MARKUP.sub(" ", text)


def found_by(texts: Mapping[str, str]) -> list[str]:
    """All of its words in one language."""
    return terms(unmarked("\n".join(texts.get(field, "") for field in WORDS)))
