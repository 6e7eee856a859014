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
from participation.kit.text import folded, unspaced

CHOICES: Mapping[Choice, Message] = {
    Choice.FOR: _("for|yes"),
    Choice.AGAINST: _("against|no"),
    Choice.ABSTAIN: _("abstain"),
}
FILLERS = _("option|number|choice|project|code|pin")
"""Words that may stand before a number and change nothing of it."""
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
    """`12 1`, `12 option 1 please`, `12 yes`, and code and PIN before the choice or behind it. Where there are two ways to read it, neither is taken."""
    tokens = _tokens(rest)
    places = [place for place, token in enumerate(tokens) if token.isdigit()]
    said, strange, place = dict[int, Choice](), list[int](), 0
    while place < len(tokens):
        choice, length = _said(tokens, place)
        if choice is not None:
            said[place] = choice
        elif not tokens[place].isdigit() and _bare(tokens[place]):
            strange.append(place)
        place += length
    if not places:
        raise missing(example)
    number, *groups = places
    chosen, at, proof = _chosen([tokens[one] for one in groups], groups, said, example)
    if any(one < at for one in strange):
        # "not 1" is no 1.
        raise missing(example)
    return Vote(tokens[number], chosen, proof)


def _chosen(groups: list[str], places: list[int], said: Mapping[int, Choice], example: str) -> tuple[str, int, str]:
    """The choice, where it stands, and the proof beside it."""
    number, proof, at = _parted(groups)
    if not said:
        if not number:
            raise missing(example)
        return number, places[at], "".join(proof)
    values = {str(choice.value) for choice in said.values()}
    if len(number) == 1:
        values.add(number)
        groups = proof
    if len(values) > 1:
        raise unclear(example)
    return values.pop(), min(said), "".join(groups)


def _parted(groups: list[str]) -> tuple[str, list[str], int]:
    """Choice, proof, and which group the choice is: an option has one digit and a choice code ten, in groups as it is printed, so
    either can be told from a code of sixteen and a PIN of six to eight. An empty choice: there is none."""
    ends = list(accumulate(map(len, groups)))
    if not groups:
        return "", [], 0
    if len(groups[0]) == 1:
        return groups[0], groups[1:], 0
    if len(groups[-1]) == 1 and _is_proof(ends[-1] - 1):
        return groups[-1], groups[:-1], len(groups) - 1
    if SHEET in ends:
        length = ends.index(SHEET) + 1
        return "".join(groups[:length]), groups[length:], 0
    if SLIP in ends and ends[-1] - SHEET in ends and _is_proof(ends[-1] - SHEET):
        length = ends.index(ends[-1] - SHEET) + 1
        return "".join(groups[length:]), groups[:length], length
    if _is_proof(ends[-1]):
        return "", groups, 0
    together = "".join(groups)
    return together[:SHEET], [together[SHEET:]], 0


def _is_proof(length: int) -> bool:
    return length == SLIP or length in PINS or length - SLIP in PINS


def _tokens(rest: str) -> list[str]:
    """Groups of digits, and words of any script with their marks."""
    typed = _NUMERO.sub(" ", i18n.digits(rest))
    kept = "".join(c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in typed)
    return [folded(token) for token in re.findall(r"[0-9]+|[^\s0-9]+", kept)]


def _said(tokens: list[str], place: int) -> tuple[Choice | None, int]:
    """The option whose word begins there, and of how many tokens that consists."""
    for length in (3, 2, 1):
        words = " ".join(tokens[place : place + length])
        for choice, known in choice_words().items():
            if words in known or (length == 1 and _bare(words) in known):
                return choice, length
    return None, 1


def _bare(word: str) -> str:
    """Without what changes nothing; where words are not spaced, also from in front of another one."""
    while unspaced(word) and (front := max(filter(word.startswith, fillers()), key=len, default="")):
        word = word[len(front) :]
    return "" if word in fillers() else word


@lru_cache(maxsize=1)
def choice_words() -> dict[Choice, set[str]]:
    return {choice: _in_all_languages(words) for choice, words in CHOICES.items()}


@lru_cache(maxsize=1)
def fillers() -> set[str]:
    return {*_in_all_languages(FILLERS), "nr"} - set[str]().union(*choice_words().values())


def _in_all_languages(words: Message) -> set[str]:
    return {folded(word) for language in i18n.LANGUAGES for word in alternatives(words, language)}


# A comment

_HEAD = re.compile(r"([^0-9]{0,20})([0-9]{1,9})(?![0-9])\s*号?[\s:;,.\-،؛。，：；]*")
_GAP = r"[\s.\-–—‐‑_,;:*#/()]"
_CODE = rf"((?:[0-9]{_GAP}{{0,2}}){{13,15}}[0-9])(?:{_GAP}*([0-9]{{6,8}}))?"
"""Also one with a digit too few: it is refused, and not published."""
_CODES = (re.compile(rf"{_CODE}(?![0-9])"), re.compile(rf"(?<![0-9]){_CODE}\W*$"))
_ALONE = (re.compile(r"()([0-9]{6,8})(?![0-9])"), re.compile(r"(?<![0-9])()([0-9]{6,8})\W*$"))


def read_comment(rest: str, example: str, *, by_pin: bool) -> Comment:
    """`12 words`, and code and PIN before the words or behind them. `by_pin`: the PIN alone would say who speaks; six digits are no PIN anywhere else."""
    typed = i18n.digits(rest)
    head = _HEAD.match(typed)
    if head is None or not (len(head[1]) <= 3 or not any(_bare(one) for one in _tokens(head[0]) if not one.isdigit())):
        raise missing(example)
    start, end, proof = head.end(), len(rest), ""
    for before, behind in (_CODES, _ALONE) if by_pin else (_CODES,):
        if found := before.match(typed, start):
            start = found.end()
        elif found := behind.search(typed, start):
            end = found.start()
        if found:
            proof = re.sub("[^0-9]", "", f"{found[1]}{found[2] or ''}")
            break
    body = rest[start:end].strip(" \t\r\n:;,.-*#(/،؛。，：；") if proof else rest[start:end]
    if not body.strip():
        raise missing(example)
    return Comment(str(int(head[2])), body, proof)
