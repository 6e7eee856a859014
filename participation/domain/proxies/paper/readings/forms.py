"""Reads what was typed off a sheet, and makes of it the content of an entry, as it comes from a delegate's page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from participation.domain.consultations.rules import LONGEST
from participation.domain.proxies.odk.questions.rules import AGES, HOW, KINDS, NOTHING, REACTIONS, STANCES
from participation.domain.proxies.paper.readings.rules import BODY, VOID
from participation.kit.forms import Reader, Said
from participation.kit.hashing import typed_number
from participation.kit.i18n import LANGUAGES, _

CHOSEN: Mapping[str, Iterable[str]] = {"how": HOW, "kind": KINDS, "language": LANGUAGES, "age": AGES, "stance": STANCES}
TICKS = ("witnessed", "read_back")
STATEMENT = "s"
FIRST, SECOND, OWN = "1", "2", "own"
"""How whoever settles a field chooses."""


@dataclass(frozen=True)
class Asked:
    """What a batch asked: whatever was printed goes on meaning the same."""

    project: str
    language: str
    consent_version: int
    places: Sequence[str]
    """Slugs, in the order of their numbers on the paper."""
    statements: Sequence[int]


def names(asked: Asked) -> list[str]:
    """Of all fields, in the order of the sheet."""
    said = [f"{STATEMENT}{number}" for number in range(1, len(asked.statements) + 1)]
    return ["how", *TICKS, "kind", "language", "place", "age", "stance", BODY, *said, "code", "phone"]


def read_fields(form: Reader, asked: Asked) -> dict[str, str]:
    """Everything that stands on the sheet, in one way of writing it. Whether it can be taken, `content` and the forms of entries say."""
    said: dict[str, str] = {}
    for name in names(asked):
        if name in TICKS:
            said[name] = "1" if form.flag(name) else ""
        elif name == BODY:
            said[name] = form.text(name, at_most=LONGEST, required=False, lines=True)
        elif name in ("code", "phone"):
            said[name] = typed_number(form.text(name, at_most=100, required=False))
        else:
            said[name] = form.text(name, at_most=40, required=False)
            if name != "place" and said[name] and said[name] not in {str(one) for one in CHOSEN.get(name, REACTIONS)}:
                form.wrong(name, _("Please choose one of the answers."))
    if said["code"]:
        # The code says who it is, whatever else was ticked.
        said |= {"place": "", "age": ""}
    if said["place"] and not (said["place"].isdecimal() and 1 <= int(said["place"]) <= len(asked.places)):
        form.wrong("place", _("Please choose places from the list."))
    void = form.flag(VOID)
    form.finish()
    return {VOID: "1"} if void else said


def read_settled(
    form: Reader, asked: Asked, between: Sequence[str], first: Mapping[str, str], second: Mapping[str, str]
) -> dict[str, str]:
    """As one of the two has read it, or as it is typed now: field by field, or of a sheet that one holds for void as a whole."""
    chosen = {name: form.text(f"as.{name}", at_most=10, required=False) for name in between}
    for name, choice in chosen.items():
        if choice not in (FIRST, SECOND, OWN):
            form.wrong(f"as.{name}", _("Please choose one of the answers."))
    if between == [VOID]:
        form.finish()
        return dict(first if chosen[VOID] == FIRST else second)
    values = dict(first)
    for name, choice in chosen.items():
        own = form.text(name, at_most=LONGEST, required=False, lines=True)
        values[name] = {FIRST: first.get(name, ""), SECOND: second.get(name, "")}.get(choice, own)
    form.finish()
    return read_fields(Reader(Said(values)), asked)


def content(fields: Mapping[str, str], asked: Asked, receipt: str) -> dict[str, Any]:
    """As `proxies.forms.read_entry` takes it; what is missing or wrong in it, that says."""
    stance, body = fields["stance"], fields[BODY]
    given = {number: fields[f"{STATEMENT}{place}"] for place, number in enumerate(asked.statements, 1)}
    subject = (
        {"code": fields["code"]}
        if fields["code"]
        else {"place": asked.places[int(fields["place"]) - 1] if fields["place"] else "", "age": fields["age"]}
    )
    return {
        "v": 1,
        "project": asked.project,
        "receipt": receipt,
        "kind": fields["kind"],
        "language": fields["language"],
        "subject": subject,
        "consent": {
            "how": fields["how"],
            "version": asked.consent_version,
            "language": asked.language,
            "witnessed": bool(fields["witnessed"]),
        },
        "read_back": bool(fields["read_back"]),
        "free": True,
        "seconds": 0,
        "phone": fields["phone"] or None,
        "comment": {"body": body, "stance": "" if stance == NOTHING else stance} if body else None,
        "reactions": {str(number): kind for number, kind in given.items() if kind},
        "vote": None,
        "meeting": None,
    }
