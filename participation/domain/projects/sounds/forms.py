"""What an official says about a recording, and an administrator about a language."""

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from enum import StrEnum

from participation.domain.places.queries import CityView
from participation.kit.forms import Fields, Reader
from participation.kit.i18n import _


@dataclass(frozen=True)
class NewSound:
    """A recording that has been made small and is kept, until a part has it."""

    seconds: int
    opus_digest: str
    opus_size: int
    mp3_digest: str
    mp3_size: int

    @property
    def size(self) -> int:
        return self.mp3_size

    @property
    def digests(self) -> tuple[str, ...]:
        return self.opus_digest, self.mp3_digest

    def as_json(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_json(cls, raw: bytes) -> "NewSound":
        return cls(**json.loads(raw))


class Switch(StrEnum):
    ON = "on"
    OFF = "off"


@dataclass(frozen=True)
class SoundSaid:
    part: str
    language: str


def read_sound(fields: Fields, parts: Collection[str], city: CityView) -> SoundSaid:
    form = Reader(fields)
    part, language = form.text("part", at_most=60), form.text("language", at_most=20)
    for name, value, known in (("part", part, parts), ("language", language, city.heard_languages)):
        if value not in known:
            form.wrong(name, _("Please choose one of the answers."))
    form.finish()
    return SoundSaid(part, language)


def read_switch(fields: Fields) -> bool:
    """Whether a machine is to read."""
    form = Reader(fields)
    turned = form.one_of("synthesis", Switch)
    form.finish()
    return turned is Switch.ON


def read_language(fields: Fields, city: CityView) -> tuple[str, dict[str, str]]:
    """Its name in itself, and in the city's languages."""
    form = Reader(fields)
    own = form.text("own", at_most=60)
    names = form.texts("names", city.languages, city.required_languages, at_most=60, lines=False)
    form.finish()
    return own, names
