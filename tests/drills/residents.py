"""What a resident does, journey by journey, by the words on the pages; whatever browser is in the hand."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

from participation.kit.hashing import grouped
from tests.drills.drill import people
from tests.journeys import story
from tests.journeys.hands import Hand, receipt, say, sees
from tests.journeys.story import ASKED, DISCUSSED, Kept, title
from tests.world import World


class Looking(Hand, Protocol):
    """A hand that also ticks boxes, and keeps a picture of what is on the screen."""

    async def tick(self, label: str) -> None: ...
    async def look(self, name: str) -> None: ...


@dataclass
class Resident:
    hand: Looking
    world: World
    kept: Kept = field(default_factory=Kept)
    done: list[str] = field(default_factory=list)


async def finds(who: Resident) -> None:
    """From the first page, by a word."""
    hand = who.hand
    await hand.open(f"/{hand.language}/")
    await hand.look("home")
    await hand.follow(say(hand, "Projects"))
    await hand.fill(say(hand, "Word"), "corridor")
    await hand.press(say(hand, "Show"))
    await hand.look("projects")
    await hand.follow(title(DISCUSSED, hand.language))
    await sees(hand, say(hand, "What can still change"))
    await hand.look("project")


async def reads(who: Resident) -> None:
    """In plain words, and what the project does to people."""
    hand = who.hand
    await hand.open(f"/{hand.language}/projects/{DISCUSSED}")
    await hand.follow(say(hand, "In plain words"))
    await hand.look("plain")
    await hand.open(f"/{hand.language}/projects/{DISCUSSED}/assessments")
    await hand.look("assessments")
    await hand.follow("Data protection")
    await hand.look("assessment")
    await hand.follow("Law and risk")
    await hand.look("section")


async def answers(who: Resident) -> None:
    """What organisations say, and what the city answered to residents."""
    hand = who.hand
    await hand.open(f"/{hand.language}/projects/{DISCUSSED}/opinions")
    await hand.look("opinions")
    await hand.open(f"/{hand.language}/projects/{DISCUSSED}/comments")
    await hand.look("comments")
    await hand.open(f"/{hand.language}/projects/market-cameras/outcome")
    await sees(hand, say(hand, "Reasons"))
    await hand.look("outcome")


async def signs_in(who: Resident) -> None:
    hand = who.hand
    await hand.open(f"/{hand.language}/sign-in")
    await hand.look("sign-in")
    await hand.fill(say(hand, "Access code"), grouped(who.world.code()))
    await hand.press(say(hand, "Sign in"))
    await sees(hand, say(hand, "Sign out here"))
    await hand.look("me")


async def comments(who: Resident) -> None:
    await story.comments(who.hand, who.kept)
    await who.hand.look("comment sent")


async def reacts(who: Resident) -> None:
    hand = who.hand
    await hand.open(f"/{hand.language}/projects/{DISCUSSED}/comments?sort=agreed")
    found = re.search(rf"{say(hand, 'Agree')} \d+", " ".join((await hand.shown()).split()))
    assert found is not None
    await hand.press(found[0])
    await sees(hand, say(hand, "Counted. Receipt:"))
    await hand.look("reacted")


async def votes(who: Resident) -> None:
    """With the session, and once more: the second counts."""
    await story.votes_and_thinks_again(who.hand, who.kept)
    await who.hand.look("receipt")


async def looks_up(who: Resident) -> None:
    await story.looks_up(who.hand, who.kept.changed)
    await story.looks_up(who.hand, who.kept.comment)
    await who.hand.look("looked up")


async def follows(who: Resident) -> None:
    hand = who.hand
    await hand.open(f"/{hand.language}/projects/{ASKED}/follow")
    await hand.look("follow")
    await hand.fill(say(hand, "E-mail address"), "asha@example.org")
    await hand.press(say(hand, "Send me the link"))
    await sees(hand, say(hand, "If the address is right, an e-mail with a link is on its way."))


async def reads_the_record(who: Resident) -> None:
    hand = who.hand
    await hand.open(f"/{hand.language}/record")
    await hand.look("record")
    await hand.open(f"/{hand.language}/record/7")
    await hand.look("entry")


async def sees_what_is_kept(who: Resident) -> None:
    hand = who.hand
    await hand.open(f"/{hand.language}/me")
    await sees(hand, story.WORDS)
    await sees(hand, say(hand, "Everything as a file"))
    await hand.look("kept")


async def signs_out(who: Resident) -> None:
    hand = who.hand
    await hand.open(f"/{hand.language}/sign-out")
    await hand.press(say(hand, "Sign out"))
    await hand.open(f"/{hand.language}/sign-out")
    await sees(hand, say(hand, "You are not signed in."))


async def votes_by_code(who: Resident) -> None:
    """The code stands in the ballot's own form, and leaves nobody signed in."""
    hand, code = who.hand, (await people(who.world))[0]
    await hand.open(f"/{hand.language}/projects/{ASKED}/ballot")
    await hand.look("ballot")
    await hand.pick(say(hand, "Your choice"), 2)
    await hand.fill(say(hand, "Access code"), code)
    await hand.press(say(hand, "Send my vote"))
    who.kept.vote = await receipt(hand)
    await hand.open(f"/{hand.language}/sign-out")
    await sees(hand, say(hand, "You are not signed in."))


async def takes_less_data(who: Resident) -> None:
    hand = who.hand
    await hand.open(f"/{hand.language}/receipts")
    await hand.follow(say(hand, "Use less data"))
    await sees(hand, say(hand, "Number of the receipt"))
    await hand.look("light")
    await hand.follow(say(hand, "Back to the full pages"))
    await sees(hand, say(hand, "Number of the receipt"))


async def erases(who: Resident) -> None:
    hand = who.hand
    await signs_in(who)
    await hand.open(f"/{hand.language}/me/erase")
    await hand.look("erase")
    await hand.tick(say(hand, "I am sure"))
    await hand.fill(say(hand, "Access code"), who.world.code())
    await hand.press(say(hand, "Erase everything about me"))
    await sees(hand, say(hand, "Everything about you has been erased."))


Journey = Callable[[Resident], Awaitable[None]]
JOURNEYS: tuple[Journey, ...] = (
    *(finds, reads, answers, signs_in, comments, reacts, votes, looks_up, follows, reads_the_record),
    *(sees_what_is_kept, signs_out, votes_by_code, takes_less_data, erases),
)


async def all_of(hand: Looking, world: World) -> list[str]:
    """Every journey, one after the other; their names, for the table."""
    who = Resident(hand, world)
    for journey in JOURNEYS:
        await journey(who)
        who.done.append(journey.__name__)
    return who.done
