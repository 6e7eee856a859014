"""The whole ladder, as residents and officials climb it through pages; whoever's hand holds the browser."""

import re
from dataclasses import dataclass
from datetime import timedelta

import pyotp
import sqlalchemy as sa

from participation.demo import cast as demo
from participation.demo.content import Content
from participation.domain.ballots.counting.queries import WAITS_UNTIL
from participation.domain.ballots.models import Ballot
from participation.kit import i18n
from participation.kit.hashing import grouped
from tests.journeys.hands import Hand, receipt, say, sees
from tests.world import World

ASKED, DISCUSSED = "water-meters", "bus-corridor"
WORDS = "My mother cannot walk to the tap at night. Who asked her?"
REASONS = "Because residents said so, and because the pipes are old."
ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def title(slug: str, language: str) -> str:
    project = next(project for project in Content().projects if project["slug"] == slug)
    texts = {code: str(words["title"]) for code, words in project["texts"].items()}
    return i18n.pick(texts, language, tuple(Content().city["languages"])).value


@dataclass
class Kept:
    """What a resident takes home: numbers on a piece of paper."""

    comment: str = ""
    vote: str = ""
    changed: str = ""


async def reads_and_signs_in(hand: Hand, world: World) -> None:
    await hand.open(f"/{hand.language}/")
    await hand.follow(title(ASKED, hand.language))
    await sees(hand, say(hand, "Where it stands").split()[0])
    await hand.open(f"/{hand.language}/sign-in")
    code = grouped(world.code())
    await hand.fill(say(hand, "Access code"), code.translate(ARABIC_DIGITS) if hand.language == "ar" else code)
    await hand.press(say(hand, "Sign in"))
    await sees(hand, say(hand, "Sign out here"))


async def comments(hand: Hand, kept: Kept) -> None:
    await hand.open(f"/{hand.language}/projects/{DISCUSSED}")
    await hand.follow(say(hand, "Say what you think"))
    await hand.pick(say(hand, "Are you for or against?"), 3)
    await hand.write(say(hand, "Your comment"), WORDS)
    await hand.press(say(hand, "Send my comment"))
    await sees(hand, WORDS)
    kept.comment = await receipt(hand)


async def votes_and_thinks_again(hand: Hand, kept: Kept) -> None:
    await hand.open(f"/{hand.language}/projects/{ASKED}")
    await hand.follow(say(hand, "Vote"))
    await hand.pick(say(hand, "Your choice"), 0)
    await hand.press(say(hand, "Send my vote"))
    kept.vote = await receipt(hand)
    await hand.open(f"/{hand.language}/projects/{ASKED}/ballot")
    await hand.pick(say(hand, "Your choice"), 1)
    await hand.press(say(hand, "Change my vote"))
    kept.changed = await receipt(hand, other_than=kept.vote)


async def looks_up(hand: Hand, number: str) -> str:
    """What a receipt says, from whatever browser."""
    await hand.open(f"/{hand.language}/receipts")
    await hand.fill(say(hand, "Number of the receipt"), number)
    await hand.press(say(hand, "Look it up"))
    await sees(hand, number)
    return re.sub(r"\s+", " ", await hand.shown())


async def time_passes_and_the_votes_are_counted(world: World) -> None:
    async with world.database.reading() as session:
        closes = await session.scalar(
            sa.select(WAITS_UNTIL).where(Ballot.closes_at > world.clock()).order_by(Ballot.closes_at).limit(1)
        )
    assert closes is not None
    world.clock.now = closes + timedelta(minutes=5)
    await world.work()


async def officials_decide(hand: Hand, world: World) -> None:
    """Omar writes it and hands it in; Zawadi reads and publishes it, from the same machine."""
    await _enters(hand, world, "omar")
    await hand.open(f"/staff/projects/{ASKED}/outcome")
    await hand.choose(say(hand, "Decision"), say(hand, "The city adopted this project."))
    for question in ("What the city decided", "Reasons", "What follows"):
        for language in Content().city["required_languages"]:
            await hand.write(f"{say(hand, question)} · {i18n.AUTONYMS[language]}", REASONS)
    await hand.press(say(hand, "Save and hand in"))
    await sees(hand, say(hand, "Whoever handed this decision in cannot publish it."))
    await hand.open("/staff/sign-out")
    await hand.press(say(hand, "Sign out"))
    await _enters(hand, world, "zawadi")
    await hand.open(f"/staff/projects/{ASKED}/outcome")
    await sees(hand, REASONS)
    await hand.press(say(hand, "Publish"))
    await sees(hand, say(hand, "Decisions published so far"))


async def _enters(hand: Hand, world: World, login: str) -> None:
    await hand.open("/staff/sign-in")
    await hand.fill(say(hand, "User name"), login)
    await hand.fill(say(hand, "Password"), demo.password(world.secrets, login))
    one_time = pyotp.TOTP(demo.totp(world.secrets, login)).at(world.clock())
    await hand.fill(say(hand, "One-time password"), one_time)
    await hand.press(say(hand, "Sign in"))
    await sees(hand, title(ASKED, hand.language))
