"""What stands behind the first word of a text message: a project, a choice or words, and who says so; as people write it, in either order."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from participation.channels.http.phone_words import alternatives
from participation.domain.ballots.choice_codes.rules import LENGTH as SHEET
from participation.domain.ballots.models import Choice
from participation.domain.people.codes.rules import LENGTH as SLIP
from participation.kit import i18n
from participation.kit.errors import Invalid
from participation.kit.i18n import Message, _
from participation.kit.text import folded, folded_words, unspaced

CHOICES: Mapping[Choice, Message] = {
    Choice.FOR: _("for|yes|agree|support|in favour|in favor"),
    Choice.AGAINST: _("against|no|disagree|oppose"),
    Choice.ABSTAIN: _("abstain|abstention"),
}
NAMES: Mapping[str, Message] = {
    "number": _("number|num"),
    "project": _("project|proposal"),
    "option": _("option|choice"),
    "proof": _("pin|code"),
}
"""Words that may stand before a number, and what they make of it."""
POLITE = _("please|pls|plz|kindly|all|now|me|thanks|thank you|hello")
"""What may stand behind a choice, behind STOP and behind HELP, and changes nothing."""
ARTICLES = ("the", "el", "la", "al", "le", "au", "o", "a", "na", "ao")
NAMING = "no"
"""For some the word of an option, for others "number" ("vote no 12"), in Portuguese "in the"."""
DENYING = "si"
"""Spanish for "yes", Swahili for "not"."""
BEHIND = "号"
"""Stands behind the number that it names: a kind of its own."""
OPTIONS = {str(choice.value) for choice in Choice}
PINS = (6, 7, 8)
_NUMERO = re.compile(r"№|\bn[º°]\.?|\bn(?:o|r|ro|um)\.(?=\s*[0-9])", re.I)
"""`no. 2` is the number 2, and no "no"."""


@dataclass(frozen=True)
class Vote:
    """`choice`: the number of an option, or a choice code. `proof`: access code and PIN, one behind the other, as far as they were written."""

    number: str
    choice: str
    proof: str


@dataclass(frozen=True)
class Comment:
    number: str
    body: str
    proof: str


def missing(example: str) -> Invalid:
    return Invalid({"message": _("Something is missing. Write it like this: %(example)s", example=example)})


def unclear(example: str) -> Invalid:
    return Invalid({"message": _("This can be read in two ways. Write it like this: %(example)s", example=example)})


# A vote


def read_vote(rest: str, example: str) -> Vote:
    """`12 1`, `12 option 1 please`, `12 yes`, and code and PIN before the choice or behind it. Whatever can be read in two ways is not taken.

    - The first number is the project's, and shorter than a PIN. But where it could be an option (1 to 3) and a later one could be a project,
      that later one may not stand behind the word of a choice ("2 for 1") or of a number ("2 no. 1"), nor the first one behind the word of
      a choice or an article ("for 1 2").
    - The choice stands behind it, once: a number, or a word. Both are taken only where they say the same, and it is not "against": "12 no 2"
      may mean "not 2", and "12 si 1" is "not 1" in Swahili.
    - The word of an option before the project's number counts as said as well. Only "no" may be a mere name there, and only where a
      choice follows: "no 12 1", never "no 1".
    - Where there is a word that we do not know, nothing is taken, since it may turn round what the others say: "12 not 1", "12 no problem".
    """
    parts = _parts(rest)
    places = [place for place, part in enumerate(parts) if part.kind == DIGITS]
    if not places:
        raise missing(example)
    first, *groups = places
    if len(parts[first].text) >= min(PINS) or not _in_order(parts, first) or _may_be_turned(parts, first, groups):
        raise unclear(example)
    number, proof = _parted([parts[one].text for one in groups], example)
    by_digit = len(number) == 1
    ahead, behind = ([part for part in some if part.choice] for some in (parts[:first], parts[first:]))
    said = behind if [part.text for part in ahead] == [NAMING] else [*ahead, *behind]
    words = [part.choice for part in behind]
    if words and not by_digit:
        number, proof = words[0], [parts[one].text for one in groups]
    if not number:
        raise unclear(example) if any(part.choice for part in parts) else missing(example)
    against = number == str(Choice.AGAINST.value)
    denied = [by_digit and (against or part.text == DENYING) for part in said]
    if len(words) > 1 or any(denied) or any(part.choice != number for part in said) or not _may_prove(proof):
        raise unclear(example)
    return Vote(parts[first].text, number, "".join(proof))


DIGITS = "digits"


@dataclass(frozen=True)
class _Part:
    """Digits, or a word that is known. `choice`: the option that it says."""

    text: str
    kind: str
    choice: str = ""


def _in_order(parts: list[_Part], first: int) -> bool:
    """Whether each word stands where it can mean but one thing."""
    for place, part in enumerate(parts):
        follows = parts[place + 1].kind if place + 1 < len(parts) else ""
        if place < first:
            fits = part.kind in ("number", "project", "article", "choice")
        elif part.kind == "article":
            fits = follows in NAMES or follows == "choice"
        elif part.kind == "project":
            fits = place == first + 1 and follows != DIGITS
        else:
            fits = part.kind != "strange"
        if not fits:
            return False
    return True


def _may_be_turned(parts: list[_Part], first: int, groups: list[int]) -> bool:
    """Whether the first number could be the option and one behind it the project."""
    ahead = {part.kind for part in parts[:first]}
    if parts[first].text.lstrip("0") not in OPTIONS or "project" in ahead:
        return False
    for place in groups:
        between = {part.kind for part in parts[first + 1 : place]}
        behind = {part.kind for part in parts[place + 1 : place + 2]}
        others = sum(len(parts[one].text) for one in groups if one != place)
        project = len(parts[place].text) < min(PINS) and (not others or _is_proof(others))
        named = between & {"number", "project", "article"} or behind & {BEHIND} or ahead - {"number"}
        if project and ("choice" in between or (named and "option" not in between)):
            return True
    return False


def _parted(groups: list[str], example: str) -> tuple[str, list[str]]:
    """Choice and proof: an option has one digit and a choice code ten, in groups as it is printed, so either can be told from a code of
    sixteen and a PIN of six to eight. An empty choice: there is none."""
    ends = list(accumulate(map(len, groups)))
    if not groups:
        return "", []
    last = len(groups[-1]) == 1 and _is_proof(ends[-1] - 1)
    if len(groups[0]) == 1:
        if last and len(groups) > 1:
            raise unclear(example)
        return groups[0], groups[1:]
    if last:
        return groups[-1], groups[:-1]
    behind = SLIP in ends and ends[-1] - SHEET in ends and _is_proof(ends[-1] - SHEET)
    if SHEET in ends:
        if behind:
            raise unclear(example)
        length = ends.index(SHEET) + 1
        return "".join(groups[:length]), groups[length:]
    if behind:
        length = ends.index(ends[-1] - SHEET) + 1
        return "".join(groups[length:]), groups[:length]
    if _is_proof(ends[-1]):
        return "", groups
    together = "".join(groups)
    return together[:SHEET], [together[SHEET:]]


def _is_proof(length: int) -> bool:
    return length == SLIP or length in PINS or length - SLIP in PINS


def _may_prove(groups: list[str]) -> bool:
    """Whether these digits may be meant for code and PIN, if mistyped ones: none of them is a second option, or another project."""
    lengths = [len(group) for group in groups if group]
    length, longest = sum(lengths), max(lengths, default=0)
    beside_pin = min(PINS) <= longest < length <= max(PINS)
    return not lengths or (min(lengths) > 1 and not beside_pin and (_is_proof(length) or min(PINS) <= length < SLIP))


def _tokens(rest: str) -> list[str]:
    """Groups of digits, and words of any script with their marks."""
    typed = _NUMERO.sub(" num ", i18n.digits(rest))
    kept = "".join(c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in typed)
    return [folded(token) for token in re.findall(r"[0-9]+|[^\s0-9]+", kept)]


def _parts(rest: str) -> list[_Part]:
    tokens, parts, place = _tokens(rest), list[_Part](), 0
    while place < len(tokens):
        for length in range(LONGEST, 0, -1):
            if part := known_words().get(" ".join(tokens[place : place + length])):
                parts.append(part)
                break
        else:
            parts += [_Part(tokens[place], DIGITS)] if tokens[place].isdigit() else _pieces(tokens[place])
        place += length
    return parts


def _pieces(word: str) -> list[_Part]:
    """Of a word that is not known as a whole: names in front of a known one, where words are not spaced."""
    known, pieces = known_words(), list[_Part]()
    names = [name for name, part in known.items() if part.kind in (*NAMES, BEHIND) and word.find(name) >= 0]
    while word not in known:
        front = max(filter(word.startswith, names), key=len, default="")
        if not front or not unspaced(word):
            return [*pieces, _Part(word, "strange")]
        pieces.append(known[front])
        word = word.removeprefix(front)
        if not word:
            return pieces
    return [*pieces, known[word]]


LONGEST = 4
"""Tokens of a word that is written apart."""


@lru_cache(maxsize=1)
def choice_words() -> dict[Choice, set[str]]:
    return {choice: _in_all_languages(words) for choice, words in CHOICES.items()}


@lru_cache(maxsize=1)
def known_words() -> dict[str, _Part]:
    """Where one is several things, the word of an option comes first."""
    found = {
        word: _Part(word, "choice", str(choice.value)) for choice, words in choice_words().items() for word in words
    }
    for kind, words in NAMES.items():
        for word in _in_all_languages(words):
            found.setdefault(word, _Part(word, BEHIND if word.startswith(BEHIND) else kind))
    for kind, others in (("number", {"nr"}), ("article", ARTICLES), ("polite", _in_all_languages(POLITE))):
        for word in others:
            found.setdefault(word, _Part(word, kind))
    return found


def _in_all_languages(words: Message) -> set[str]:
    return {" ".join(folded_words(word)) for language in i18n.LANGUAGES for word in alternatives(words, language)}


# A comment

_HEAD = re.compile(r"([^0-9]{0,20})([0-9]{1,9})(?![0-9])\s*号?[\s:;,.\-،؛。，：；]*")
_GAP = r"[\s.\-–—‐‑_,;:*#/()]"
_CODE = rf"((?:[0-9]{_GAP}{{0,2}}){{13,15}}[0-9])(?:{_GAP}*([0-9]{{6,8}}))?"
"""Also one with a digit too few: it is refused, and not published."""
_PIN = "()([0-9]{6,8})"


@lru_cache(maxsize=2)
def _proofs(proof: str) -> tuple[re.Pattern[str], ...]:
    """Where it may stand in a comment: anywhere behind the word for it ("my PIN is 204060"), else at the beginning or at the end."""
    words = (word for language in i18n.LANGUAGES for word in alternatives(NAMES["proof"], language))
    each = {("" if unspaced(word) else r"(?<![^\W\d_])") + re.escape(word) for word in words}
    named = rf"(?:{'|'.join(sorted(each, key=len, reverse=True))})[^0-9]{{0,12}}"
    places = (rf"{named}{proof}(?![0-9])", rf"\A{proof}(?![0-9])", rf"(?<![0-9]){proof}\W*\Z")
    return tuple(re.compile(place, re.I) for place in places)


def read_comment(rest: str, example: str, *, by_pin: bool) -> Comment:
    """`12 words`, and code and PIN before the words or behind them, or anywhere behind the word for them. `by_pin`: the PIN alone would say
    who speaks; six digits are no PIN anywhere else."""
    typed = i18n.digits(rest)
    head = _HEAD.match(typed)
    if head is None or not (
        len(head[1]) <= 3 or all(part.kind in (*NAMES, BEHIND, "article", DIGITS) for part in _parts(head[0]))
    ):
        raise missing(example)
    body, proof = rest[head.end() :], ""
    places = (place for one in ((_CODE, _PIN) if by_pin else (_CODE,)) for place in _proofs(one))
    if found := next(filter(None, (place.search(i18n.digits(body)) for place in places)), None):
        proof = re.sub("[^0-9]", "", f"{found[1]}{found[2] or ''}")
        around = (one.strip(" \t\r\n:;,.-*#(/،؛。，：；") for one in (body[: found.start()], body[found.end() :]))
        body = " ".join(filter(None, around))
    if not body.strip():
        raise missing(example)
    return Comment(str(int(head[2])), body, proof)
