"""Everything on a project's page, as its template is told it, in the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from participation.channels.http.entries.words import listed
from participation.channels.http.templates import markdown, paragraphs
from participation.channels.http.visit import Visit
from participation.channels.web.ballot_views import listed_texts
from participation.channels.web.comment_views import read_comments
from participation.channels.web.project_cards import DECISIONS, address, card, day, pick, rungs
from participation.channels.web.technologies import line as technology
from participation.channels.web.urgent import OPENED, ground
from participation.domain.ballots.models import BallotState
from participation.domain.ladder.queries import Life
from participation.domain.ladder.rules import Missing
from participation.domain.ladder.urgent.queries import UrgentLine
from participation.domain.ladder.urgent.rules import overdue
from participation.domain.outcomes.models import Decision
from participation.domain.projects import rules
from participation.domain.projects.assessments.queries import SCREENING
from participation.domain.projects.assessments.rules import LEVEL_WORDS, LEVELS, Level
from participation.domain.projects.influence.rules import NAMES, PROMISES
from participation.domain.projects.models import Influence, ProjectKind, ProjectState, StepKind
from participation.domain.projects.parts.queries import AgreementView
from participation.domain.projects.queries import Card, StepView, Whole
from participation.domain.projects.rules import StepState
from participation.domain.projects.technologies.queries import used
from participation.domain.projects.texts.queries import words_that_count
from participation.kit import i18n
from participation.kit.i18n import Message, Text, _
from participation.kit.marks import counted

SECTIONS = ("description", "decided", "open", "payer", "supplier", "contact")


def page(
    visit: Visit, project: Whole, life: Life, linked: Sequence[Card], missing: Sequence[Missing]
) -> dict[str, Any]:
    """Everything that projects/show.html shows."""
    return {
        "project": _said(visit, project, life, linked),
        "steps": rungs(visit, project),
        "stands": stands(visit, project, life),
        "acts": acts(visit, project, life),
        "late": life.late,
        "owed": owed(visit, project, missing),
        "extensions": [extension(visit, one) for one in project.extensions],
        "facts": facts(visit, project),
        "places": listed_texts(
            visit, [pick(visit, visit.city.places[id].names) for id in project.places if id in visit.city.places]
        ),
        "under": [card(visit, other, {}) for other in linked if other.programme_id == project.id],
        "whole": whole_in(visit, project, life),
        "promise": promise(project),
        "assessments": assessments(visit, project, life),
        "technologies": [technology(visit, card) for card in used(life.assessed.published.get(SCREENING))],
        "meetings": meetings(visit, project, life),
        "urgent": [urgent(visit, use) for use in life.urgent],
        **_leads(visit, project, life),
    }


def _said(visit: Visit, project: Whole, life: Life, linked: Sequence[Card]) -> dict[str, Any]:
    """What the project itself says, and what it was signed, withdrawn or replaced by."""
    by_id = {other.id: other for other in linked}
    withdrawn = project.state == ProjectState.WITHDRAWN
    return {
        "title": pick(visit, project.said("title")),
        "summary": pick(visit, project.said("summary")),
        "number": project.number,
        "draft": project.state == ProjectState.DRAFT,
        "is_programme": project.kind == ProjectKind.PROGRAMME,
        "sections": sections(visit, project),
        "signed": [agreement(visit, one) for one in project.agreements if _early(visit, project, one)],
        "withdrawn": pick(visit, life.outcome.reasons) if withdrawn and life.outcome else None,
        "successor": _link(visit, by_id.get(project.successor_id or 0)),
        "programme": _link(visit, by_id.get(project.programme_id or 0)),
        "agreements": [agreement(visit, one) for one in project.agreements],
        "agreements_stated": project.agreements_stated,
    }


def _leads(visit: Visit, project: Whole, life: Life) -> dict[str, Any]:
    """Where its other pages are; none for what there is not."""
    return {
        "outcome": address(visit, project, "/outcome"),
        "history": address(visit, project, "/history"),
        "plain": address(visit, project, "/plain") if project.said("plain") else None,
        "conditions": address(visit, project, "/conditions") if project.asks else None,
        "gates": address(visit, project, "/gates"),
        "slug": project.slug,
        "follow": address(visit, project, "/follow"),
        "documents": (address(visit, project, "/documents"), life.documents),
        "map": visit.url("/places"),
        "opinions": (address(visit, project, "/opinions"), life.filed) if life.filed else None,
        "urgent_page": visit.url("/urgent"),
    }


def urgent(visit: Visit, use: UrgentLine) -> dict[str, Any]:
    """A step that opened although something was owed."""
    today = visit.at.astimezone(visit.city.zone).date()
    return {
        "words": OPENED[StepKind(use.step)],
        "ground": ground(use.ground),
        "due": use.review_due,
        "reviewed": use.reviewed,
        "overdue": overdue(use.review_due, None, today) and not use.reviewed,
        "place": f"#use-{use.id}",
    }


def assessments(visit: Visit, project: Whole, life: Life) -> dict[str, Any] | None:
    """How many are published, the highest level among them, what nobody could assess; none where nobody is asked anything."""
    found = life.assessed
    if not project.asks and not found.count:
        return None
    highest = max((Level(level) for level in found.levels), key=LEVELS.index, default=None)
    return {
        "address": address(visit, project, "/assessments"),
        "count": found.count,
        "level": LEVEL_WORDS[highest] if highest else None,
        "unresolved": found.unresolved,
        "overdue": found.overdue,
        "reviewed": found.reviewed_at,
        "review_on": found.review_on,
        "owed": bool(found.still_owed) and project.asks,
    }


def meetings(visit: Visit, project: Whole, life: Life) -> dict[str, Any] | None:
    """How many meetings there are, and when the next one begins; nothing where none was announced."""
    if not life.meetings.count:
        return None
    return {
        "address": address(visit, project, "/meetings"),
        "count": life.meetings.count,
        "next": life.meetings.next,
    }


def promise(project: Whole) -> tuple[Message, Message] | None:
    """The level of influence and what the city promises by it."""
    if project.influence is None:
        return None
    level = Influence(project.influence)
    return NAMES[level], PROMISES[level]


def sections(visit: Visit, project: Whole) -> list[tuple[str, Message, Any, Text]]:
    """What is said, under its headings; what is not said anywhere has none."""
    return [section(visit, field, texts) for field in SECTIONS if (texts := project.said(field))]


def section(visit: Visit, field: str, texts: dict[str, str]) -> tuple[str, Message, Any, Text]:
    text = pick(visit, texts)
    html = markdown(text.value) if field in (*SECTIONS, "plain") and field != "contact" else paragraphs(text.value)
    return field, rules.WORDS[field], html, text


def whole_in(visit: Visit, project: Whole, life: Life) -> Markup:
    """The languages in which all that every project has to say is there, up to date, and checked by a person, and so is what
    hangs on it: agreements, extensions, indicators, public documents and meetings."""
    words = words_that_count(project.said)
    hanging = [
        *(counted(one.names) for one in project.agreements),
        *(counted(one.reasons) for one in project.extensions),
        *(counted(texts) for one in project.indicators for texts in (one.names, one.units)),
        *life.file.whole_in,
    ]
    whole = [
        one
        for one in visit.city.languages
        if rules.TEXTS.keys() <= words.get(one, {}).keys() and all(one in said for said in hanging)
    ]
    return listed_texts(visit, [Text(i18n.AUTONYMS[one], one, one != visit.language) for one in whole])


def agreement(visit: Visit, one: AgreementView) -> dict[str, Any]:
    return {"title": pick(visit, one.names), "date": one.signed_on, "binding": one.binding}


def _early(visit: Visit, project: Whole, one: AgreementView) -> bool:
    return rules.signed_before_asking(one.signed_on, project.steps, visit.city.zone)


def _link(visit: Visit, other: Card | None) -> tuple[str, Text] | None:
    return None if other is None else (address(visit, other), pick(visit, other.said("title")))


def facts(visit: Visit, project: Whole) -> list[tuple[Message, Any]]:
    cost: Any = _("Not known yet")
    if project.cost_amount is not None:
        cost = f"{i18n.number(project.cost_amount, visit.language)} {visit.city.currency}"
    who = _("Anybody, also without signing in") if project.open_comments else _("Residents with an access code")
    return [(_("What it costs"), cost), (_("Who may comment"), who)]


def extension(visit: Visit, one: Any) -> dict[str, Any]:
    said = (
        _(
            "The consultation was extended: until %(now)s instead of %(before)s.",
            before=day(visit, one.closed_before),
            now=day(visit, one.closes_now),
        )
        if one.kind == StepKind.CONSULTATION
        else _(
            "The vote was extended: until %(now)s instead of %(before)s.",
            before=day(visit, one.closed_before),
            now=day(visit, one.closes_now),
        )
    )
    return {"sentence": said, "reason": pick(visit, one.reasons)}


@dataclass(frozen=True)
class OwedStep:
    """A step with what the city still has to publish before it may open."""

    kind: str
    overdue: bool
    since: datetime
    items: list[tuple[Message, str]]


def owed(visit: Visit, project: Whole, missing: Sequence[Missing]) -> list[OwedStep]:
    """For steps whose date has come, everything; for later ones what the city could publish today."""
    found = []
    for step in project.steps:
        late = rules.overdue(step, visit.at)
        items = [
            (item.message, listed_languages(visit, item.languages))
            for item in missing
            if item.step == step.kind and (late or item.code != "consultation")
        ]
        if items and project.state != ProjectState.DRAFT:
            found.append(OwedStep(step.kind, late, step.opens_at, items))
    return found


def listed_languages(visit: Visit, languages: Sequence[str]) -> str:
    return listed(visit, [i18n.AUTONYMS[language] for language in languages])


def stands(visit: Visit, project: Whole, life: Life) -> list[Message]:
    """What can be done now, or what comes next."""
    if life.outcome is not None and project.decided_at is not None:
        return [DECISIONS[Decision(life.outcome.decision)]]
    states = {step.kind: rules.step_state(step, visit.at) for step in project.steps}
    if project.state == ProjectState.DRAFT or any(rules.overdue(step, visit.at) for step in project.steps):
        return []
    said = [_open(visit, step) for step in project.steps if states[step.kind] is StepState.OPEN]
    planned = [step for step in project.steps if states[step.kind] is StepState.PLANNED]
    if planned and not said:
        said.append(_planned(visit, planned[0]))
    if states.get(StepKind.DECISION) is StepState.CLOSED:
        said.append(_("Voting has closed. The city owes its decision, with its reasons."))
    return said


def _open(visit: Visit, step: StepView) -> Message:
    until = i18n.moment(step.closes_at, visit.language, visit.city.zone)
    if step.kind == StepKind.CONSULTATION:
        return _("You can say what you think until %(when)s.", when=until)
    return _("You can vote until %(when)s.", when=until)


def _planned(visit: Visit, step: StepView) -> Message:
    opens = day(visit, step.held_until or step.opens_at)
    if step.kind == StepKind.CONSULTATION:
        return _("Residents will be asked from %(day)s.", day=opens)
    return _("The vote opens on %(day)s.", day=opens)


def acts(visit: Visit, project: Whole, life: Life) -> list[tuple[str, Message]]:
    """Links to what can be done or read, the main one first."""
    found: list[tuple[int, str, Message]] = []
    states = {step.kind: rules.step_state(step, visit.at) for step in project.steps if step.opened_at is not None}
    consultation, decision = states.get(StepKind.CONSULTATION), states.get(StepKind.DECISION)
    if consultation is StepState.OPEN:
        found.append((1, address(visit, project, "/comments"), _("Say what you think")))
    if consultation is not None or life.comments:
        words = read_comments(life.comments, life.brought)
        found.append((3, address(visit, project, "/comments"), words if life.comments else _("Comments")))
    ballot = life.ballot
    if ballot is not None and ballot.state != BallotState.DRAFT:
        words = _("See the ballot and its rule")
        if ballot.state == BallotState.COUNTED:
            words = _("See the result")
        elif decision is StepState.OPEN and ballot.state == BallotState.ANNOUNCED:
            words = _("Vote")
        found.append((0 if decision is StepState.OPEN else 4, address(visit, project, "/ballot"), words))
    if life.outcome is not None:
        found.append((2, address(visit, project, "/outcome"), _("Read the decision and its reasons")))
    return [(link, words) for _order, link, words in sorted(found, key=lambda act: act[0])]
