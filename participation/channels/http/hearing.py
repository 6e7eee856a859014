"""Links to what can be heard: each says how large it is and how long, and that a machine reads where one does."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from participation.channels.http.visit import Visit
from participation.domain.ladder.heard.rules import Said, said_in
from participation.domain.projects.sounds.models import SoundKind
from participation.domain.projects.sounds.queries import SoundView
from participation.domain.projects.sounds.rules import current
from participation.kit import i18n
from participation.kit.i18n import Message, Text, _
from participation.kit.sizes import size


@dataclass(frozen=True)
class Listen:
    """A link, for `ui.listen`."""

    address: str
    words: Message
    machine: bool
    tongue: str = ""
    """Its language, where that has no catalogue."""


def length(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02}"


def link(sound: SoundView, tongue: Text | str | None = None) -> Listen:
    """`tongue`: the name of its language, where that is not the one of the page."""
    facts = {"size": size(sound.mp3_size), "length": length(sound.seconds)}
    words = _("Listen (%(size)s, %(length)s)", **facts)
    if tongue is not None:
        words = _("Listen in %(language)s (%(size)s, %(length)s)", language=i18n.isolated(str(tongue)), **facts)
    own = "" if sound.language in i18n.AUTONYMS else sound.language
    return Listen(sound.mp3, words, sound.kind == SoundKind.SYNTHESISED, own)


def links(visit: Visit, sounds: Sequence[SoundView], part: str, said: Said, shown: Text) -> list[Listen]:
    """What says the text as it is shown, and then the same in the languages that the city speaks without a catalogue."""
    own = current(sounds, part, shown.language, shown.value)
    found = [] if own is None else [link(own, shown.autonym if shown.other else None)]
    return found + [link(sound, name) for name, sound in spoken(visit, sounds, part, said)]


def spoken(visit: Visit, sounds: Sequence[SoundView], part: str, said: Said) -> Iterable[tuple[str, SoundView]]:
    """In languages without a catalogue: the name of each, as the reader knows it."""
    for language in visit.city.spoken_languages:
        text = said_in(said, language.code, visit.city)
        sound = current(sounds, part, language.code, text) if text else None
        if sound is not None:
            yield i18n.pick(language.names, visit.language, visit.city.languages).value or language.own, sound
