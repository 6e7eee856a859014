"""`participation import projects`, run as an operator runs it, with files as spreadsheet programs write them."""

import csv
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from participation.domain.projects.models import Project, ProjectText
from participation.kit.database import Database
from tests.browsing import Browser, sign_in_as
from tests.cast import Cast
from tests.test_cli_people import run, running

__all__ = ["running"]


def bring(environ: dict[str, str], *arguments: str) -> "subprocess.CompletedProcess[bytes]":
    return run(environ, "import", "projects", *arguments)


async def slugs(database: Database) -> list[str]:
    async with database.reading() as session:
        return list(await session.scalars(sa.select(Project.slug).order_by(Project.slug)))


async def test_a_template_is_filled_in_and_brought_in_twice(
    running: dict[str, str], real_database: Database, tmp_path: Path
) -> None:
    path = tmp_path / "projects.xlsx"
    assert bring(running, "--template", str(path)).returncode == 0
    assert bring(running, "--template", str(path)).returncode == 2, "nothing is written over"
    book = openpyxl.load_workbook(path)
    names = [cell.value for cell in book["projects"][1]]
    assert "title.sw" in names
    assert [cell.value for cell in book["columns"][2]] == ["slug", book["columns"]["B2"].value]
    for slug, cost in (("sirens", 9_000_000), ("taps", None)):
        line: dict[str, Any] = {"slug": slug, "title.en": slug.title(), "title.ar": "مشروع", "cost": cost}
        book["projects"].append([line.get(name) for name in names])
    book.save(path)
    done = bring(running, str(path), "--by", "omar")
    assert (done.returncode, done.stderr.decode()) == (0, "")
    assert "2 drafts made" in done.stdout.decode()
    assert await slugs(real_database) == ["sirens", "taps"]
    again = bring(running, str(path), "--by", "omar")
    assert again.returncode == 0
    assert "0 drafts made, 0 changed; 2 were there already as they are." in again.stdout.decode()


async def test_nothing_is_written_unless_all_is_good_or_it_is_asked_for(
    running: dict[str, str], real_database: Database, tmp_path: Path
) -> None:
    path = tmp_path / "projects.csv"
    lines = [["slug", "title.en", "cost"], ["sirens", "Sirens", "nine"], ["taps", "Taps", "10"], ["", "Lamps", ""]]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows(lines)
    wrong = bring(running, str(path), "--by", "omar")
    assert wrong.returncode == 1
    assert wrong.stderr.decode().splitlines() == [
        "row 2, column C (cost): Please type a whole number.",
        "row 4, column A (slug): Please fill this in.",
    ]
    assert "Nothing was imported." in wrong.stdout.decode()
    assert await slugs(real_database) == []
    some = bring(running, str(path), "--by", "omar", "--partial")
    assert some.returncode == 1
    assert some.stderr == wrong.stderr
    assert await slugs(real_database) == ["taps"]
    async with real_database.reading() as session:
        assert await session.scalar(sa.select(ProjectText.title)) == "Taps"


@pytest.mark.parametrize(
    ("content", "arguments", "said"),
    [
        ("slug,title.en\ntaps,Taps\n", (), "--by LOGIN"),
        ("slug,title.en\ntaps,Taps\n", ("--by", "nobody"), "no such member of staff"),
        ("slug,title.en\n", ("--by", "omar"), "no row below"),
        ('slug,title.en\ntaps,"Taps\n', ("--by", "omar"), "line 2"),
        ("", ("--by", "omar"), "is empty"),
    ],
)
async def test_what_cannot_be_done_at_all_is_one_line(
    running: dict[str, str], tmp_path: Path, content: str, arguments: tuple[str, ...], said: str
) -> None:
    path = tmp_path / "projects.csv"
    path.write_text(content)
    done = bring(running, str(path), *arguments)
    assert done.returncode == 2
    assert said in done.stderr.decode()
    assert done.stderr.decode().count("\n") == 1


async def test_an_official_downloads_the_names_of_the_columns(visitor: Browser, app: Any, cast: Cast) -> None:
    await sign_in_as(visitor, app, cast.omar)
    assert "/staff/projects/template.csv" in (await visitor.get("/staff/")).text
    answer = await visitor.client.get("/staff/projects/template.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    [names] = list(csv.reader(answer.content.decode("utf-8-sig").splitlines()))
    assert names[0] == "slug"
    assert {"title.en", "title.fr", "decision.closes"} <= set(names)
    await sign_in_as(visitor, app, cast.mariam)
    assert (await visitor.client.get("/staff/projects/template.csv")).status_code == 403
