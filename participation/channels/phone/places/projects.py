"""Projects: a few at a time with their own numbers, one with what can be done about it now, its summary."""

from datetime import datetime

from participation.channels.phone.call import Call
from participation.channels.phone.menu import HOME, Node, Option, Screen, Takes, place
from participation.domain.projects.dialled import queries
from participation.domain.projects.dialled.queries import Dialled
from participation.domain.projects.models import Feature, StepKind
from participation.domain.projects.rules import StepState, stands_at, step_state
from participation.kit import i18n
from participation.kit.errors import NotFound
from participation.kit.hashing import typed_number
from participation.kit.i18n import Message, When, _

SHOWN = 3


async def project_of(call: Call, number: str) -> Dialled:
    """The project with this number; read once for each request."""
    known = number.isascii() and number.isdigit() and len(number) <= 9
    if known and f"project {number}" not in call.found:
        found = await queries.numbered(call.site.database, city_id=call.city.id, number=int(number))
        call.found[f"project {number}"] = found
    one: Dialled | None = call.found.get(f"project {number}")
    if one is None:
        raise NotFound(
            "project", _("There is no project with this number."), _("The list of projects says their numbers.")
        )
    call.about = one.number
    return one


def title(call: Call, project: Dialled) -> i18n.Text:
    return i18n.pick(project.titles, call.language, call.city.languages)


async def projects(call: Call, after: str = "") -> Screen:
    running, _dash, number = after.partition("-")
    key = (running == "1", int(number)) if number else None
    few, more = await queries.a_few(call.site.database, call.city, at=call.at, after=key, size=SHOWN)
    options = [
        Option(str(one.number), i18n.pick(one.titles, call.language, call.city.languages), place("project", one.number))
        for one in few
    ]
    text = _("Type the number of a project.") if few else _("There is no project here yet.")
    onward = place("projects", f"{int(few[-1].running)}-{few[-1].number}") if more else None
    return Screen((text,), tuple(options), back=HOME, more=onward)


async def choose_project(call: Call, said: str, after: str = "") -> str:
    """Any project by its number, also one that is not on the screen."""
    number = typed_number(said)
    return place("project", (await project_of(call, number)).number)


async def project(call: Call, number: str) -> Screen:
    """The same numbers for the same things in each project; what cannot be done now is not offered."""
    one = await project_of(call, number)
    consultation = one.open_step(StepKind.CONSULTATION, call.at)
    options = []
    if (vote := one.open_step(StepKind.DECISION, call.at)) and Feature.VOTE in vote.allows:
        options.append(Option("1", _("Vote"), place("vote", number)))
    if consultation and Feature.COMMENT in consultation.allows and call.takes_words:
        options.append(Option("2", _("Comment"), place("comment", number)))
    options.append(Option("3", _("What others say"), place("voices", number)))
    options.append(Option("4", _("What it is"), place("summary", number)))
    if owes_a_decision(one, call.at):
        options.append(Option("5", _("What came of it"), place("outcome", number)))
    return Screen((title(call, one), standing(call, one)), tuple(options), back="projects")


def owes_a_decision(one: Dialled, at: datetime) -> bool:
    """Voting has ended, or the city has decided already."""
    voted = any(step.kind == StepKind.DECISION and step_state(step, at) is StepState.CLOSED for step in one.steps)
    return voted or stands_at(one.steps, one.state, at) == "decided"


def standing(call: Call, one: Dialled) -> Message:
    """What is going on, and until when."""
    for step in reversed(one.steps):
        if step_state(step, call.at) is StepState.OPEN:
            when = When(step.closes_at, call.city.zone)
            if step.kind == StepKind.DECISION:
                return _("Vote until %(when)s.", when=when)
            return _("Consultation until %(when)s.", when=when)
    return STANDING[stands_at(one.steps, one.state, call.at)]


def coming(call: Call, one: Dialled) -> Message | None:
    """What opens next, and when."""
    for step in one.steps:
        if step_state(step, call.at) is StepState.PLANNED:
            when = When(step.opens_at, call.city.zone)
            if step.kind == StepKind.DECISION:
                return _("The vote comes next, from %(when)s.", when=when)
            return _("The consultation opens on %(when)s.", when=when)
    return None


STANDING = {
    "information": _("The city is informing about it."),
    "consultation": _("The consultation is closed."),
    "decision": _("The vote is closed."),
    "decided": _("The city has decided."),
}


async def summary(call: Call, number: str) -> Screen:
    one = await project_of(call, number)
    said = i18n.pick(one.summaries, call.language, call.city.languages)
    return Screen((said,), back=place("project", number), sound=f"{number}/summary")


NODES = {
    "projects": Node(projects, choose_project, Takes.NUMBER),
    "project": Node(project),
    "summary": Node(summary),
}
