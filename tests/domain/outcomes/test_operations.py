"""Decisions in a real database: published after the count, carried out, corrected in public."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from participation.domain.ballots import queries as ballots
from participation.domain.ballots.models import BallotState, Choice
from participation.domain.ballots.rules import Phase, phase
from participation.domain.outcomes import operations, queries
from participation.domain.outcomes.models import Decision
from participation.domain.outcomes.published import operations as published
from participation.domain.projects.models import ProjectState
from participation.domain.record.models import RecordEntry
from participation.kit.database import Session
from participation.kit.errors import Conflict, Invalid, NotAllowed
from tests.cast import DAY, NOW, Cast
from tests.deciding import DECIDED, SAID, corrected, counted, decided, published_by_two, said
from tests.voting import CLOSES, Asked, ask, project, vote


@pytest.fixture
async def asked(session: Session, cast: Cast, tmp_path: Path) -> Asked:
    return await ask(session, cast, tmp_path)


async def entries(session: Session) -> list[tuple[str, dict[str, Any]]]:
    found = (await session.scalars(sa.select(RecordEntry).order_by(RecordEntry.id))).all()
    return [(entry.kind, (entry.entry or {})["facts"]) for entry in found]


async def test_a_decision_is_published_after_the_count_with_everything_that_it_says(
    session: Session, cast: Cast, asked: Asked
) -> None:
    await counted(session, cast, asked, **{"for": 12, "against": 3})
    outcome = await decided(session, cast, asked, asked.project)
    assert asked.project.state == ProjectState.DECIDED
    assert outcome.departs is False
    about = await queries.about(session, city_id=cast.city.id, slug="lamps")
    assert about is not None
    [shown] = about.outcomes
    assert shown.decided["sw"] == "Soko linapata taa 180."
    assert [theme.disposition for theme in shown.themes] == ["accepted", "rejected"]
    assert [promise.due for promise in shown.commitments] == [date(2027, 4, 1), date(2027, 6, 1)]
    kind, facts = (await entries(session))[-1]
    assert kind == "outcome_published"
    assert facts["decision"] == "adopted"
    assert facts["reasons"] == SAID.reasons


async def test_a_decision_cannot_come_before_the_count(session: Session, cast: Cast, asked: Asked) -> None:
    with pytest.raises(Conflict) as refused:
        await decided(session, cast, asked, asked.project)
    assert refused.value.code == "not_counted"


async def test_what_is_missing_is_named_field_by_field(session: Session, cast: Cast, asked: Asked) -> None:
    await counted(session, cast, asked, **{"for": 12})
    with pytest.raises(Invalid) as refused:
        await decided(session, cast, asked, asked.project, said(reasons={"en": "Because."}, follows={}))
    assert set(refused.value.errors) == {"reasons.sw", "follows.en", "follows.sw"}


async def test_a_decision_against_the_vote_says_that_it_departs(session: Session, cast: Cast, asked: Asked) -> None:
    await counted(session, cast, asked, **{"for": 3, "against": 12})
    outcome = await decided(session, cast, asked, asked.project, said(decision=Decision.ADOPTED_IN_PART))
    assert outcome.departs is True


async def test_a_binding_vote_is_followed(session: Session, cast: Cast, tmp_path: Path) -> None:
    asked = await ask(session, cast, tmp_path, binding=True)
    await counted(session, cast, asked, **{"for": 12, "against": 3})
    with pytest.raises(Conflict) as refused:
        await decided(session, cast, asked, asked.project, said(decision=Decision.REJECTED))
    assert refused.value.code == "binding"


async def test_only_officials_of_the_place_decide(session: Session, cast: Cast, asked: Asked) -> None:
    for actor in (cast.amina, cast.mariam, cast.ada):
        with pytest.raises(NotAllowed):
            await operations.save(session, city=cast.city, project=asked.project, said=SAID, actor=actor, at=DECIDED)


async def test_two_officials_do_not_overwrite_each_other(session: Session, cast: Cast, asked: Asked) -> None:
    everything: dict[str, Any] = {"city": cast.city, "project": asked.project, "at": DECIDED}
    first = await operations.save(session, said=SAID, version=0, actor=cast.omar, **everything)
    seen = first.version
    await operations.save(session, said=said(follows={"en": "Soon."}), version=seen, actor=cast.oksana, **everything)
    with pytest.raises(Conflict):
        await operations.save(session, said=SAID, version=seen, actor=cast.omar, **everything)


async def test_withdrawing_a_project_cancels_its_ballot_and_names_a_successor(
    session: Session, cast: Cast, asked: Asked
) -> None:
    await project(session, cast.city, slug="solar-lamps")
    await vote(session, asked, cast.amina, Choice.FOR)
    words = said(decision=Decision.WITHDRAWN, successor="solar-lamps")
    await published_by_two(session, cast, asked.project, words, asked.folder, at=NOW)
    assert asked.project.state == ProjectState.WITHDRAWN
    about = await queries.about(session, city_id=cast.city.id, slug="lamps")
    assert about is not None
    assert about.successor == "solar-lamps"
    ballot = await ballots.of_project(session, city_id=cast.city.id, slug="lamps")
    assert ballot is not None
    assert ballot.state == BallotState.CANCELLED
    assert ballot.cancel_reasons == SAID.reasons
    kinds = [kind for kind, _facts in await entries(session)]
    assert kinds.index("outcome_published") < kinds.index("ballot_cancelled")


async def test_a_successor_has_to_be_there(session: Session, cast: Cast, asked: Asked) -> None:
    words = said(decision=Decision.WITHDRAWN, successor="nothing")
    with pytest.raises(Invalid) as refused:
        await operations.save(session, city=cast.city, project=asked.project, said=words, actor=cast.omar, at=NOW)
    assert list(refused.value.errors) == ["successor"]


async def test_a_ballot_is_cancelled_as_an_outcome_and_the_project_can_still_be_decided(
    session: Session, cast: Cast, asked: Asked
) -> None:
    await vote(session, asked, cast.amina, Choice.FOR)
    words = said(decision=Decision.BALLOT_CANCELLED, themes=(), commitments=())
    await published_by_two(session, cast, asked.project, words, asked.folder, at=NOW)
    assert asked.project.state == ProjectState.PUBLISHED
    assert asked.step.ended_at == NOW
    await decided(session, cast, asked, asked.project)
    about = await queries.about(session, city_id=cast.city.id, slug="lamps")
    assert about is not None
    assert [outcome.decision for outcome in about.outcomes] == ["adopted", "ballot_cancelled"]


async def test_after_a_proven_fault_a_ballot_is_run_again_at_new_dates(
    session: Session, cast: Cast, asked: Asked
) -> None:
    await counted(session, cast, asked, **{"for": 12})
    opens, closes = DECIDED + 5 * DAY, DECIDED + 20 * DAY
    words = said(
        decision=Decision.BALLOT_REPEATED, themes=(), commitments=(), again_opens_at=opens, again_closes_at=closes
    )
    await decided(session, cast, asked, asked.project, words)
    ballot = await ballots.of_project(session, city_id=cast.city.id, slug="lamps")
    assert ballot is not None
    assert ballot.id != asked.ballot.id
    assert (ballot.opens_at, ballot.closes_at, ballot.result) == (opens, closes, None)
    assert phase(ballot, opens - DAY) is Phase.PLANNED
    assert asked.ballot.state == BallotState.CANCELLED
    asked.step.opened_at = opens
    await session.flush()
    again = replace(asked, ballot=await session.get_one(type(asked.ballot), ballot.id))
    await vote(session, again, cast.amina, Choice.AGAINST, at=opens + DAY)


CANCELLED = said(decision=Decision.BALLOT_CANCELLED, themes=(), commitments=())
AGAIN = said(
    decision=Decision.BALLOT_REPEATED,
    themes=(),
    commitments=(),
    again_opens_at=DECIDED + 5 * DAY,
    again_closes_at=DECIDED + 20 * DAY,
)


async def test_one_official_cannot_undo_a_binding_result(session: Session, cast: Cast, tmp_path: Path) -> None:
    asked = await ask(session, cast, tmp_path, binding=True)
    await counted(session, cast, asked, **{"for": 3, "against": 12})
    await decided(session, cast, asked, asked.project, CANCELLED)
    for decision in (Decision.ADOPTED, Decision.ADOPTED_IN_PART, Decision.REJECTED):
        with pytest.raises(Conflict) as refused:
            await decided(session, cast, asked, asked.project, said(decision=decision))
        assert refused.value.code == "undone"
    await decided(session, cast, asked, asked.project, AGAIN)
    assert asked.project.state == ProjectState.PUBLISHED
    ballot = await ballots.of_project(session, city_id=cast.city.id, slug="lamps")
    assert ballot is not None
    assert (ballot.state, ballot.binding, ballot.opens_at) == (BallotState.ANNOUNCED, True, AGAIN.again_opens_at)
    # Nor by cancelling the second one before it is counted.
    await decided(session, cast, asked, asked.project, CANCELLED)
    with pytest.raises(Conflict) as refused:
        await decided(session, cast, asked, asked.project)
    assert refused.value.code == "undone"


async def test_a_decision_departs_from_an_advisory_result_that_was_cancelled(
    session: Session, cast: Cast, asked: Asked
) -> None:
    await counted(session, cast, asked, **{"for": 3, "against": 12})
    await decided(session, cast, asked, asked.project, CANCELLED)
    outcome = await decided(session, cast, asked, asked.project)
    assert outcome.departs is True
    assert outcome.ballot_id == asked.ballot.id


async def test_a_ballot_is_not_run_again_in_the_past(session: Session, cast: Cast, asked: Asked) -> None:
    await counted(session, cast, asked, **{"for": 12})
    words = said(
        decision=Decision.BALLOT_REPEATED, again_opens_at=CLOSES, again_closes_at=DECIDED + DAY, commitments=()
    )
    with pytest.raises(Invalid):
        await decided(session, cast, asked, asked.project, words)


async def test_a_correction_is_recorded_with_what_stood_there_before(
    session: Session, cast: Cast, asked: Asked
) -> None:
    await counted(session, cast, asked, **{"for": 12})
    outcome = await decided(session, cast, asked, asked.project)
    themes = tuple(replace(row, id=theme.id) for row, theme in zip(SAID.themes, outcome.themes, strict=True))
    promises = tuple(
        replace(row, id=promise.id) for row, promise in zip(SAID.commitments, outcome.commitments, strict=True)
    )
    renamed = replace(promises[0], names={"en": "Lamps in the fish hall; the flood came first, so it takes until May"})
    everything: dict[str, Any] = {
        "city": cast.city,
        "project": asked.project,
        "outcome_id": outcome.id,
        "at": DECIDED + DAY,
    }
    words = said(themes=themes, commitments=(renamed, promises[1]))
    await corrected(session, cast, words, **everything)
    kind, facts = (await entries(session))[-1]
    assert kind == "outcome_corrected"
    assert facts["changed"].keys() == {"commitments"}
    assert facts["changed"]["commitments"]["before"][0]["names"] == {"en": "Lamps in the fish hall"}
    assert facts["changed"]["commitments"]["after"][0]["names"] == renamed.names
    for taken_back in (
        said(themes=themes, commitments=(renamed,)),
        said(themes=themes, commitments=(renamed, promises[1]), follows={"en": "The fish hall."}),
        said(themes=themes, commitments=(renamed, promises[1]), decision=Decision.REJECTED),
    ):
        with pytest.raises(Invalid):
            await corrected(session, cast, taken_back, **everything)


async def test_a_late_promise_stays_late_whatever_is_corrected(session: Session, cast: Cast, asked: Asked) -> None:
    await counted(session, cast, asked, **{"for": 12})
    outcome = await decided(session, cast, asked, asked.project)
    first, second = (
        replace(row, id=promise.id) for row, promise in zip(SAID.commitments, outcome.commitments, strict=True)
    )
    themes = tuple(replace(row, id=theme.id) for row, theme in zip(SAID.themes, outcome.themes, strict=True))
    late: dict[str, Any] = {"city": cast.city, "project": asked.project, "at": DECIDED.replace(month=5)}
    later = replace(first, due=date(2027, 12, 1))
    added = replace(first, id=None, due=date(2027, 12, 1))
    for promises, field in (
        ((later, second), "commitment.0.due"),
        ((first, later, second), "commitment.1.due"),
        ((first, second, added), "commitment.2.names.en"),
        ((second,), "form"),
    ):
        words = said(themes=themes, commitments=promises)
        with pytest.raises(Invalid) as refused:
            await corrected(session, cast, words, outcome_id=outcome.id, **late)
        assert field in refused.value.errors
    about = await queries.about(session, city_id=cast.city.id, slug="lamps")
    assert about is not None
    assert [promise.due for promise in about.outcomes[0].commitments] == [date(2027, 4, 1), date(2027, 6, 1)]


async def test_a_promise_is_said_to_be_kept_once_and_not_ahead_of_time(
    session: Session, cast: Cast, asked: Asked
) -> None:
    await counted(session, cast, asked, **{"for": 12})
    outcome = await decided(session, cast, asked, asked.project)
    everything: dict[str, Any] = {
        "city": cast.city,
        "project": asked.project,
        "commitment_id": outcome.commitments[0].id,
        "actor": cast.omar,
        "at": DECIDED,
    }
    with pytest.raises(Invalid):
        await published.record_commitment_done(session, on=date(2030, 1, 1), **everything)
    done = await published.record_commitment_done(session, on=date(2027, 3, 12), **everything)
    assert done.done_on == date(2027, 3, 12)
    assert (await entries(session))[-1][0] == "commitment_done"
    with pytest.raises(Conflict):
        await published.record_commitment_done(session, on=date(2027, 3, 12), **everything)
