"""Every address of open data that gives JSON, with what can be asked there and what comes: served and described from this table."""

from typing import Any

from participation.channels.opendata import (
    assessments,
    ballots,
    brought,
    catalog,
    comments,
    dictionary,
    documents,
    filings,
    meetings,
    oc4ids,
    outcomes,
    projects,
    sounds,
    steps,
)
from participation.channels.opendata.answering import Address, Handler
from participation.channels.opendata.parameters import BOM, LANGUAGE, LIMIT, PLACE, STEP, Parameter, after
from participation.channels.opendata.shapes import Shape

ROOT = "/api/v1"
ONE = f"{ROOT}/projects/{{slug}}"


def _both(name: str, module: Any, shape: Shape, meaning: str, *more: Parameter) -> tuple[Address, Address]:
    """A list over all projects, and the same of one."""
    asked = (after("Only those with a higher id.", 2**31 - 1), LIMIT, *more, BOM)
    return (
        Address(f"{ROOT}/{name}", module.index, shape, f"{meaning}, of all projects.", asked, listed=True),
        Address(f"{ONE}/{name}", module.of_project, shape, f"{meaning}, of one project.", asked, listed=True),
    )


def _one(path: str, handler: Handler, shape: Shape, meaning: str) -> Address:
    """One thing of a project."""
    return Address(f"{ONE}{path}", handler, shape, meaning, (LANGUAGE, BOM), tabled=True)


DATA = (
    Address(
        f"{ROOT}/projects",
        projects.index,
        projects.PROJECT,
        "Published projects, in the order of their numbers.",
        (after("Only projects with a higher number.", 2**31 - 1), LIMIT, PLACE, STEP, LANGUAGE, BOM),
        listed=True,
    ),
    _one("", projects.show, projects.WHOLE, "One project with all that it says."),
    Address(
        f"{ROOT}/comments",
        comments.index,
        comments.COMMENT,
        "What was said about all projects, replies among it, in the order in which it arrived.",
        (after("Only comments with a higher id.", 2**53 - 1), LIMIT, BOM),
        listed=True,
    ),
    Address(
        f"{ONE}/comments",
        comments.of_project,
        comments.COMMENT,
        "What was said about a project, replies among it, in the order in which it arrived.",
        (after("Only comments with a higher id.", 2**53 - 1), LIMIT, BOM),
        listed=True,
    ),
    Address(
        f"{ROOT}/ballots",
        ballots.index,
        ballots.LINE,
        "What was put to the residents, and the results.",
        (after("Only those with a higher id.", 2**31 - 1), LIMIT, LANGUAGE, BOM),
        listed=True,
    ),
    _one("/ballot", ballots.show, ballots.BALLOT, "What is put to the residents, and the result."),
    _one("/delegates", brought.show, brought.BROUGHT, "What delegates brought for a project, added up."),
    _one("/outcome", outcomes.show, outcomes.OUTCOME, "What the city decided, and promised."),
    *_both("assessments", assessments, assessments.ASSESSMENT, "Published impact assessments, by how they came out"),
    Address(
        f"{ONE}/assessments/{{kind}}",
        assessments.answers,
        assessments.ANSWER,
        "What an impact assessment asks and answers, as it was published last.",
        (LANGUAGE, BOM),
        listed=True,
    ),
    *_both("filings", filings, filings.FILING, "What organisations had published", LANGUAGE),
    Address(
        f"{ONE}/filings/{{number}}",
        filings.answers,
        filings.ANSWER,
        "What an organisation answers to the questions of an assessment.",
        (LANGUAGE, BOM),
        listed=True,
    ),
    *_both("documents", documents, documents.DOCUMENT, "Published documents, those withdrawn among them", LANGUAGE),
    _one("/documents/{id}", documents.show, documents.WHOLE, "One document with all its files, and what each is."),
    *_both("steps", steps, steps.LINE, "Steps with their dates"),
    _one("/steps/{step}", steps.show, steps.WHOLE, "One step with what it owed, and how often it was extended."),
    Address(
        f"{ONE}/owed",
        steps.owed,
        steps.OWED,
        "What each step that has opened owed, and when it was given.",
        (BOM,),
        listed=True,
    ),
    Address(
        f"{ONE}/sounds",
        sounds.of_project,
        sounds.SOUND,
        "What can be heard of a project, in every language, as it is written now.",
        (BOM,),
        listed=True,
    ),
    *_both("meetings", meetings, meetings.MEETING, "Meetings, those cancelled among them", LANGUAGE),
)
OTHERS = (
    Address(
        f"{ROOT}/oc4ids.json",
        oc4ids.package,
        oc4ids.PACKAGE,
        "Projects as an OC4IDS package, in the order of their numbers.",
        (after("Only projects with a higher number.", 2**31 - 1), LIMIT, LANGUAGE),
    ),
    Address(f"{ONE}/oc4ids.json", oc4ids.show, oc4ids.PROJECT, "One project as OC4IDS describes it.", (LANGUAGE,)),
)
"""In standards of others, which say themselves what each field means."""
ADDRESSES = (
    *DATA,
    *OTHERS,
    dictionary.address(f"{ROOT}/dictionary", DATA),
    catalog.address(f"{ROOT}/catalog.jsonld", (*DATA, *OTHERS)),
)
