"""Turnout is published so that no number under ten comes out of it, whatever is added to or taken from what."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from participation.domain.ballots.counting.rules import Cell, merged, published
from participation.domain.ballots.models import Choice
from participation.domain.ballots.rules import LEAST

votes = st.one_of(st.integers(0, 12), st.integers(0, 5_000))
spare = st.one_of(st.integers(0, 12), st.integers(0, 50_000))


@st.composite
def cells(draw: st.DrawFn) -> list[Cell[str]]:
    """Districts of any size, some with hardly a vote, some where nearly everybody voted."""
    rows = draw(st.lists(st.tuples(votes, spare), min_size=1, max_size=6))
    return [Cell((f"d{i}",), cast, cast + more) for i, (cast, more) in enumerate(rows)]


def rank(rows: Sequence[Sequence[int]]) -> int:
    """Of a matrix, by elimination over fractions."""
    matrix = [[Fraction(value) for value in row] for row in rows]
    found = 0
    for column in range(len(matrix[0]) if matrix else 0):
        pivot = next((i for i in range(found, len(matrix)) if matrix[i][column]), None)
        if pivot is None:
            continue
        matrix[found], matrix[pivot] = matrix[pivot], matrix[found]
        for i in range(found + 1, len(matrix)):
            factor = matrix[i][column] / matrix[found][column]
            matrix[i] = [a - factor * b for a, b in zip(matrix[i], matrix[found], strict=True)]
        found += 1
    return found


def follows(equations: Sequence[Sequence[int]], wanted: Sequence[int]) -> bool:
    """Whether a sum can be computed from published sums, by adding and subtracting them in any way."""
    return rank([*equations, wanted]) == rank(equations)


@given(cells(), st.randoms(use_true_random=False))
def test_no_number_under_ten_follows_from_what_is_published(original: list[Cell[str]], chance: object) -> None:
    total = sum(cell.votes for cell in original)
    if total < LEAST:
        return
    told = merged(original, chance.sample(original, len(original)))  # type: ignore[attr-defined]
    names = [cell.keys[0] for cell in original]
    equations = [[int(name in cell.keys) for name in names] for cell in told] + [[1] * len(names)]
    whole = sum(cell.population or 0 for cell in original)
    for size in range(1, len(original) + 1):
        for chosen in combinations(original, size):
            few = sum(cell.votes for cell in chosen) < LEAST
            absent = sum((cell.population or 0) - cell.votes for cell in chosen) < LEAST
            # Where hardly anybody in the whole city stayed away, the total says so by itself.
            if few or (absent and whole - total >= LEAST):
                wanted = [int(cell in chosen) for cell in original]
                assert not follows(equations, wanted)


@given(cells(), st.randoms(use_true_random=False))
def test_merging_loses_no_vote_and_nobody(original: list[Cell[str]], chance: object) -> None:
    told = merged(original, chance.sample(original, len(original)))  # type: ignore[attr-defined]
    assert sum(cell.votes for cell in told) == sum(cell.votes for cell in original)
    assert sum(cell.population or 0 for cell in told) == sum(cell.population or 0 for cell in original)
    assert sorted(key for cell in told for key in cell.keys) == sorted(cell.keys[0] for cell in original)


def test_what_is_large_enough_is_told_as_it_is() -> None:
    plain = [Cell(("harbour",), 40, 4_000), Cell(("market",), 10, 6_000)]
    assert merged(plain, plain) == plain


def test_a_district_where_hardly_anybody_voted_is_told_together_with_another() -> None:
    hill, market, harbour = Cell(("hill",), 3, 900), Cell(("market",), 50, 6_000), Cell(("harbour",), 60, 4_000)
    told = merged([harbour, market, hill], [market, hill, harbour])
    assert told == [harbour, Cell(("market", "hill"), 53, 6_900)]


def test_two_small_districts_are_told_together_when_that_is_ten() -> None:
    hill, quay, market = Cell(("hill",), 6, 900), Cell(("quay",), 5, 800), Cell(("market",), 50, 6_000)
    assert merged([hill, quay, market], [market, quay, hill]) == [market, Cell(("hill", "quay"), 11, 1_700)]


def test_with_fewer_than_ten_votes_only_the_result_is_told() -> None:
    place, channel = [Cell(("harbour",), 9, 4_000)], [Cell(("web",), 9)]
    told = published({Choice.FOR: 8, Choice.AGAINST: 1}, place, channel, threshold=50, quorum=0)
    assert told == {"result": "passed"}
    more = published({Choice.FOR: 8, Choice.AGAINST: 2}, place, channel, threshold=50, quorum=0)
    assert more["votes"] == 10
