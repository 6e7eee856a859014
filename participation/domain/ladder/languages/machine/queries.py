"""Reads what machines propose."""

from dataclasses import dataclass

import sqlalchemy as sa

from participation.domain.ladder.languages.machine.models import Proposal
from participation.kit.database import Session


@dataclass(frozen=True)
class ProposalView:
    key: str
    source: str
    of: str | None
    text: str
    provider: str
    state: str
    tries: int
    trouble: str | None
    detail: str


async def proposals(session: Session, project_id: int, language: str) -> dict[str, ProposalView]:
    """By key of the text."""
    names = ("key", "source", "of", "text", "provider", "state", "tries", "trouble", "detail")
    columns = [getattr(Proposal, name) for name in names]
    mine = sa.and_(Proposal.project_id == project_id, Proposal.language == language)
    rows = await session.execute(sa.select(*columns).where(mine))
    return {row.key: ProposalView(**row._mapping) for row in rows}
