"""How long wrong codes make the next one wait."""

from datetime import timedelta

import pytest

from participation.domain.ballots.rules import PATIENCE
from participation.domain.people.guesses.rules import ALL, QUEUE, pin_wait, place_in_queue, turn, wait
from tests.cast import NOW


@pytest.mark.parametrize(
    ("wrong", "seconds"),
    [
        ({}, 0),
        ({"device": 4}, 0),
        ({"device": 5}, 0.5),
        ({"device": 6}, 1),
        ({"device": 9}, 8),
        ({"device": 500}, 8),
        ({ALL: 299}, 0),
        ({ALL: 300}, 0.5),
        ({ALL: 1_000_000}, 2),
        ({"device": 2, ALL: 100}, 0),
        ({"device": 7, ALL: 100_000}, 2),
    ],
)
def test_the_wait_grows_with_a_device_and_with_all_of_them(wrong: dict[str, int], seconds: float) -> None:
    assert wait(wrong) == seconds


def test_however_many_pins_come_at_once_they_are_looked_at_one_by_one() -> None:
    free = None
    turns = []
    while (turn := place_in_queue(free, 8.0, NOW)) is not None:
        turns.append((turn - NOW).total_seconds())
        free = turn
    assert turns == [8, 16, 24]
    assert place_in_queue(free, 8.0, NOW + timedelta(seconds=9)) is not None


@pytest.mark.parametrize(
    ("wrong", "seconds"), [(0, 0), (4, 0), (5, 0.5), (9, 8), (49, 8), (50, 60), (199, 60), (200, 600), (9_999, 600)]
)
def test_the_wait_for_a_pin_grows_with_all_wrong_ones_that_ever_came(wrong: int, seconds: float) -> None:
    assert pin_wait(wrong) == seconds


@pytest.mark.parametrize(("wrong", "a_day"), [(50, 1440), (200, 144)])
def test_whoever_guesses_a_pin_day_and_night_gets_few_attempts(wrong: int, a_day: int) -> None:
    free, looked_at = None, 0
    for minute in range(24 * 60):
        now = NOW + timedelta(minutes=minute)
        for _attempt in range(3):
            if (mine := turn(wrong, free, now)) is not None:
                assert mine.wait == 0
                free, looked_at = mine.next_at, looked_at + 1
    assert looked_at == a_day


def test_a_queue_that_has_run_dry_starts_now() -> None:
    assert place_in_queue(NOW - timedelta(hours=1), 0.5, NOW) == NOW + timedelta(seconds=0.5)
    assert timedelta(seconds=8) <= QUEUE < PATIENCE
