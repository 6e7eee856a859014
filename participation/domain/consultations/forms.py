"""What a comment, a reply, an official answer and a reaction have to say."""

from dataclasses import dataclass
from datetime import datetime

from participation.domain.consultations.models import ReactionKind, Stance
from participation.domain.consultations.rules import LONGEST
from participation.domain.people.codes.rules import published
from participation.kit.errors import Invalid
from participation.kit.forms import Fields, Reader
from participation.kit.i18n import _, digits

LONGEST_ABOUT = 121
"""Characters of a kind, a slash and a question."""


@dataclass(frozen=True)
class Said:
    """Somebody's words. Only a comment takes a stance, only an official answer has an office."""

    body: str
    stance: Stance | None = None
    office: str | None = None
    about: str | None = None
    """`kind/question`: the answer of an impact assessment that it is about."""


@dataclass(frozen=True)
class Arrived:
    """Of what was spoken and written down later: when it came, by which it is judged and dated, and the receipt that was given then."""

    at: datetime
    receipt: str | None


@dataclass(frozen=True)
class Reacted:
    comment_id: int
    kind: ReactionKind


def _body(form: Reader) -> str:
    body = form.text("body", at_most=LONGEST, lines=True, missing=_("Please write what you think."))
    if "body" not in form.errors and (wrong := published(body)):
        form.wrong("body", wrong)
    return body


def read_comment(fields: Fields) -> Said:
    form = Reader(fields)
    stance = form.one_of("stance", Stance, missing=_("Please say whether you are for or against, or have a question."))
    body = _body(form)
    about = form.text("about", at_most=LONGEST_ABOUT, required=False)
    form.finish()
    return Said(body, stance, about=about or None)


def read_reply(fields: Fields) -> Said:
    form = Reader(fields)
    body = _body(form)
    form.finish()
    return Said(body)


def read_answer(fields: Fields) -> Said:
    """An official answer: the office is named, never a person."""
    form = Reader(fields)
    office = form.text("office", at_most=80, missing=_("Please name the office that answers."))
    body = _body(form)
    form.finish()
    return Said(body, office=office)


def read_reaction(fields: Fields) -> Reacted:
    """One button: `react` = the comment's number, a colon, and agree, disagree or pass."""
    values = {value for value in fields.getlist("react") if isinstance(value, str)}
    number, _colon, kind = (values.pop() if len(values) == 1 else "").partition(":")
    number = digits(number)
    if not (number.isascii() and number.isdigit() and len(number) <= 18 and kind in set(ReactionKind)):
        raise Invalid({"react": _("Please choose one of the answers.")})
    return Reacted(int(number), ReactionKind(kind))
