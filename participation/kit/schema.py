"""Which migration the database is at, and which is the newest: asked at each start, so without what migrating needs."""

from pathlib import Path

import asyncpg

FOLDER = Path(__file__).parents[2] / "migrations"


def newest() -> str:
    """Migrations are numbered: 0001_first.py, 0002_…"""
    return max((path.name.split("_")[0] for path in (FOLDER / "versions").glob("[0-9]*_*.py")), default="")


async def current(url: str) -> str | None:
    """The migration that the database is at; None for an empty one."""
    connection = await asyncpg.connect(url.replace("postgresql+asyncpg:", "postgresql:"), timeout=20)
    try:
        at: str | None = await connection.fetchval("SELECT version_num FROM alembic_version")
        return at
    except asyncpg.UndefinedTableError:
        return None
    finally:
        await connection.close()
