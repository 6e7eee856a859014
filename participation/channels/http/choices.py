"""The options of a ballot as people are shown them: the same numbers, words and pictures on every channel."""

from typing import Any

from participation.domain.ballots.models import Choice
from participation.domain.ballots.rules import OPTION_WORDS

PICTOGRAMS = {Choice.FOR: "plus", Choice.AGAINST: "dash", Choice.ABSTAIN: "ring"}
OPTIONS: list[dict[str, Any]] = [
    {"number": int(choice), "words": words, "hint": None, "pictogram": PICTOGRAMS[choice]}
    for choice, words in OPTION_WORDS.items()
]
