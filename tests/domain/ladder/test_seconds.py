"""What waits for a second person is listed for whoever could be that person, what waits longest first."""

from participation.domain.ladder.seconds.queries import MOST, waiting
from participation.domain.people.models import Role
from participation.domain.projects.assessments.models import Assessment, AssessmentState
from participation.kit.database import Session
from tests.cast import DAY, NOW, Cast, staff
from tests.consulting import consulted


async def handed_in(session: Session, cast: Cast, slug: str, number: int, days: int, *places: int) -> None:
    """An assessment of a project of these places, handed in so many days after `NOW`."""
    project = await consulted(session, cast, slug, number=number, places=places)
    assert cast.omar.person_id is not None
    session.add(
        Assessment(
            **{"city_id": cast.city.id, "project_id": project.id, "kind": "screening", "questionnaire": 1},
            **{"state": AssessmentState.REVIEW, "submitted_by": cast.omar.person_id, "created_at": NOW},
            submitted_at=NOW + days * DAY,
        )
    )
    await session.flush()


async def listed(session: Session, cast: Cast, *places: int | None) -> list[str]:
    official = await staff(session, cast.city, [Role.OFFICIAL], *places)
    return [one.slug for one in await waiting(session, city=cast.city, actor=official, at=NOW)]


async def test_a_district_finds_its_own_behind_a_full_list_of_others(session: Session, cast: Cast) -> None:
    for number in range(1, MOST + 3):
        await handed_in(session, cast, f"market-{number}", number, 0, cast.market)
    await handed_in(session, cast, "harbour-quay", 90, 5, cast.harbour)
    await handed_in(session, cast, "both", 91, 4, cast.harbour, cast.market)
    await handed_in(session, cast, "everywhere", 92, 3)
    assert await listed(session, cast, cast.harbour) == ["harbour-quay"]
    assert len(await listed(session, cast)) == MOST


async def test_what_waits_longest_comes_first(session: Session, cast: Cast) -> None:
    for number, days in enumerate((3, 1, 2), start=1):
        await handed_in(session, cast, f"after-{days}", number, days, cast.harbour)
    assert await listed(session, cast, cast.harbour) == ["after-1", "after-2", "after-3"]


async def test_whoever_has_no_such_role_there_has_nothing_to_confirm(session: Session, cast: Cast) -> None:
    await handed_in(session, cast, "harbour-quay", 1, 0, cast.harbour)
    assert await listed(session, cast, cast.market) == []
    assert await waiting(session, city=cast.city, actor=cast.mariam, at=NOW) == []
    assert await waiting(session, city=cast.city, actor=cast.ada, at=NOW) == []
