"""The form of a decision and of its correction, and both as a second official reads them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.channels.staff.projects import Errors, tongues, typed
from participation.channels.staff.saving import Shown, theirs, version
from participation.domain.outcomes import forms, rules
from participation.domain.outcomes.forms import CommitmentSaid, OutcomeSaid, ThemeSaid
from participation.domain.outcomes.queries import CommitmentView, Draft, ThemeView, Written
from participation.kit.i18n import AUTONYMS, Message, _

DECISIONS = [(decision, words) for decision, words in rules.DECISIONS.items()]
DISPOSITIONS = [(disposition, words) for disposition, words in rules.DISPOSITIONS.items()]
BLANK = 2
"""Empty rows for more themes and commitments; saving brings new ones."""
LABELS = {
    "decision": _("Decision"),
    "successor": _("What comes instead"),
    "again_opens_at": _("The new ballot opens"),
    "again_closes_at": _("The new ballot closes"),
    "names": _("Name"),
    "disposition": _("What becomes of it"),
    "office": _("Office"),
    "due": _("Due on"),
    "done_on": _("Done on"),
    **rules.TEXTS,
}


@dataclass(frozen=True)
class Waiting:
    """What a second official reads in full: each text, with what it takes the place of, if anything."""

    reading: rules.Reading
    handed_in_by: int | None
    said: Sequence[tuple[Shown, Any]]


def waiting_page(visit: Visit, context: dict[str, Any], waiting: Waiting, errors: Errors, status: int) -> Response:
    more = {
        "waiting": context.get("waiting", []),
        "errors": errors or {},
        "said": [(one._replace(label=_whole_label(one.name, visit.language)), before) for one, before in waiting.said],
        "of": waiting.reading[0],
        "version": waiting.reading[1],
        "mine": waiting.handed_in_by == visit.actor.person_id,
    }
    return visit.page("staff/outcome_waiting.html", context | more, form=True, status=status)


def form(
    visit: Visit,
    context: dict[str, Any],
    outcome: Written | None,
    errors: Errors,
    status: int,
    *,
    written: tuple[OutcomeSaid, int] | None = None,
) -> Response:
    """`written`: a correction that was taken back, and the version that goes with it."""
    said = written[0] if written else outcome
    stored = {} if said is None else stored_values(visit, said)
    current = written[1] if written else 0 if outcome is None else outcome.version
    values = typed(visit, stored, errors)
    wrong = errors or {}
    return visit.page(
        "staff/outcome.html",
        {
            "waiting": [],
            **context,
            "values": values,
            "errors": wrong,
            "labels": {field: _whole_label(field, visit.language) for field in wrong if field not in ("form", "next")},
            "stored": theirs(status, [shown(*value) for value in stored.items()], stored, values),
            "version": version(visit, current, status),
            "decisions": DECISIONS,
            "dispositions": DISPOSITIONS,
            "texts": list(rules.TEXTS.items()),
            "themes": _row_count(values, "theme"),
            "commitments": _row_count(values, "commitment", blank=0 if context["public"] else BLANK),
            "tongues": tongues(visit),
            "zone": visit.city.time_zone,
        },
        form=True,
        status=status,
    )


def _label(field: str) -> Message:
    """By the part of the field's name that says what it is."""
    return next((LABELS[part] for part in reversed(field.split(".")) if part in LABELS), _("This form"))


def _whole_label(field: str, reader: str) -> str:
    """With the language of a field that there is one of for each."""
    language = AUTONYMS.get(field.rpartition(".")[2])
    label = _label(field).into(reader)
    return f"{label} · {language}" if language else label


def shown(name: str, value: str) -> Shown:
    """One of the values that are stored, as it is read."""
    last = name.rpartition(".")[2]
    choices: Mapping[Any, Message] = {}
    if last in ("decision", "disposition"):
        choices = rules.DECISIONS if last == "decision" else rules.DISPOSITIONS
    language = last if last in AUTONYMS else None
    return Shown(name, _label(name), "" if last == "id" else choices.get(value, value), language)


def _row_count(values: Mapping[str, Any], kind: str, *, blank: int = BLANK) -> int:
    written = sum(1 for index in range(forms.MOST_ROWS) if values.get(f"{kind}.{index}.id") is not None)
    # What is typed and comes back has its empty rows already.
    stored = isinstance(values, dict)
    return min(forms.MOST_ROWS, written + blank if stored else max(written, blank))


def stored_values(visit: Visit, outcome: Written | OutcomeSaid) -> dict[str, str]:
    """By field name, as the form writes it."""
    values = {"decision": str(outcome.decision), "successor": outcome.successor or ""}
    for name in rules.TEXTS:
        values |= {f"{name}.{language}": text for language, text in getattr(outcome, name).items()}
    if isinstance(outcome, Draft):
        values |= _intended(visit, outcome)
    themes: Sequence[ThemeView | ThemeSaid] = outcome.themes
    commitments: Sequence[CommitmentView | CommitmentSaid] = outcome.commitments
    for index, theme in enumerate(themes):
        row = {"id": str(theme.id or ""), "disposition": str(theme.disposition)}
        values |= _named(f"theme.{index}", row, names=theme.names, reasons=theme.reasons)
    for index, commitment in enumerate(commitments):
        row = {"id": str(commitment.id or ""), "office": commitment.office, "due": commitment.due.isoformat()}
        values |= _named(f"commitment.{index}", row, names=commitment.names)
    return values


def _intended(visit: Visit, draft: Draft) -> dict[str, str]:
    moments = {"again_opens_at": draft.again_opens_at, "again_closes_at": draft.again_closes_at}
    return {
        name: moment.astimezone(visit.city.zone).strftime("%Y-%m-%d %H:%M")
        for name, moment in moments.items()
        if moment
    }


def _named(at: str, row: Mapping[str, str], **texts: Mapping[str, str]) -> dict[str, str]:
    plain = {f"{at}.{name}": value for name, value in row.items()}
    return plain | {f"{at}.{name}.{language}": text for name, said in texts.items() for language, text in said.items()}
