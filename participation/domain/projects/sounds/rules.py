"""Which parts can be heard, which sound is the right one, and why a file is no sound: pure decisions."""

import re
from collections.abc import Iterable, Mapping
from typing import Protocol, TypeVar

from participation.domain.projects.sounds.models import SoundKind
from participation.kit.errors import Conflict, Invalid, Refusal
from participation.kit.i18n import AUTONYMS, Message, _
from participation.kit.marks import fingerprint
from participation.kit.text import folded

SUMMARY, QUESTION, CONSENT = "summary", "question", "consent"
PROMPT, SENTENCE = "prompt/", "sentence/"
OF_PROJECTS: Mapping[str, Message] = {
    SUMMARY: _("Summary"),
    QUESTION: _("The question of the ballot, with its options"),
}
CONSENT_WORDS = _("What is read out before somebody agrees")
PROMPTS: Mapping[str, Message] = {
    "welcome": _("Welcome. Press the number of what you want."),
    "hear": _("To hear what it is about"),
    "again": _("To hear this again, press the star key."),
    "back": _("To go back, press 0."),
    "choose": _("Press the number of your choice."),
    "done": _("Done. Your receipt is:"),
    "wrong": _("That cannot be chosen here. Please press another number."),
    "bye": _("Thank you. Goodbye."),
    # Of the menu of a call, as it says them: each is followed by its key.
    "projects": _("Projects"),
    "project": _("Type the number of a project."),
    "what": _("What it is"),
    "vote": _("Vote"),
    "comment": _("Comment"),
    "others": _("What others say"),
    "receipt": _("My receipt"),
    "more": _("More"),
    "hash": _("At the end press the hash key."),
    # Of a comment that is spoken, from what somebody thinks to what becomes of their voice.
    "think": _("What do you think of it?"),
    "for": _("I am for it"),
    "against": _("I am against it"),
    "both": _("Both"),
    "ask": _("I have a question"),
    "voice": _(
        "Somebody who works for the city listens, writes down what you say, and your voice is deleted. Everybody can read it, without your number."
    ),
    "speak": _("Speak after the tone, for a minute at most, and press the hash key at the end."),
    "spoken": _("Done. Somebody will write it down, and the recording is deleted."),
    "receipt-is": _("Your receipt is:"),
    "once-more": _("Once more:"),
    "agree": _("Agree"),
    "disagree": _("Disagree"),
    "pass": _("Pass"),
    "answers": _("What was answered"),
    "next": _("Next comment"),
    "reply": _("Reply"),
    "code": _("Type the 16 digits on your slip, and behind them your PIN if you have set one."),
}
"""What menus that are heard say. A digit is `digit-3`, an option of a ballot `option-1`: these are said in numbers and in the options' words."""
DIGITS = tuple(f"digit-{digit}" for digit in range(10))

MOST_LANGUAGES = 20
"""That a city speaks beside those with a catalogue."""
CODE = re.compile(r"x-[a-z0-9]{1,8}")

REFUSED: Mapping[str, Message] = {
    "empty": _("This file is empty."),
    "too_large": _("This file is larger than 20 MB. Make it shorter, or send it in another format."),
    "not_a_sound": _("This is no recording: %(taken)s are taken, whatever the file's name says."),
    "no_sound": _("There is no sound in this file."),
    "breaks_sound": _("This recording is damaged or not whole. Play it yourself, save it anew, and send that."),
    "sound_too_long": _("This recording is longer than 5 minutes. Say less, or in two parts."),
    "sound_too_short": _("This recording is over before anything can be heard."),
    "silent": _("Nothing can be heard in this recording. Record it again, nearer to the microphone."),
    "no_program": _(
        "This server cannot take recordings at the moment: a program is missing. Tell the operator; `participation doctor` names it."
    ),
}
"""Why a file is not taken, each in a sentence of its own."""
TAKEN = "MP3, Opus, Ogg, M4A, WAV, FLAC, AMR, WebM"


class Audible(Protocol):
    @property
    def part(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def said(self) -> str: ...


H = TypeVar("H", bound=Audible)


def current(sounds: Iterable[H], part: str, language: str, text: str) -> H | None:
    """The sound that says this text as it stands now, a person's before a machine's; none that says an older one."""
    said = fingerprint(text)
    right = [one for one in sounds if (one.part, one.language, one.said) == (part, language, said)]
    return min(right, key=lambda one: one.kind != SoundKind.UPLOADED, default=None)


def sentence_part(text: str) -> str:
    return SENTENCE + fingerprint(text)


def refused(code: str) -> Invalid:
    sentence = REFUSED.get(code, REFUSED["breaks_sound"])
    return Invalid({"file": Message(sentence.text, values=(("taken", TAKEN),))})


def code_of(name: str, taken: Iterable[str]) -> str:
    """The code of a language without a catalogue, from its own name: private use, as BCP 47 has it (`x-chimwiin`)."""
    letters = "".join(re.findall(r"[a-z0-9]+", folded(name)))[:8] or "spoken"
    known, code, number = set(taken), f"x-{letters}", 2
    while code in known:
        code, number = f"x-{letters[: 8 - len(str(number))]}{number}", number + 1
    return code


def may_add_language(own_name: str, spoken: Iterable[str]) -> Refusal | None:
    """One more that has no catalogue, and that is not there yet."""
    known = list(spoken)
    if folded(own_name) in {folded(name) for name in (*AUTONYMS.values(), *known)}:
        return Invalid({"own": _("This language is here already.")})
    if len(known) >= MOST_LANGUAGES:
        return Conflict(
            "many_languages",
            _("A city can add 20 languages, and this one has added as many."),
            _("Remove one that nobody records."),
        )
    return None
