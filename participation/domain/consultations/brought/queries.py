"""How many of the reactions to a comment delegates brought, and how many are in no counter."""

from typing import Any

import sqlalchemy as sa

from participation.domain.consultations.models import Comment, Reaction


def brought() -> Any:
    """How many of a comment's reactions delegates brought."""
    return _counted(Reaction.entry_id.is_not(None), ~Reaction.apart).label("brought")


def apart() -> Any:
    """How many reactions to a comment are counted apart: of people described without a code, or disputed."""
    return _counted(Reaction.apart).label("apart")


def _counted(*which: Any) -> Any:
    """By an index that holds nothing else."""
    theirs = sa.select(sa.func.count()).where(Reaction.comment_id == Comment.id, *which)
    return theirs.correlate(Comment).scalar_subquery()
