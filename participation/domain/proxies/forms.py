"""What an entry has to say: the same fields by the same forms as on the web, out of one JSON object."""

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, TypeVar

from participation.domain.ballots.choice_codes.forms import read_said, wrong
from participation.domain.ballots.choice_codes.rules import Said as Chosen
from participation.domain.consultations.forms import Reacted, Said, read_comment, read_reaction
from participation.domain.people.codes.forms import Code, read_code
from participation.domain.people.codes.rules import PUBLISHED
from participation.domain.places.queries import CityView
from participation.domain.proxies import rules
from participation.domain.proxies.models import Consent, EntryKind
from participation.kit import forms
from participation.kit.errors import Invalid
from participation.kit.forms import Reader
from participation.kit.hashing import has_check_digit
from participation.kit.i18n import LANGUAGES, Message, _, digits

T = TypeVar("T")
MOST_REACTIONS = 50
MOST_POINTS = 20
LONGEST_POINT = 300
TELEPHONE, FEWEST_DIGITS = frozenset("0123456789+-() "), 5
MOST_PEOPLE = 100_000
LONGEST_VISIT = 86_400


class Age(StrEnum):
    """Bands wide enough that nobody is found by theirs."""

    UNDER_18 = "under-18"
    UNDER_30 = "18-29"
    UNDER_45 = "30-44"
    UNDER_60 = "45-59"
    OVER = "60-over"
    UNSAID = "unsaid"


@dataclass(frozen=True)
class VoteBrought:
    ballot_id: int
    choice: Chosen
    """The number of an option, or the choice code of a sheet."""


@dataclass(frozen=True)
class MeetingSaid:
    """Counts and points of people who met; of nobody in particular."""

    attended: int
    points: tuple[str, ...]
    dissent: str
    hands: Mapping[str, int]


@dataclass(frozen=True)
class EntrySaid:
    """One visit for one project. Whose words: by `code`, else by `place_id` and `age`."""

    project: str
    receipt: str
    kind: EntryKind
    language: str
    code: Code | None
    place_id: int | None
    age: Age | None
    consent: Consent
    consent_version: int
    consent_language: str
    witnessed: bool
    read_back: bool
    free: bool
    seconds: int
    phone: str | None
    comment: Said | None
    reactions: tuple[Reacted, ...]
    vote: VoteBrought | None
    meeting: MeetingSaid | None
    unsaid: Message | None = None
    """Why its comment is not taken, where the rest of it is."""


def read_content(raw: bytes) -> Mapping[str, Any]:
    """The JSON object that was sealed. Raises the refusal of what cannot be read."""
    try:
        content = json.loads(raw)
    except (ValueError, RecursionError):
        raise rules.unreadable() from None
    if not isinstance(content, dict) or content.get("v") != 1:
        raise rules.unreadable()
    return content


def read_entry(content: Mapping[str, Any], city: CityView) -> EntrySaid:
    """Raises `Invalid` with everything that is wrong, by field. Of words that hold an access code only they are left out: a vote beside them is
    not lost by it."""
    form = Reader(_flat(content, "project", "receipt", "kind", "language", "seconds", "phone", "free", "read_back"))
    subject, consent = _part(content, "subject"), _part(content, "consent")
    project = form.text("project", at_most=60)
    receipt = form.text("receipt", at_most=40)
    if not (len(receipt) == 12 and has_check_digit(receipt)):
        form.wrong("receipt", _("This is not one of the receipts."))
    kind = form.one_of("kind", EntryKind)
    language = _language(form, "language")
    seconds = form.integer("seconds", least=0, most=LONGEST_VISIT)
    phone = form.text("phone", at_most=40, required=False)
    code, place_id, age = _whose(form, subject, city, meeting=kind is EntryKind.MEETING)
    agreed = Reader(_flat(consent, "how", "version", "language", "witnessed"))
    how = agreed.one_of("how", Consent)
    version = agreed.integer("version", least=1, most=10_000)
    consent_language = _language(agreed, "language")
    form.errors |= agreed.errors
    comment = _within(form, lambda: _comment(content))
    reactions = _within(form, lambda: _reactions(content)) or ()
    vote = _within(form, lambda: _vote(content))
    meeting = _within(form, lambda: _meeting(content)) if kind is EntryKind.MEETING else None
    if kind is EntryKind.MEETING and (comment or reactions or vote or code):
        form.wrong("kind", _("A meeting is recorded by itself: nobody's own words or vote go with it."))
    if vote is not None and code is None:
        form.wrong("vote", _("Only somebody who gives their access code can vote."))
    if kind is not EntryKind.MEETING and not (comment or reactions or vote):
        form.wrong("comment", _("This entry says nothing."))
    unsaid = form.errors.pop("body", None) if (vote or reactions) and form.errors.get("body") == PUBLISHED else None
    form.finish()
    return EntrySaid(
        project=project,
        receipt=receipt,
        kind=kind,
        language=language,
        code=code,
        place_id=place_id,
        age=age,
        consent=how,
        consent_version=version,
        consent_language=consent_language,
        witnessed=agreed.flag("witnessed"),
        read_back=form.flag("read_back"),
        free=form.flag("free"),
        seconds=seconds,
        phone=telephone(phone),
        comment=comment,
        reactions=reactions,
        vote=vote,
        meeting=meeting,
        unsaid=unsaid,
    )


def telephone(text: str) -> str | None:
    """Of what stands where a number belongs only that is kept: never a name or a house. Nothing where nobody could be called by it."""
    number = "".join(sign for sign in digits(text) if sign in TELEPHONE).strip()
    return number if sum(sign.isdigit() for sign in number) >= FEWEST_DIGITS else None


@dataclass(frozen=True)
class KeptSaid:
    """What an entry that was held says: what it may have said of a vote was never kept."""

    comment: Said | None
    reactions: tuple[Reacted, ...]
    meeting: MeetingSaid | None


def read_kept(content: Mapping[str, Any]) -> KeptSaid:
    """Out of what `to_keep` left; it was read once already."""
    met = _meeting(content) if content.get("kind") == EntryKind.MEETING else None
    return KeptSaid(_comment(content), _reactions(content), met)


def to_keep(said: EntrySaid) -> dict[str, Any]:
    """What is kept of an entry that is held, as it was read: never a vote, a code, a PIN, or what nobody asked for."""
    comment, met = said.comment, said.meeting
    return {
        "kind": said.kind,
        "language": said.language,
        "comment": None
        if comment is None
        else {"body": comment.body, "stance": comment.stance, "about": comment.about},
        "reactions": {str(one.comment_id): one.kind for one in said.reactions},
        "meeting": None if met is None else asdict(met),
    }


def _part(content: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = content.get(name)
    return part if isinstance(part, dict) else {}


def _flat(values: Mapping[str, Any], *names: str) -> forms.Said:
    """Fields out of JSON: texts, whole numbers and yes or no; whatever else stands there counts as missing."""
    flat: dict[str, str | list[str]] = {}
    for name in names:
        value = values.get(name)
        if isinstance(value, bool):
            flat[name] = "1" if value else ""
        elif isinstance(value, str | int):
            flat[name] = str(value)
    return forms.Said(flat)


def _language(form: Reader, name: str) -> str:
    language = form.text(name, at_most=10)
    if language not in LANGUAGES:
        form.wrong(name, _("Please choose one of the languages."))
    return language


def _whose(
    form: Reader, subject: Mapping[str, Any], city: CityView, *, meeting: bool
) -> tuple[Code | None, int | None, Age | None]:
    if "code" in subject:
        typed = Reader(_flat(subject, "code", "pin"))
        code = read_code(typed)
        form.errors |= typed.errors
        return code, None, None
    described = Reader(_flat(subject, "place", "age"))
    place = city.place(described.text("place", at_most=60))
    if place is None or place.id == city.root.id:
        described.wrong("place", _("Please choose places from the list."))
    age = None if meeting else described.one_of("age", Age)
    form.errors |= described.errors
    return None, None if place is None else place.id, age


def _within(form: Reader, read: Callable[[], T | None]) -> T | None:
    """What a form of its own reads; what is wrong in it is wrong here too."""
    try:
        return read()
    except Invalid as invalid:
        for field, message in invalid.errors.items():
            form.wrong(field, message)
        return None


def _comment(content: Mapping[str, Any]) -> Said | None:
    said = content.get("comment")
    return read_comment(_flat(said, "body", "stance", "about")) if isinstance(said, dict) else None


def _reactions(content: Mapping[str, Any]) -> tuple[Reacted, ...]:
    said = _part(content, "reactions")
    if len(said) > MOST_REACTIONS:
        raise Invalid({"react": _("At most %(most)s answers can be taken.", most=MOST_REACTIONS)})
    return tuple(read_reaction(forms.Said({"react": f"{number}:{kind}"})) for number, kind in sorted(said.items()))


def _vote(content: Mapping[str, Any]) -> VoteBrought | None:
    said = content.get("vote")
    if not isinstance(said, dict):
        return None
    form = Reader(_flat(said, "ballot", "choice"))
    ballot = form.integer("ballot", least=1, most=2**31 - 1)
    choice = read_said(form.text("choice", at_most=40))
    if form.errors:
        raise Invalid({"vote": _("Please choose one of the answers.")})
    if isinstance(choice, Message):
        raise Invalid(wrong("vote", choice))
    return VoteBrought(ballot, choice)


def _meeting(content: Mapping[str, Any]) -> MeetingSaid:
    said = _part(content, "meeting")
    hands = _part(said, "hands")
    form = Reader(_flat({**said, **hands}, "attended", "dissent", "for", "against", "abstain"))
    attended = form.integer("attended", least=1, most=MOST_PEOPLE)
    counted = {name: form.integer(name, least=0, most=MOST_PEOPLE) for name in ("for", "against", "abstain")}
    if "attended" not in form.errors and sum(counted.values()) > attended:
        form.wrong("hands", _("More hands were counted than people came."))
    dissent = form.text("dissent", at_most=1000, required=False, lines=True)
    given = said.get("points")
    listed = [point for point in given if isinstance(point, str)] if isinstance(given, list) else []
    if len(listed) > MOST_POINTS:
        form.wrong("points", _("At most %(most)s answers can be taken.", most=MOST_POINTS))
    points = []
    for place, point in enumerate(listed[:MOST_POINTS]):
        line = Reader(forms.Said({"points": point}))
        points.append(line.text("points", at_most=LONGEST_POINT, required=False))
        form.errors |= {f"points.{place + 1}": message for message in line.errors.values()}
    form.finish()
    return MeetingSaid(attended, tuple(filter(None, points)), dissent, counted)


def read_id(value: object) -> uuid.UUID:
    """Of an entry, made on its device. Raises the refusal of what is none."""
    try:
        found = uuid.UUID(str(value))
    except ValueError:
        raise rules.unreadable() from None
    if str(found) != value:
        raise rules.unreadable()
    return found
