"""Where staff begin: what each role can do, and the city's projects with what is missing in them."""

from typing import Any

from starlette.responses import Response

from participation.channels.http.answers import attachment
from participation.channels.http.visit import Visit
from participation.domain.ladder import queries as ladder
from participation.domain.ladder.gates.queries import files, missing_ahead
from participation.domain.ladder.seconds.queries import Waits, waiting
from participation.domain.ladder.sheet.forms import columns
from participation.domain.people.models import Role
from participation.domain.people.rules import may_act
from participation.domain.projects import rules
from participation.domain.projects.lists.queries import desk
from participation.domain.projects.models import ProjectState
from participation.kit import i18n
from participation.kit.i18n import Message, _
from participation.kit.sheets import table

TASKS: dict[str, list[tuple[str, Message]]] = {
    Role.OFFICIAL: [
        ("/staff/projects/new", _("Write a new project")),
        ("/staff/projects/template.csv", _("Sheet for many projects (CSV)")),
        ("/staff/organisations", _("Organisations")),
        ("/staff/batches", _("Access codes")),
        ("/staff/lost", _("A slip is lost")),
        ("/staff/kiosks", _("Kiosks")),
        ("/staff/delegates", _("District delegates")),
        ("/staff/paper", _("Paper forms")),
        ("/staff/checks", _("Call-backs")),
    ],
    Role.MODERATOR: [
        ("/staff/moderation", _("Moderation")),
        ("/staff/recordings", _("Spoken comments")),
        ("/staff/entries", _("Entries that wait")),
        ("/staff/kiosks", _("Kiosks")),
    ],
    Role.AUDITOR: [
        ("/record", _("The public record")),
        ("/record/check", _("How to check a copy")),
        ("/about/codes", _("Access codes")),
        ("/staff/checks/signals", _("How entries came")),
        ("/staff/phones", _("Phones and what they cost")),
    ],
    Role.ADMINISTRATOR: [
        ("/staff/team", _("Staff and roles")),
        ("/staff/batches", _("Access codes")),
        ("/staff/lost", _("A slip is lost")),
        ("/staff/kiosks", _("Kiosks")),
        ("/staff/delegates", _("District delegates")),
        ("/staff/entries/contested", _("Votes that two delegates brought")),
        ("/staff/paper", _("Paper forms")),
        ("/staff/checks/signals", _("How entries came")),
        ("/staff/phones", _("Phones and what they cost")),
        ("/staff/elections", _("Election periods")),
        ("/staff/names", _("Names that no comment is to name")),
        ("/staff/gates", _("What each step owes")),
        ("/staff/holidays", _("Holidays")),
        ("/staff/sounds", _("To be heard")),
    ],
}
"""What a role finds at its desk: addresses, of residents' pages without the language, and words."""

STATES = {
    ProjectState.DRAFT: _("Draft"),
    ProjectState.PUBLISHED: _("Published"),
    ProjectState.DECIDED: _("The city has decided"),
    ProjectState.WITHDRAWN: _("Withdrawn"),
}
STANDS = {
    "information": _("Information"),
    "consultation": _("Consultation"),
    "decision": _("Decision"),
}


WAITS: dict[str, tuple[str, Message]] = {
    "outcome": ("/staff/projects/{slug}/outcome", _("The decision of the city")),
    "correction": ("/staff/projects/{slug}/outcome/{detail}", _("A correction of the decision")),
    "urgent": ("/staff/projects/{slug}/urgent", _("The urgent path")),
    "assessment": ("/staff/projects/{slug}/assessments/{detail}", _("An impact assessment")),
    "filing": ("/staff/projects/{slug}/filings/{detail}", _("A voice from outside")),
    "role": ("/staff/team", _("A role to give or remove")),
    "election": ("/staff/elections", _("An election period")),
    "delegate": ("/staff/delegates/{detail}", _("A district delegate")),
}
"""What waits for a second person: where it is read, and words."""


def _waits(visit: Visit, one: Waits) -> dict[str, Any]:
    address, words = WAITS[one.kind]
    title = i18n.pick(one.titles, visit.language, visit.city.languages)
    mine = visit.actor.person_id in one.first
    return {"address": address.format(slug=one.slug, detail=one.detail), "words": words, "title": title, "mine": mine}


async def show(visit: Visit) -> Response:
    """The form on it only changes the language."""
    after = visit.request.query_params.get("after", "")
    async with visit.reading() as session:
        found = await desk(session, visit.city, after=after)
        shown = [project.id for project in found.items]
        ballots = await ladder.ballots_of(session, shown)
        found_files = await files(session, visit.city, shown, visit.at)
        held = {grant.role for grant in visit.actor.grants}
        waits = await waiting(session, city=visit.city, actor=visit.actor, at=visit.at)
    rows = []
    for project in found.items:
        stands = STANDS.get(rules.stands_at(project.steps, project.state, visit.at))
        rows.append(
            {
                "project": project,
                "title": i18n.pick(project.said("title"), visit.language, visit.city.languages),
                "address": f"/staff/projects/{project.slug}",
                "state": STATES[ProjectState(project.state)],
                "stands": stands if project.state == ProjectState.PUBLISHED else None,
                "missing": len(
                    missing_ahead(
                        *(visit.city, project, ballots.get(project.id), found_files[project.id], visit.at), undated=True
                    )
                ),
                "mine": may_act(visit.actor, Role.OFFICIAL, visit.city, project.places) is None,
            }
        )
    tasks = dict.fromkeys(task for role, tasks in TASKS.items() if role in held for task in tasks)
    return visit.page(
        "staff/desk.html",
        {
            "tasks": [(to if to.startswith("/staff") else visit.url(to), words) for to, words in tasks],
            "waits": [_waits(visit, one) for one in waits],
            "rows": rows,
            "older": f"/staff/?after={found.next}" if found.next else None,
            "newer": "/staff/" if after else None,
        },
        form=True,
    )


async def template(visit: Visit) -> Response:
    """The names of the columns of a spreadsheet from which projects are brought in: `participation import projects`."""
    return attachment(table([list(columns(visit.city))]), "text/csv; charset=utf-8", "projects.csv")
