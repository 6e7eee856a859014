"""Every address of open data that gives JSON, with what can be asked there and what comes: served and described from this table."""

from participation.channels.opendata import ballots, comments, outcomes, projects
from participation.channels.opendata.answering import Address
from participation.channels.opendata.parameters import BOM, LANGUAGE, LIMIT, PLACE, STEP, after

ROOT = "/api/v1"
ONE = f"{ROOT}/projects/{{slug}}"
ADDRESSES = (
    Address(
        f"{ROOT}/projects",
        projects.index,
        projects.PROJECT,
        "Published projects, in the order of their numbers.",
        (after("Only projects with a higher number.", 2**31 - 1), LIMIT, PLACE, STEP, LANGUAGE, BOM),
        listed=True,
    ),
    Address(ONE, projects.show, projects.WHOLE, "One project with all that it says.", (LANGUAGE,)),
    Address(
        f"{ONE}/comments",
        comments.index,
        comments.COMMENT,
        "What was said about a project, replies among it, in the order in which it arrived.",
        (after("Only comments with a higher id.", 2**53 - 1), LIMIT, BOM),
        listed=True,
    ),
    Address(
        f"{ONE}/ballot", ballots.show, ballots.BALLOT, "What is put to the residents, and the result.", (LANGUAGE,)
    ),
    Address(f"{ONE}/outcome", outcomes.show, outcomes.OUTCOME, "What the city decided, and promised.", (LANGUAGE,)),
)
