"""Writes `versions/0001_first.py` anew from the models; only until the first release, afterwards migrations are added."""

import asyncio
import tempfile
from pathlib import Path

from participation.kit import migrations, schema
from participation.kit.postgres import EmbeddedPostgres

if __name__ == "__main__":
    for old in (schema.FOLDER / "versions").glob("0001_*.py"):
        old.unlink()
    with tempfile.TemporaryDirectory() as home:
        Path(home).chmod(0o755)
        with EmbeddedPostgres(Path(home) / "data", durable=False) as postgres:
            asyncio.run(migrations.write(postgres.url, "first", "0001"))
    new = schema.FOLDER / "versions" / "0001_first.py"
    lines = new.read_text().replace('"""first"""', '"""The tables of the first release."""').splitlines(keepends=True)
    new.write_text("".join(line for line in lines if not line.startswith("    # ###")))
