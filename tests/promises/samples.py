"""Which pages the tests over all routes visit: values for the parameters of each address, found in the demonstration city."""

import re
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import sqlalchemy as sa
from starlette.routing import Route

from participation.channels.http.routing import Policy, Who
from participation.channels.routes import routes
from participation.domain.projects.assessments.queries import shipped_one
from participation.domain.proxies.paper.rules import serial_number
from participation.kit.database import Session
from tests.world import COUNTER, INVITATION, OPINION, link_of_follower

COMPARED = ("market-cameras", "bus-corridor", "control-room")
PROJECTS = (
    *("water-meters", "market-cameras", "flood-sirens", "digital-identity", "bus-corridor"),
    *("control-room", "fault-app", "salt-flats-budget", "digital-principles"),
)
SAMPLES: dict[str, tuple[str, ...]] = {
    "slug": PROJECTS,
    "language": ("en", "ar"),
    "kind": ("consultation", "decision"),
}
"""Parameter -> its values. A value that starts with `?` is a question to the database, below."""

OF_ROUTES: dict[str, dict[str, tuple[str, ...]]] = {
    "/staff/entries/{number}": {"number": ("?any entry", "?any entry that waits")},
    "/staff/moderation/{number}": {"number": ("?any comment", "?any hidden comment", "?any held comment")},
    "/staff/recordings/{number}": {"number": ("?any recording",)},
    "/staff/projects/{slug}/assessments": {"slug": ("bus-corridor",)},
    "/staff/projects/{slug}/assessments/{assessment}": {
        "slug": ("bus-corridor",),
        "assessment": ("screening", "data-protection", "triple-test"),
    },
    "/staff/projects/{slug}/assessments/{assessment}/{section}": {
        "slug": ("bus-corridor",),
        "assessment": ("gender-equality",),
        "section": tuple(section.id for section in shipped_one("gender-equality").sections),
    },
    "/staff/projects/{slug}/ballot/sheets": {"slug": ("water-meters", "digital-identity")},
    "/staff/projects/{slug}/languages": {"slug": ("water-meters", "control-room", "market-cameras")},
    "/staff/projects/{slug}/languages/{language}": {"slug": ("control-room", "water-meters"), "language": ("fr", "es")},
    "/staff/projects/{slug}/languages/{language}/{text}": {
        "slug": ("control-room",),
        "language": ("fr", "hi"),
        "text": ("project.contact", "project.description"),
    },
    "/staff/projects/{slug}/languages/{language}/file": {"slug": ("control-room",), "language": ("fr", "ar")},
    "/{lang}/projects/{slug}/plain": {"slug": ("water-meters",)},
    "/staff/projects/{slug}/data-links": {"slug": ("market-cameras", "control-room")},
    "/staff/projects/{slug}/data-links/{number}": {"slug": ("market-cameras",), "number": ("?data link",)},
    "/staff/projects/{slug}/documents": {"slug": ("bus-corridor",)},
    "/staff/projects/{slug}/documents/new": {"slug": ("bus-corridor", "digital-identity")},
    "/staff/projects/{slug}/documents/{number}": {"slug": ("bus-corridor",), "number": ("1", "2", "3")},
    "/staff/projects/{slug}/documents/{number}/withdraw": {"slug": ("bus-corridor",), "number": ("1",)},
    "/staff/projects/{slug}/influence": {"slug": ("digital-identity", "bus-corridor")},
    "/staff/projects/{slug}/preconditions": {"slug": ("digital-identity",)},
    "/staff/projects/{slug}/preconditions/{condition}": {
        "slug": ("digital-identity",),
        "condition": ("leadership", "room"),
    },
    "/staff/projects/{slug}/indicators": {"slug": ("digital-identity", "bus-corridor")},
    "/staff/projects/{slug}/indicators/{number}": {"slug": ("digital-identity",), "number": ("new", "?indicator")},
    "/{lang}/projects/{slug}/gates": {"slug": ("bus-corridor", "digital-identity", "market-cameras")},
    "/{lang}/projects/{slug}/conditions": {"slug": ("bus-corridor", "digital-identity", "digital-principles")},
    "/staff/projects/{slug}/urgent": {"slug": ("flood-sirens", "digital-identity", "bus-corridor")},
    "/staff/projects/{slug}/outcome": {"slug": ("water-meters", "market-cameras")},
    "/staff/projects/{slug}/outcome/{number}": {"slug": ("market-cameras",), "number": ("?outcome",)},
    "/staff/projects/{slug}/steps/{kind}/extend": {"slug": ("water-meters", "bus-corridor")},
    "/{lang}/projects/{slug}/assessments": {"slug": ("bus-corridor", "control-room", "digital-identity", "fault-app")},
    "/{lang}/projects/{slug}/assessments/{assessment}": {
        "slug": ("bus-corridor",),
        "assessment": ("screening", "homes-livelihoods"),
    },
    "/{lang}/projects/{slug}/assessments/{assessment}/{section}": {
        "slug": ("bus-corridor",),
        "assessment": ("gender-equality",),
        "section": tuple(section.id for section in shipped_one("gender-equality").sections),
    },
    "/staff/projects/{slug}/meetings": {"slug": ("bus-corridor",)},
    "/staff/projects/{slug}/meetings/new": {"slug": ("bus-corridor",)},
    "/staff/projects/{slug}/meetings/{number}": {
        "slug": ("bus-corridor",),
        "number": ("?coming meeting", "?minuted meeting"),
    },
    "/{lang}/projects/{slug}/meetings": {"slug": ("bus-corridor", "fault-app", "water-meters")},
    "/{lang}/projects/{slug}/meetings/{number}": {
        "slug": ("bus-corridor",),
        "number": ("?moved meeting", "?minuted meeting", "?council meeting"),
    },
    "/{lang}/projects/{slug}/documents": {"slug": ("bus-corridor", "market-cameras", "water-meters")},
    "/{lang}/projects/{slug}/documents/{number}": {
        "slug": ("bus-corridor",),
        "number": ("1", "2", "3", "3?picture=240"),
    },
    "/{lang}/projects/{slug}/assessments/{assessment}/versions": {
        "slug": ("bus-corridor", "market-cameras"),
        "assessment": ("data-protection",),
    },
    "/{lang}/projects/{slug}/assessments/{assessment}/versions/{number}": {
        "slug": ("market-cameras",),
        "assessment": ("data-protection",),
        "number": ("1", "2", "2?with=1&after=law_named", "1?with=2"),
    },
    "/{lang}/projects/{slug}/assessments/{assessment}/versions/{number}/{section}": {
        "slug": ("market-cameras",),
        "assessment": ("data-protection",),
        "number": ("1", "2"),
        "section": tuple(section.id for section in shipped_one("data-protection").sections),
    },
    "/{lang}/projects/{slug}/opinions": {"slug": ("bus-corridor", "market-cameras", "fault-app")},
    "/{lang}/projects/{slug}/opinions/{assessment}": {
        "slug": ("bus-corridor",),
        "assessment": ("homes-livelihoods", "cost-benefit"),
    },
    "/{lang}/projects/{slug}/opinions/{assessment}/{question}": {
        "slug": ("bus-corridor",),
        "assessment": ("homes-livelihoods",),
        "question": ("offered", "homes"),
    },
    "/{lang}/projects/{slug}/filings/{number}": {
        "slug": ("bus-corridor", "market-cameras"),
        "number": ("?first filing", "?last filing"),
    },
    "/{lang}/organisations/{number}": {"number": ("?organisation",)},
    "/staff/organisations/{number}": {"number": ("?organisation",)},
    "/staff/projects/{slug}/filings": {"slug": ("bus-corridor",)},
    "/staff/projects/{slug}/filings/{number}": {
        "slug": ("bus-corridor", "market-cameras"),
        "number": ("?first filing", "?last filing", "?open filing"),
    },
    "/filing/{value}": {"value": (COUNTER, OPINION)},
    "/filing/{value}/interests": {"value": (COUNTER,)},
    "/filing/{value}/opinion": {"value": (OPINION,)},
    "/filing/{value}/{assessment}/{section}": {
        "value": (COUNTER,),
        "assessment": ("gender-equality",),
        "section": tuple(section.id for section in shipped_one("gender-equality").sections),
    },
    "/{lang}/projects/{slug}/ballot": {"slug": ("water-meters", "market-cameras", "flood-sirens")},
    "/{lang}/projects/{slug}/ballot/receipt": {"slug": ("water-meters",)},
    **{f"/api/v1/projects/{{slug}}/ballot{table}": {"slug": ("water-meters",)} for table in ("", ".csv")},
    **{f"/api/v1/projects/{{slug}}/delegates{table}": {"slug": ("bus-corridor",)} for table in ("", ".csv")},
    "/{lang}/projects/{slug}/delegates": {"slug": ("bus-corridor", "water-meters")},
    **{f"/api/v1/projects/{{slug}}/outcome{table}": {"slug": ("market-cameras",)} for table in ("", ".csv")},
    **{
        f"/api/v1/projects/{{slug}}/documents/{{id}}{table}": {"slug": ("bus-corridor",), "id": ("?document",)}
        for table in ("", ".csv")
    },
    **{
        f"/api/v1/projects/{{slug}}/steps/{{step}}{table}": {"slug": ("bus-corridor",), "step": ("consultation",)}
        for table in ("", ".csv")
    },
    **{
        f"/api/v1/projects/{{slug}}/assessments/{{kind}}{table}": {
            "slug": ("bus-corridor",),
            "kind": ("screening", "data-protection"),
        }
        for table in ("", ".csv")
    },
    **{
        f"/api/v1/projects/{{slug}}/filings/{{number}}{table}": {
            "slug": ("bus-corridor", "market-cameras"),
            "number": ("?first filing",),
        }
        for table in ("", ".csv")
    },
    "/{lang}/projects/{slug}/follow": {"slug": ("water-meters",)},
    "/{lang}/follow/{link}": {"link": (link_of_follower(1),)},
    "/p/{number}": {"number": ("6",)},
    "/{lang}/projects/{slug}/notice": {"slug": ("bus-corridor", "digital-identity", "market-cameras")},
    "/{lang}/projects/{slug}/script": {"slug": ("bus-corridor", "digital-identity", "market-cameras")},
    "/staff/projects/{slug}/script/{language}": {"slug": ("bus-corridor",)},
    "/{lang}/projects/{slug}/listen": {"slug": ("water-meters", "bus-corridor")},
    "/{lang}/projects/{slug}/easy": {"slug": ("bus-corridor",)},
    "/staff/projects/{slug}/clips": {"slug": ("bus-corridor",)},
    "/staff/projects/{slug}/easy/{language}": {"slug": ("bus-corridor",)},
    "/staff/projects/{slug}/sounds": {"slug": ("water-meters", "digital-identity")},
    "/{lang}/technologies/{technology}": {"technology": ("camera", "meter", "network")},
    "/{lang}/record/{number}": {"number": ("0", "7")},
    "/staff/batches/{number}": {"number": ("?batch",)},
    "/staff/paper/{sheet}": {"sheet": tuple(serial_number(1, serial) for serial in (1, 2, 3))},
    "/staff/paper/{sheet}/photograph": {"sheet": (serial_number(1, 1),)},
    "/{lang}/delegates/{number}": {"number": ("?number of a delegate", "?number of somebody put forward")},
    "/{lang}/delegates/{number}/object": {"number": ("?number of a delegate", "?number of somebody put forward")},
    "/staff/kiosks/{number}": {"number": ("?kiosk that waits", "?kiosk that works")},
    "/staff/delegates/{number}": {"number": ("?delegate", "?somebody put forward")},
    "/staff/delegates/{number}/odk": {"number": ("?delegate",)},
    "/staff/checks/{number}": {"number": ("?to be called", "?was called")},
    "/staff/invitation/{value}": {"value": (INVITATION,)},
    "/{lang}/projects/{slug}/comments": {"slug": ("bus-corridor", "fault-app", "market-cameras", "digital-identity")},
    "/{lang}/projects/{slug}/comments/new": {"slug": ("bus-corridor", "market-cameras")},
    "/{lang}/projects/{slug}/comments/{number}": {
        "slug": ("bus-corridor",),
        "number": ("?answered comment", "?hidden comment", "?reply"),
    },
}
"""Where a route needs other values than every route."""

OF_YEAR = (
    "select min(number) from delegate_number where year = 2027"
    " and delegate_id = (select min(id) from delegate where state = '{state}')"
)
OF_PROJECT = "id in (select meeting_id from meeting_project where project_id = ({project}))"
QUESTIONS = {
    "outcome": "select min(id) from outcome where state = 'published' and project_id = ({project})",
    "indicator": "select min(id) from indicator where project_id = ({project})",
    "data link": "select min(id) from data_link where project_id = ({project})",
    "document": "select min(id) from document where state = 'published' and project_id = ({project})",
    "batch": "select min(number) from batch",
    "to be called": "select min(entry_id) from check_case where state = 'waiting'",
    "was called": "select min(entry_id) from check_case where state = 'yes'",
    "kiosk that waits": "select min(id) from kiosk where enrolled_at is null",
    "kiosk that works": "select min(id) from kiosk where enrolled_at is not null",
    "delegate": "select min(id) from delegate where state = 'appointed'",
    "somebody put forward": "select min(id) from delegate where state = 'proposed'",
    "number of a delegate": OF_YEAR.format(state="appointed"),
    "number of somebody put forward": OF_YEAR.format(state="proposed"),
    "organisation": "select min(id) from organisation",
    "first filing": "select min(id) from filing where state = 'published' and project_id = ({project})",
    "last filing": "select max(id) from filing where state <> 'open' and project_id = ({project})",
    "open filing": "select max(id) from filing where state = 'open' and project_id = ({project})",
    "any recording": "select min(id) from recording where state = 'kept'",
    "any comment": "select min(id) from comment where status = 'shown'",
    "any hidden comment": "select min(id) from comment where status = 'hidden'",
    "any held comment": "select min(id) from comment where status = 'held'",
    "answered comment": "select min(parent_id) from comment where parent_id is not null and project_id = ({project})",
    "reply": "select min(id) from comment where parent_id is not null and project_id = ({project})",
    "coming meeting": f"select min(id) from meeting where minuted_at is null and {OF_PROJECT}",
    "minuted meeting": f"select min(id) from meeting where minuted_at is not null and {OF_PROJECT}",
    "moved meeting": f"select min(id) from meeting where version > 1 and minuted_at is null and {OF_PROJECT}",
    "council meeting": f"select min(id) from meeting where kind = 'council' and {OF_PROJECT}",
    "any entry": "select min(id) from entry",
    "any entry that waits": "select min(id) from entry where state = 'held'",
    "hidden comment": "select min(id) from comment where status = 'hidden' and project_id = ({project})",
}
"""In each, `{project}` is the project of the address."""

FILES = (
    "/record/",
    "/static/",
    "/documents/",
    "/sounds/",
    "/clips/",
    "/healthz",
    "/readyz",
    "/metrics",
    "/robots.txt",
    "/sitemap.xml",
    "/api/",
    "/delegate/",
    "/openrosa/",
    "/kiosk/here",
    "/kiosk/done",
    "/phone/",
)
"""Addresses of files for programs, or of none, which have tests of their own."""


def pages() -> list[Route]:
    """Every route that shows a page to somebody."""
    return [
        route
        for route in routes()
        if isinstance(route, Route)
        and hasattr(route, "policy")
        and not route.path.startswith(FILES)
        and not re.search(r"\.\w+$", route.path)
    ]


def open_data() -> list[Route]:
    """Every address of open data that leads somewhere."""
    found = (route for route in routes() if isinstance(route, Route) and route.path.startswith("/api/"))
    return [route for route in found if "{rest:" not in route.path]


def policy(route: Route) -> Policy:
    declared: Policy = route.policy  # type: ignore[attr-defined]
    return declared


def takes_forms(route: Route) -> bool:
    return "POST" in (route.methods or ())


WITH_QUERY = {
    "/{lang}/assessments": ("", f"?projects={','.join(COMPARED)}", "?kind=points"),
    "/{lang}/data-flows": ("", "?receiver=police", "?project=control-room", "?project=market-cameras"),
    "/{lang}/search": (
        "",
        "?word=city",
        "?word=the&in=comments",
        "?word=the&in=opinions",
        "?word=nothinglikethis&project=bus-corridor&place=harbour",
    ),
}
"""Pages that say more when they are asked something."""


async def addresses(route: Route, session: Session) -> list[str]:
    """The addresses of this route that are visited, `{lang}` left open."""
    found = []
    for values in _values(route.path):
        answered = {name: await _answer(session, value, values) for name, value in values.items()}
        if None not in answered.values():
            found += [_filled(route.path, answered) + query for query in WITH_QUERY.get(route.path, ("",))]
    assert found, f"tell tests/promises/samples.py what {route.path} needs: nothing was found"
    return found


def _values(path: str) -> Iterator[Mapping[str, str]]:
    names = [name for name in re.findall(r"{(\w+)(?::\w+)?}", path) if name != "lang"]
    known = SAMPLES | OF_ROUTES.get(path, {})
    for name in names:
        assert name in known, f"tell tests/promises/samples.py what {path} needs: {{{name}}}"
    for values in product(*(known[name] for name in names)):
        yield dict(zip(names, values, strict=True))


def _filled(path: str, values: Mapping[str, Any]) -> str:
    for name, value in values.items():
        path = re.sub(rf"{{{name}(:\w+)?}}", str(value), path)
    return path


async def _answer(session: Session, value: str, values: Mapping[str, str]) -> str | None:
    if not value.startswith("?"):
        return value
    question = QUESTIONS[value[1:]].replace("{project}", "select id from project where slug = :slug")
    parameters = {"slug": values["slug"]} if ":slug" in question else {}
    found = await session.scalar(sa.text(question), parameters)
    return None if found is None else str(found)


ALLOWED = {
    Who.ANYBODY: ("anybody", "resident"),
    Who.RESIDENT: ("resident", "neighbour"),
    Who.KIOSK: ("kiosk",),
    Who.STAFF: ("official", "moderator", "administrator", "auditor"),
    Who.OFFICIAL: ("official",),
    Who.MODERATOR: ("moderator",),
    Who.ADMINISTRATOR: ("administrator",),
    Who.OVERSEER: ("administrator", "auditor"),
}


def fullest(route: Route) -> str:
    """Whoever is shown most there."""
    who = policy(route).who
    return ALLOWED[who][0 if who is Who.STAFF else -1]


EVERYBODY = ("anybody", "resident", "official", "moderator", "administrator")
