"""Uses of the urgent path as open data."""

from participation.channels.opendata.answering import Values
from participation.channels.opendata.shapes import DAY, MOMENT, TEXT, WORDS, Field, Shape, many, one_of, perhaps
from participation.domain.ladder.urgent.queries import UseView
from participation.domain.ladder.urgent.rules import UrgentGround
from participation.domain.projects.models import StepKind

URGENT = Shape(
    "UrgentUse",
    "A step that opened on the urgent path: although something was owed for it.",
    (
        Field("step", one_of(StepKind), "The step."),
        Field("ground", one_of(UrgentGround), "From a closed list."),
        Field("law", TEXT, "Which law allows it."),
        Field("reason", WORDS, "Why."),
        Field("opened_at", MOMENT, "When it was opened."),
        Field("owed", many(TEXT), "Codes of what was owed at that moment."),
        Field("review_due", DAY, "By when the city owes a review of it."),
        Field("reviewed_at", perhaps(MOMENT), "When the review was published."),
    ),
)


def shown(use: UseView) -> Values:
    return {
        "step": use.step,
        "ground": use.ground,
        "law": use.law,
        "reason": use.reasons,
        "opened_at": use.opened_at,
        "owed": [one["code"] for one in use.owed],
        "review_due": use.review_due,
        "reviewed_at": use.reviewed_at,
    }
