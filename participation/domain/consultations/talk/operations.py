"""Counts comments about an answer, in the statement that stores one."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from participation.domain.consultations.models import AnswerTalk
from participation.domain.consultations.talk.queries import Talk


def talked(posted: sa.CTE, values: Mapping[str, Any], talk: Talk) -> sa.CTE:
    """One more comment about this answer, if it was posted."""
    one = {"project_id": values["project_id"], "city_id": values["city_id"], "about": talk.about, "count": 1}
    one |= {"section": talk.section, "question": dict(talk.question)}
    literals = (sa.literal(value, AnswerTalk.__table__.c[name].type) for name, value in one.items())
    again = {"count": AnswerTalk.count + 1, "section": talk.section, "question": dict(talk.question)}
    return (
        insert(AnswerTalk)
        .from_select(list(one), sa.select(*literals).select_from(posted))
        .on_conflict_do_update(index_elements=["project_id", "about"], set_=again)
        .cte("talked")
    )
