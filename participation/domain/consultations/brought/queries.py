"""How many of the reactions to a comment delegates brought."""

from typing import Any

import sqlalchemy as sa

from participation.domain.consultations.models import Comment, Reaction


def brought() -> Any:
    """How many of a comment's reactions delegates brought, counted by an index that holds nothing else."""
    theirs = (Reaction.comment_id == Comment.id, Reaction.entry_id.is_not(None), ~Reaction.apart)
    return sa.select(sa.func.count()).where(*theirs).correlate(Comment).scalar_subquery().label("brought")
