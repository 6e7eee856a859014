"""How a correction is kept until a second official publishes it: as plain values, and back."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from participation.domain.outcomes.forms import CommitmentSaid, OutcomeSaid, ThemeSaid
from participation.domain.outcomes.models import Decision, Disposition, Outcome
from participation.domain.outcomes.rules import TEXTS
from participation.kit.marks import How, Made

Place = tuple[str, int, str]
"""Kind (`outcome`, `theme`, `commitment`), number and field of a text."""


def kept(said: OutcomeSaid) -> dict[str, Any]:
    """What JSON can hold. The dates of a new ballot are no part of a correction."""
    whole = asdict(replace(said, again_opens_at=None, again_closes_at=None))
    whole["commitments"] = [{**row, "due": row["due"].isoformat()} for row in whole["commitments"]]
    return whole


def read_kept(whole: dict[str, Any]) -> OutcomeSaid:
    return OutcomeSaid(
        **{
            **whole,
            "decision": Decision(whole["decision"]),
            "themes": tuple(
                ThemeSaid(**{**row, "disposition": Disposition(row["disposition"])}) for row in whole["themes"]
            ),
            "commitments": tuple(
                CommitmentSaid(**{**row, "due": date.fromisoformat(row["due"])}) for row in whole["commitments"]
            ),
        }
    )


def said_of(outcome: Outcome, successor: str | None) -> OutcomeSaid:
    """What is public, as if it had been written in the form."""
    texts: dict[str, Any] = {name: dict(getattr(outcome, name)) for name in TEXTS}
    return OutcomeSaid(
        Decision(outcome.decision),
        **texts,
        themes=tuple(
            ThemeSaid(dict(theme.names), Disposition(theme.disposition), dict(theme.reasons), theme.id)
            for theme in outcome.themes
        ),
        commitments=tuple(
            CommitmentSaid(dict(promise.names), promise.office, promise.due, promise.id)
            for promise in outcome.commitments
        ),
        successor=successor,
    )


def with_text(said: OutcomeSaid, place: Place, language: str, text: str) -> OutcomeSaid:
    """The same with another text in one language."""
    kind, number, field = place
    if kind == "outcome":
        return replace(said, **{field: getattr(said, field) | {language: text}})
    part = "themes" if kind == "theme" else "commitments"
    rows = [
        replace(row, **{field: getattr(row, field) | {language: text}}) if row.id == number else row
        for row in getattr(said, part)
    ]
    changed: dict[str, Any] = {part: tuple(rows)}
    return replace(said, **changed)


def _text_at(said: OutcomeSaid, place: Place, language: str) -> str | None:
    kind, number, field = place
    rows: Any = said.themes if kind == "theme" else said.commitments
    row: Any = said if kind == "outcome" else next((one for one in rows if one.id == number), None)
    return None if row is None else getattr(row, field).get(language)


def still_made(whole: Mapping[str, Any], before: OutcomeSaid, now: OutcomeSaid) -> dict[str, Any]:
    """How texts came about, of those alone that say what they said then: whoever writes one anew has made it."""
    found: dict[str, Any] = {}
    for name, languages in whole.items():
        kind, number, field = name.split(".")
        place = kind, int(number), field
        same = {
            language: how
            for language, how in languages.items()
            if _text_at(before, place, language) == _text_at(now, place, language)
        }
        found |= {name: same} if same else {}
    return found


def kept_made(made: Mapping[Place, Made], language: str) -> dict[str, Any]:
    return {".".join(map(str, place)): {language: asdict(how)} for place, how in made.items()}


def read_made(whole: Mapping[str, Any]) -> dict[Place, dict[str, Made]]:
    found = {}
    for name, languages in whole.items():
        kind, number, field = name.split(".")
        found[kind, int(number), field] = {
            language: Made(**{**how, "how": How(how["how"])}) for language, how in languages.items()
        }
    return found


def content(said: OutcomeSaid) -> dict[str, Any]:
    """As `operations.content_of` says it of what is public."""
    return {
        **said.texts,
        "themes": [
            {"names": theme.names, "disposition": str(theme.disposition), "reasons": theme.reasons}
            for theme in said.themes
        ],
        "commitments": [
            {"names": promise.names, "office": promise.office, "due": promise.due.isoformat()}
            for promise in said.commitments
        ],
    }
