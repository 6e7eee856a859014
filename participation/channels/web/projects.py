"""Residents' pages of e-information: all projects, and one project."""

from starlette.responses import Response

from participation.channels.http.hearing import links
from participation.channels.http.visit import Visit
from participation.channels.web.project_cards import WHERE, address, card, midnight, next_date, pick
from participation.channels.web.project_views import page, section
from participation.domain.ladder import queries as ladder
from participation.domain.ladder.gates import queries as gates
from participation.domain.people.models import Role
from participation.domain.people.rules import may_act
from participation.domain.projects import queries
from participation.domain.projects.forms import SLUG
from participation.domain.projects.lists import queries as lists
from participation.domain.projects.lists.queries import Asked
from participation.domain.projects.models import ProjectState
from participation.domain.projects.queries import Whole
from participation.domain.projects.sounds.rules import SUMMARY
from participation.kit.database import Session
from participation.kit.errors import NotFound
from participation.kit.i18n import _

LONGEST_WORD = 100


# The list


async def index(visit: Visit) -> Response:
    given = visit.request.query_params
    word = "".join(c for c in given.get("word", "")[:LONGEST_WORD] if c.isprintable()).strip()
    slug, step, after = given.get("place", ""), given.get("step", ""), given.get("after", "")
    place = visit.city.place(slug)
    today = visit.at.astimezone(visit.city.zone).date()
    async with visit.reading() as session:
        answers = await ladder.answers(session, visit.city, today=today)
        asked = Asked(
            place=place.id if place else None,
            step=step if step in WHERE else None,
            word=word,
            overdue=tuple(id for id, answer in answers.items() if answer.late or answer.reviews)
            if step == "overdue"
            else None,
        )
        found = await lists.cards(session, visit.city, asked, language=visit.language, at=visit.at, after=after)
        overview = await lists.overview(session, visit.city, at=visit.at)
    visit.depends(f"projects:{visit.city.id}", until=overview.until)
    visit.depends(until=midnight(visit))
    chosen = {"word": word, "place": slug if place else "", "step": step if step in (*WHERE, "overdue") else ""}
    following = visit.url("/projects", **chosen, after=found.next) if found.next else None
    return visit.page(
        "projects/list.html",
        {
            "projects": [card(visit, one, answers) for one in found.items],
            "older": following,
            "newer": visit.url("/projects", **chosen) if after else None,
            "places": [(one.slug, pick(visit, one.names).value) for one in visit.city.districts],
            "steps": [*WHERE.items(), ("overdue", _("Overdue"))],
            "chosen": chosen,
            "asked": any(chosen.values()),
            "assessments": visit.url("/assessments"),
        },
    )


# One project


async def show(visit: Visit) -> Response:
    """For its officials a draft too: that is the preview."""
    today = visit.at.astimezone(visit.city.zone).date()
    async with visit.reading() as session:
        project = await find(visit, session)
        linked = await queries.linked(session, visit.city, project, visit.language)
        life = await ladder.life(session, project, today=today, at=visit.at)
    depends(visit, project)
    missing = gates.missing_ahead(visit.city, project, life.ballot, life.file, visit.at)
    context = page(visit, project, life, linked, missing)
    summary = project.said("summary")
    context |= {"desk": _desk(visit, project)}
    context |= {
        "listen": links(visit, life.sounds, SUMMARY, summary, pick(visit, summary)),
        "hear": address(visit, project, "/listen") if life.sounds or life.clips else None,
        "easy": address(visit, project, "/easy") if life.easy else None,
    }
    return visit.page("projects/show.html", context)


async def plain(visit: Visit) -> Response:
    """The whole of it in plain words, where the city has written that."""
    async with visit.reading() as session:
        project = await find(visit, session)
    depends(visit, project)
    said = project.said("plain")
    if not said:
        raise NotFound(
            "plain", _("This project is not told in plain words yet."), _("The project's page says all that there is.")
        )
    context = {
        "title": pick(visit, project.said("title")),
        "address": address(visit, project),
        "words": section(visit, "plain", said),
    }
    return visit.page("projects/plain.html", context)


async def find(visit: Visit, session: Session) -> Whole:
    slug = str(visit.request.path_params["slug"])
    project = await queries.find(session, visit.city, slug) if SLUG.fullmatch(slug) else None
    if project is None or (project.state == ProjectState.DRAFT and not writes(visit, project)):
        raise NotFound("project", _("There is no such project."), _("All projects of the city are in the list."))
    return project


def writes(visit: Visit, project: Whole) -> bool:
    """Whoever looks may write this project."""
    return bool(visit.actor.grants) and may_act(visit.actor, Role.OFFICIAL, visit.city, project.places) is None


def _desk(visit: Visit, project: Whole) -> str | None:
    return f"/staff/projects/{project.slug}" if writes(visit, project) else None


def depends(visit: Visit, project: Whole) -> None:
    visit.depends(f"project:{project.id}", f"projects:{visit.city.id}", until=next_date(visit, project.steps))
    visit.depends(until=midnight(visit))
