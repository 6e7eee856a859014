"""Reads texts aloud by espeak-ng, where that is installed: an optional part, without which nothing is read by a machine."""

import shutil
from collections.abc import Mapping

from participation.kit.examining import Heard, spoken

PROGRAMS = ("espeak-ng", "ffmpeg")
VOICES: Mapping[str, str] = {
    "ar": "ar",
    "en": "en-gb",
    "es": "es",
    "fr": "fr-fr",
    "hi": "hi",
    "id": "id",
    "pt": "pt-br",
    "ru": "ru",
    "sw": "sw",
    # `cmn` itself (espeak-ng 1.51) takes the sounds that it finds for Chinese words for English ones, and their tones for numbers.
    "zh": "cmn-latn-pinyin",
}


def missing() -> list[str]:
    """The programs that are not installed."""
    return [name for name in PROGRAMS if shutil.which(name) is None]


async def speak(text: str, language: str) -> Heard:
    """Raises `Refused`: nothing can be heard of it, or a program broke."""
    return await spoken(text, VOICES[language])
