"""What an official says of a decision: in each language, with themes, commitments and dates."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from participation.domain.outcomes.models import Decision, Disposition
from participation.domain.outcomes.rules import TEXTS
from participation.domain.places.queries import CityView
from participation.kit.forms import Fields, Reader
from participation.kit.i18n import _

T = TypeVar("T")
LONGEST = {"decided": 6_000, "reasons": 20_000, "follows": 6_000, "result_note": 3_000}
LONGEST_NAME = 300
LONGEST_REASONS = 3_000
"""Of a theme or a promise."""
MOST_ROWS = 12
"""Of themes and of commitments: in ten languages a form of these is as long as can be taken."""


@dataclass(frozen=True)
class ThemeSaid:
    names: dict[str, str]
    disposition: Disposition
    reasons: dict[str, str]
    id: int | None = None


@dataclass(frozen=True)
class CommitmentSaid:
    names: dict[str, str]
    office: str
    due: date
    id: int | None = None


@dataclass(frozen=True)
class OutcomeSaid:
    """Everything that stands on a project's outcome page, as an official writes it."""

    decision: Decision
    decided: dict[str, str]
    reasons: dict[str, str]
    follows: dict[str, str]
    result_note: dict[str, str]
    themes: tuple[ThemeSaid, ...] = ()
    commitments: tuple[CommitmentSaid, ...] = ()
    successor: str | None = None
    """Slug of the project that takes the place of one that is withdrawn."""
    again_opens_at: datetime | None = None
    again_closes_at: datetime | None = None

    @property
    def texts(self) -> dict[str, dict[str, str]]:
        return {name: getattr(self, name) for name in TEXTS}


def read_outcome(fields: Fields, city: CityView) -> OutcomeSaid:
    form = Reader(fields)
    decision = form.one_of("decision", Decision, missing=_("Please choose what the city decided."))
    texts = {name: _texts(form, name, city.languages, most) for name, most in LONGEST.items()}
    again = decision is Decision.BALLOT_REPEATED and "decision" not in form.errors
    said = OutcomeSaid(
        decision,
        **texts,
        themes=tuple(_rows(form, fields, "theme", lambda at, row: _theme(form, city, at, row))),
        commitments=tuple(_rows(form, fields, "commitment", lambda at, row: _commitment(form, city, at, row))),
        successor=form.text("successor", at_most=60, required=False) or None,
        again_opens_at=form.moment("again_opens_at", city.zone, required=again),
        again_closes_at=form.moment("again_closes_at", city.zone, required=again),
    )
    opens, closes = said.again_opens_at, said.again_closes_at
    if opens is not None and closes is not None and closes <= opens:
        form.wrong("again_closes_at", _("The closing has to come after the opening."))
    form.finish()
    return said


def read_done(fields: Fields, city: CityView) -> tuple[int, date]:
    """Which commitment, and on which day it was kept."""
    form = Reader(fields)
    number = form.integer("commitment", least=1, most=2**31 - 1)
    done = form.moment("done_on", city.zone)
    form.finish()
    return number, date.max if done is None else done.astimezone(city.zone).date()


def _texts(form: Reader, name: str, languages: Iterable[str], most: int) -> dict[str, str]:
    said = {
        language: form.text(f"{name}.{language}", at_most=most, required=False, lines=True) for language in languages
    }
    return {language: text for language, text in said.items() if text}


def _rows(form: Reader, fields: Fields, kind: str, read: Callable[[str, int | None], T | None]) -> Iterable[T]:
    """Numbered rows; one in which nothing is written is left out."""
    for index in range(MOST_ROWS):
        at = f"{kind}.{index}"
        if not fields.getlist(f"{at}.id"):
            continue
        number = form.text(f"{at}.id", at_most=10, required=False)
        row = read(at, int(number) if re.fullmatch(r"[0-9]{1,9}", number) else None)
        if row is not None:
            yield row


def _theme(form: Reader, city: CityView, at: str, number: int | None) -> ThemeSaid | None:
    names = _texts(form, f"{at}.names", city.languages, LONGEST_NAME)
    reasons = _texts(form, f"{at}.reasons", city.languages, LONGEST_REASONS)
    if not names and not reasons:
        return None
    if not names:
        form.wrong(f"{at}.names.{city.languages[0]}", _("Please write this in at least one language."))
    if not reasons:
        form.wrong(f"{at}.reasons.{city.languages[0]}", _("A theme needs reasons, in at least one language."))
    disposition = form.one_of(f"{at}.disposition", Disposition, missing=_("Please choose what becomes of it."))
    return ThemeSaid(names, disposition, reasons, number)


def _commitment(form: Reader, city: CityView, at: str, number: int | None) -> CommitmentSaid | None:
    names = _texts(form, f"{at}.names", city.languages, LONGEST_NAME)
    office = form.text(f"{at}.office", at_most=200, required=bool(names))
    due = form.moment(f"{at}.due", city.zone, required=bool(names))
    if not names:
        if office or due:
            form.wrong(f"{at}.names.{city.languages[0]}", _("Please write this in at least one language."))
        return None
    return CommitmentSaid(names, office, due.astimezone(city.zone).date() if due else date.max, number)
