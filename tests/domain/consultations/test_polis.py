"""Bringing in consultations that were held with Polis: made-up files here, and the real ones where they are."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from participation.domain.consultations import queries
from participation.domain.consultations.about.queries import about as project_about
from participation.domain.consultations.models import Comment, Pseudonym, Reaction
from participation.domain.consultations.polis.forms import Broken, read_export, read_language
from participation.domain.consultations.polis.operations import BroughtIn, bring_in
from participation.domain.moderation.names.forms import read_names
from participation.domain.moderation.names.operations import list_names
from participation.domain.projects.models import ProjectState, Step, StepKind
from participation.domain.record.actors import Via, system
from participation.domain.record.models import RecordEntry
from participation.kit.database import Session
from participation.kit.errors import Conflict, NotFound, Refusal
from participation.kit.forms import Said
from tests.cast import NOW, Cast
from tests.consulting import SLUG, consulted, react
from tests.slips import SECRETS

HEAD = "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body\n"
COMMENTS = HEAD + (
    '1518501496471,Tue Feb 13,2,7,1,1,1,"Wider roads, please.\nAnd trees."\n'
    "1518499107516,Tue Feb 13,1,8,1,0,0,Buses at night.\n"
    "1518498500733,Tue Feb 13,0,7,0,0,-1,Buy my carpets!\n"
)
MATRIX = "participant,group-id,n-comments,n-votes,n-agree,n-disagree,0,1,2\n7,0,2,2,1,0,0,1,1\n8,,1,2,1,0,,1,\n9,1,0,1,0,1,,,-1\n"
VOTES = (
    "timestamp,datetime,comment-id,voter-id,vote\n"
    "1435654192085,x,1,7,-1\n1435654192999,x,1,7,1\n1435654193000,x,2,9,-1\n1435654193001,x,0,8,0\n"
)
REAL = Path(os.environ.get("TEST_POLIS", Path(__file__).resolve().parents[4] / "shared" / "data" / "polis"))


def folder(tmp_path: Path, comments: str | bytes = COMMENTS, **votes: str | bytes) -> Path:
    files = {"comments.csv": comments} | {name.replace("_", "-") + ".csv": text for name, text in votes.items()}
    for name, text in files.items():
        (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return tmp_path


async def brought(session: Session, cast: Cast, path: Path, language: str = "en", slug: str = SLUG) -> BroughtIn:
    return await bring_in(
        session,
        city=cast.city,
        slug=slug,
        export=read_export(path),
        language=language,
        secrets=SECRETS,
        actor=replace(system(cast.city.id), via=Via.IMPORT),
        at=NOW,
    )


async def test_a_statement_that_names_a_city_worker_is_held(session: Session, cast: Cast, tmp_path: Path) -> None:
    project = await consulted(session, cast)
    names = read_names(Said({"names": "Wider Roads\nBuy My"}))
    await list_names(session, city=cast.city, names=names, secrets=SECRETS, actor=cast.ada, at=NOW)
    await brought(session, cast, folder(tmp_path, participants_votes=MATRIX))
    page = await queries.comments(session, project.id, order=queries.Order.NEWEST, after="")
    assert [str(view.status) for view in page.items] == ["held", "shown", "hidden"]
    assert page.items[0].body == ""


async def test_statements_become_comments_and_votes_reactions(session: Session, cast: Cast, tmp_path: Path) -> None:
    project = await consulted(session, cast)
    assert await brought(session, cast, folder(tmp_path, participants_votes=MATRIX)) == BroughtIn(3, 5)
    page = await queries.comments(session, project.id, order=queries.Order.NEWEST, after="")
    assert [view.body for view in page.items] == ["Wider roads, please.\nAnd trees.", "Buses at night.", ""]
    assert [(view.agrees, view.disagrees, view.passes) for view in page.items] == [(1, 1, 0), (2, 0, 0), (0, 0, 1)]
    assert [view.reason for view in page.items] == [None, None, "imported"]
    assert all(view.imported and view.stance is None for view in page.items)
    sources = await session.scalars(sa.select(Comment.source).order_by(Comment.created_at))
    assert list(sources) == ["0", "1", "2"]
    assert page.items[0].created_at.isoformat() == "2018-02-13T05:58:16.471000+00:00"
    assert set(await session.scalars(sa.select(Pseudonym.source))) == {"7", "8", "9"}
    assert set(await session.scalars(sa.select(Reaction.via))) == {"import"}
    about = await project_about(session, city_id=cast.city.id, slug=SLUG)
    assert about.sums("via") == {"import": 3}
    body = await session.scalar(sa.select(RecordEntry.body).where(RecordEntry.kind == "comments_imported"))
    assert body is not None
    assert "participants-votes.csv" in body


async def test_a_later_row_of_the_same_voter_replaces_the_earlier(session: Session, cast: Cast, tmp_path: Path) -> None:
    await consulted(session, cast)
    export = read_export(folder(tmp_path, votes=VOTES))
    assert export.rows == {2: [0, 1], 1: [1, 1], 0: [0, 0]}
    assert await brought(session, cast, tmp_path) == BroughtIn(3, 3)
    row = (await session.execute(sa.select(Comment).where(Comment.source == "1"))).scalar_one()
    assert (row.agrees, row.disagrees) == (1, 0)
    at = await session.scalar(sa.select(Reaction.at).where(Reaction.comment_id == row.id))
    assert at is not None
    assert at.microsecond == 999_000


async def test_the_same_again_changes_nothing(session: Session, cast: Cast, tmp_path: Path) -> None:
    await consulted(session, cast)
    await brought(session, cast, folder(tmp_path, participants_votes=MATRIX))
    entries = await session.scalar(sa.select(sa.func.count()).select_from(RecordEntry))
    assert await brought(session, cast, tmp_path) == BroughtIn(0, 0)
    assert await session.scalar(sa.select(sa.func.count()).select_from(RecordEntry)) == entries
    assert await session.scalar(sa.select(sa.func.count()).select_from(Comment)) == 3


async def test_a_newer_export_adds_what_is_new_and_keeps_what_residents_did(
    session: Session, cast: Cast, tmp_path: Path
) -> None:
    await consulted(session, cast)
    await brought(session, cast, folder(tmp_path, votes=VOTES))
    comment = (await session.execute(sa.select(Comment.id).where(Comment.source == "1"))).scalar_one()
    await react(session, cast, cast.amina, comment)
    more = VOTES + "1435654199999,x,1,8,1\n"
    assert await brought(session, cast, folder(tmp_path, votes=more)) == BroughtIn(0, 1)
    assert await session.scalar(sa.select(Comment.agrees).where(Comment.id == comment)) == 3


async def test_another_consultation_is_not_mixed_into_the_same_project(
    session: Session, cast: Cast, tmp_path: Path
) -> None:
    await consulted(session, cast)
    await brought(session, cast, folder(tmp_path, votes=VOTES))
    with pytest.raises(Conflict, match="other_import"):
        await brought(session, cast, folder(tmp_path, COMMENTS.replace("Buses", "Trams"), votes=VOTES))


async def test_a_draft_or_an_unknown_project_takes_nothing(session: Session, cast: Cast, tmp_path: Path) -> None:
    await consulted(session, cast, state=ProjectState.DRAFT)
    path = folder(tmp_path, votes=VOTES)
    with pytest.raises(Conflict, match="draft"):
        await brought(session, cast, path)
    with pytest.raises(NotFound):
        await brought(session, cast, path, slug="nothing")
    assert await session.scalar(sa.select(sa.func.count()).select_from(Comment)) == 0


async def test_an_import_opens_no_consultation(session: Session, cast: Cast, tmp_path: Path) -> None:
    """What was said elsewhere stands on a page once everything that the consultation owes is public, and not before."""
    project = await consulted(session, cast)
    step = sa.update(Step).where(Step.project_id == project.id, Step.kind == StepKind.CONSULTATION)
    await session.execute(step.values(opened_at=None))
    path = folder(tmp_path, votes=VOTES)
    with pytest.raises(Conflict, match="not_opened"):
        await brought(session, cast, path)
    assert await session.scalar(sa.select(sa.func.count()).select_from(Comment)) == 0
    await session.execute(step.values(opened_at=NOW))
    assert (await brought(session, cast, path)).comments == 3


BROKEN: list[tuple[str, dict[str, Any], str]] = [
    (
        "not UTF-8",
        {"comments": COMMENTS.encode().replace(b"trees", b"tr\xffes")},
        "comments.csv, line 3, column 7: This is not",
    ),
    ("NUL", {"comments": COMMENTS.replace("night", "ni\x00ht")}, "comments.csv, line 4, column 47: There is a NUL"),
    (
        "missing column",
        {"comments": COMMENTS.replace("moderated", "judged")},
        "line 1, column moderated: This column is missing",
    ),
    ("twice a column", {"comments": COMMENTS.replace("agrees,dis", "agrees,agrees,dis")}, "line 1, column 6 (agrees)"),
    (
        "wrong number",
        {"comments": COMMENTS.replace(",8,1,0,", ",8,one,0,")},
        "line 4, column 5 (agrees): A whole number",
    ),
    ("wrong moderation", {"comments": COMMENTS.replace("0,0,-1,", "0,0,-2,")}, "line 5, column 7 (moderated)"),
    ("time beyond time", {"comments": COMMENTS.replace("1518499107516", "9" * 18)}, "line 4, column 1 (timestamp)"),
    ("truncated in words", {"comments": COMMENTS[: COMMENTS.index("And")]}, "line 2, column 1: A quotation mark"),
    (
        "truncated in a row",
        {"comments": COMMENTS[: COMMENTS.index(",8,1,0")]},
        "line 4, column 4: This row has 3 fields",
    ),
    ("a field too many", {"comments": COMMENTS.replace("night.", "night, please.")}, "line 4, column 9"),
    ("no words", {"comments": COMMENTS.replace("Buses at night.", "")}, "line 4, column 8 (comment-body)"),
    ("half a character", {"comments": COMMENTS.replace("at night", "caf\ufffd")}, "line 4, column 8 (comment-body)"),
    ("nothing to see", {"comments": COMMENTS.replace("Buses at night.", "\u202e\u200b")}, "(comment-body)"),
    ("twice a statement", {"comments": COMMENTS.replace(",1,8,1", ",2,8,1")}, "line 4, column 3 (comment-id)"),
    ("empty", {"comments": ""}, "comments.csv, line 1, column 1: The file is empty"),
    (
        "unknown statement",
        {"votes": VOTES.replace(",x,2,9", ",x,22,9")},
        "votes.csv, line 4, column 3 (comment-id): There is no",
    ),
    ("wrong vote", {"votes": VOTES.replace("7,-1", "7,-3")}, "votes.csv, line 2, column 5 (vote)"),
    (
        "unknown column",
        {"participants_votes": MATRIX.replace("0,1,2\n7", "0,1,3\n7")},
        "participants-votes.csv, line 1, column 9 (3)",
    ),
    (
        "wrong cell",
        {"participants_votes": MATRIX.replace(",,-1", ",,x")},
        "participants-votes.csv, line 4, column 9 (2)",
    ),
    ("twice a voter", {"participants_votes": MATRIX.replace("\n9,", "\n7,")}, "line 4, column 1 (participant)"),
    ("truncated matrix", {"participants_votes": MATRIX[:-4]}, "participants-votes.csv, line 4, column 9"),
    ("no votes", {}, "votes.csv, line 1, column 1: There is neither"),
]


@pytest.mark.parametrize(("files", "says"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN])
def test_a_broken_file_names_file_line_and_column(tmp_path: Path, files: dict[str, Any], says: str) -> None:
    votes = {} if files == {} or "votes" in files or "participants_votes" in files else {"votes": VOTES}
    with pytest.raises(Broken) as broken:
        read_export(folder(tmp_path, **votes, **files))
    assert says in str(broken.value.message)


def test_a_folder_without_statements_says_so(tmp_path: Path) -> None:
    with pytest.raises(Broken, match="broken_file"):
        read_export(tmp_path)


def test_a_byte_order_mark_and_windows_line_ends_are_no_reason_to_refuse(tmp_path: Path) -> None:
    raw = b"\xef\xbb\xbf" + COMMENTS.replace("\n", "\r\n").encode()
    assert len(read_export(folder(tmp_path, raw, votes=VOTES)).statements) == 3


@pytest.mark.parametrize("tag", ["en", "zh-Hant", "pt-BR"])
def test_a_language_is_a_tag(tag: str) -> None:
    assert read_language(tag) == tag


@pytest.mark.parametrize("tag", ["", "english", "xx", "en_GB", "../etc", "EN"])
def test_what_is_no_language_is_refused(tag: str) -> None:
    with pytest.raises(Refusal):
        read_language(tag)


def real(name: str) -> Path:
    path = REAL / name
    if not path.is_dir():
        pytest.skip(f"the real export {name} is not here (TEST_POLIS names its folder)")
    return path


@pytest.mark.slow
async def test_bowling_green_is_counted_as_its_export_counts_it(session: Session, cast: Cast) -> None:
    path = real("bowling-green-2018")
    await consulted(session, cast)
    assert await brought(session, cast, path) == BroughtIn(896, 225_524)
    mine = Comment.project_id == (await project_about(session, city_id=cast.city.id, slug=SLUG)).id
    sums = sa.select(sa.func.sum(Comment.agrees + Comment.disagrees)).where(mine)
    assert await session.scalar(sums) == 148_399
    rows = await session.execute(
        sa.select(Comment.source, Comment.agrees, Comment.disagrees, Comment.status).where(mine)
    )
    said = read_export(path).statements
    off = []
    for source, agrees, disagrees, status in rows:
        there = said[int(source or 0)]
        off.append(max(abs(agrees - there.agrees), abs(disagrees - there.disagrees)))
        assert (status == "hidden") is (there.moderated == -1)
    assert sum(by <= 1 for by in off) >= 820
    assert max(off) <= 13
    assert await brought(session, cast, path) == BroughtIn(0, 0)


@pytest.mark.slow
async def test_vtaiwan_is_counted_row_by_row_as_its_export_counts_it(session: Session, cast: Cast) -> None:
    path = real("vtaiwan-uberx")
    await consulted(session, cast)
    export = read_export(path)
    assert all(export.rows[s.id] == [s.agrees, s.disagrees] for s in export.statements.values())
    assert await brought(session, cast, path, "zh-Hant") == BroughtIn(197, 49_443)
    shown = sa.select(sa.func.count()).where(Comment.status == "shown", Comment.via == "import")
    assert await session.scalar(shown) == sum(s.moderated >= 0 for s in export.statements.values()) == 119
