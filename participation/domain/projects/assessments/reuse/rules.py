"""Which answers of one project can stand in another: pure decisions over what both have said."""

from collections.abc import Sequence

from participation.domain.projects.assessments.rules import UNKNOWN, Question

FACTS = ("supplier", "data", "receivers", "criteria", "personal", "automatic", "public_space")
"""Facts about a technology and who learns what from it. What a project is for, what it costs and whom it moves is its own."""
TECHNOLOGY = "technology-supplier"
"""Of two projects with the same technology, all of this kind but its other facts."""
NO_TECHNOLOGY = frozenset({"other", "none", UNKNOWN})


def same_technology(one: Sequence[str], other: Sequence[str]) -> bool:
    """They name one in common."""
    return bool((set(one) & set(other)) - NO_TECHNOLOGY)


def reusable(kind: str, question: Question, *, same: bool) -> bool:
    """`same`: both projects use the same technology."""
    if question.fact is not None:
        return question.fact in FACTS
    return kind == TECHNOLOGY and same


def fits(question: Question, chosen: Sequence[str]) -> bool:
    """Nobody is offered an answer that the question does not have, or that nobody could assess."""
    choices = {choice.id for choice in question.choices}
    return UNKNOWN not in chosen and (not choices or set(chosen) <= choices)
