"""A vote on a delegate's device: in the person's own hands, kept nowhere, shown to nobody, and only with a code."""

import pytest
import sqlalchemy as sa
from playwright.async_api import Browser

from participation.domain.ballots.carried.queries import content_of
from participation.domain.ballots.models import Ballot, Choice
from participation.domain.ballots.queries import CARRIED, key_file
from participation.domain.projects.models import Project
from participation.kit import keys, partitions
from tests.browser.test_delegate_page import entries_of, looked_at
from tests.choosing import printed_for
from tests.served import serve
from tests.telephones import Telephone, Visit, agreed, code_of, described, telephone
from tests.world import World

pytestmark = [pytest.mark.browser]
SLUG, DISTRICT = "water-meters", "viwandani"


async def carried(world: World, hours: int = 72) -> int:
    """From now on delegates may carry votes in the ballot that is open, or with no hours they may not. Returns its number."""
    async with world.database.transaction() as session:
        about = sa.select(Project.id).where(Project.slug == SLUG).scalar_subquery()
        ballot = await session.scalar(
            sa.update(Ballot).where(Ballot.project_id == about).values(grace_hours=hours).returning(Ballot.id)
        )
        assert ballot is not None
        if not await partitions.exists(session, CARRIED, ballot):
            await partitions.create(session, CARRIED, ballot)
    return ballot


async def votes(world: World, ballot: int) -> list[tuple[Choice | None, str]]:
    """With the ballot's own key, what was chosen; and whether it counts."""
    rows = partitions.partition(CARRIED, ballot)
    async with world.database.reading() as session:
        name = await session.scalar(sa.select(Ballot.key).where(Ballot.id == ballot))
        found = (await session.execute(sa.select(rows))).all()
    assert name is not None
    key = keys.read(key_file(world.settings.keys, name))
    return [
        (next((one for one in Choice if content_of(key, row.entry, row.voter, one) == row.content), None), row.state)
        for row in found
    ]


async def at_the_read_back(phone: Telephone, world: World, code: str) -> None:
    await phone.enrol(await code_of(world, DISTRICT))
    await phone.take_along(SLUG, "en")
    await phone.online(False)
    said = Visit(code=code)
    await agreed(phone, said)
    await described(phone, said)
    await phone.at("read")


async def in_hands(phone: Telephone) -> None:
    await phone.press("read_done")
    await phone.at("phone")
    await phone.press("next")
    await phone.at("finish_title")
    await phone.press("next")
    await phone.at("vote_ask")
    await phone.press("vote_hand")
    await phone.at("hand")
    await phone.press("hand_have")
    await phone.page.locator(".keys").wait_for()


async def test_a_person_votes_with_the_number_keys_and_nothing_shows_how(windows: Browser, own_world: World) -> None:
    ballot = await carried(own_world)
    async with serve(own_world) as served, telephone(windows, served.address) as phone:
        await at_the_read_back(phone, own_world, own_world.code(DISTRICT, 5))
        await in_hands(phone)
        await looked_at(phone)
        assert await phone.page.locator("#bar").is_hidden()
        keys = await phone.page.locator(".keys button").all_inner_texts()
        assert [key.split()[0] for key in keys] == ["1", "2", "3"]
        assert (await phone.page.locator(".keys button").first.bounding_box() or {})["height"] >= 48
        before = await phone.rows()
        await phone.page.keyboard.press("2")
        await phone.type("code", own_world.code(DISTRICT, 5))
        await looked_at(phone)
        # Not even encrypted do code and vote lie on the device: the draft is the one from before.
        assert await phone.rows() == before
        await phone.press("vote_done")
        await phone.at("give")
        shown = await phone.page.content()
        assert not await phone.page.locator("main").get_by_text(phone.say("vote_against"), exact=False).count()
        assert "choice" not in shown
        # Sealed already: whoever gets the device back finds no way into it.
        assert await phone.page.locator("main button").count() == 1
        await phone.press("give_have")
        await phone.at("receipt")
        assert await phone.page.get_by_role("button", name=phone.say("back")).count() == 0
        receipt = await phone.page.locator("#receipt").inner_text()
        # Whatever happens before it is written down, it is still there.
        await phone.page.reload()
        await phone.unlock()
        await phone.home()
        await phone.page.locator("#unwritten button", has_text=receipt).click()
        await phone.at("receipt")
        assert await phone.page.locator("#receipt").inner_text() == receipt
        await phone.press("written")
        await phone.home()
        assert await phone.page.locator("#unwritten").count() == 0
        assert phone.say("drafts") not in await phone.page.locator("main").inner_text()
        await phone.online(True)
        await phone.sent()
        assert await votes(own_world, ballot) == [(Choice.AGAINST, "counts")]
        (entry,) = await entries_of(own_world)
        assert (entry.state, entry.pseudonym_id) == ("accepted", None)


async def test_a_delegate_alone_can_do_nothing_with_what_was_interrupted(windows: Browser, own_world: World) -> None:
    """Neither code nor choice is there any more; without the person nothing more is entered in their name."""
    ballot = await carried(own_world)
    async with serve(own_world) as served, telephone(windows, served.address) as phone:
        await at_the_read_back(phone, own_world, own_world.code(DISTRICT, 5))
        await in_hands(phone)
        await phone.page.locator(".keys button").first.click()
        await phone.type("code", own_world.code(DISTRICT, 5))
        await phone.page.reload()
        await phone.unlock()
        await phone.home()
        await phone.page.locator("main li button").first.click()
        await phone.at("vote_ask")
        await phone.press("vote_hand")
        await phone.at("hand")
        await phone.press("hand_have")
        await phone.page.keyboard.press("1")
        assert await phone.page.locator("#code").input_value() == ""
        await phone.press("vote_done")
        await phone.told("bad_number")
        await phone.press("vote_change")
        await phone.press("vote_none")
        await phone.at("give")
        await phone.press("give_have")
        await phone.at("vote_ask")
        await phone.press("vote_later")
        await phone.at("code")
        assert await phone.page.get_by_role("button", name=phone.say("finish"), exact=True).count() == 0
        assert await votes(own_world, ballot) == []


async def test_nobody_votes_without_a_code(windows: Browser, own_world: World) -> None:
    await carried(own_world)
    async with serve(own_world) as served, telephone(windows, served.address) as phone:
        await at_the_read_back(phone, own_world, "")
        assert await phone.page.get_by_text(phone.say("read_nothing")).count() == 1
        assert await phone.page.get_by_role("button", name=phone.say("read_done")).count() == 0


async def test_where_delegates_carry_no_votes_none_is_asked_for(windows: Browser, own_world: World) -> None:
    await carried(own_world, 0)
    async with serve(own_world) as served, telephone(windows, served.address) as phone:
        await at_the_read_back(phone, own_world, own_world.code(DISTRICT, 5))
        assert await phone.page.get_by_role("button", name=phone.say("read_done")).count() == 0


async def test_a_person_types_a_choice_code_and_neither_device_nor_delegate_can_read_it(
    windows: Browser, own_world: World
) -> None:
    ballot = await carried(own_world)
    async with own_world.database.transaction() as session:
        code = await printed_for(session, own_world.settings, ballot, Choice.AGAINST)
    async with serve(own_world) as served, telephone(windows, served.address) as phone:
        await at_the_read_back(phone, own_world, own_world.code(DISTRICT, 5))
        await in_hands(phone)
        await phone.type("choice", code)
        await looked_at(phone)
        await phone.press("next")
        assert phone.say("vote_against") not in await phone.page.locator("main").inner_text()
        await phone.type("code", own_world.code(DISTRICT, 5))
        await phone.press("vote_done")
        await phone.at("give")
        await phone.press("give_have")
        await phone.at("receipt")
        await phone.press("written")
        await phone.home()
        await phone.online(True)
        await phone.sent()
        assert await votes(own_world, ballot) == [(Choice.AGAINST, "counts")]
