"""What the votes say by the rule that was announced, and how much of it can be told without telling of anybody."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from participation.domain.ballots.models import Choice, Result
from participation.domain.ballots.rules import LEAST

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Cell(Generic[K]):
    """How many voted in one place, or through one channel; against how many live there, where that can be said."""

    keys: tuple[K, ...]
    votes: int
    population: int | None = None

    @property
    def telling(self) -> bool:
        """So few voted, or so few did not, that the number would speak of them."""
        return self.votes < LEAST or (self.population is not None and self.population - self.votes < LEAST)

    def __add__(self, other: "Cell[K]") -> "Cell[K]":
        known = self.population is not None and other.population is not None
        return Cell(
            self.keys + other.keys,
            self.votes + other.votes,
            (self.population or 0) + (other.population or 0) if known else None,
        )


def result(counts: Mapping[Choice, int], *, threshold: int, quorum: int) -> Result:
    """The quorum counts every vote; the threshold compares for and against alone, and has to be exceeded."""
    if sum(counts.values()) < quorum:
        return Result.QUORUM_MISSED
    in_favour, against = counts.get(Choice.FOR, 0), counts.get(Choice.AGAINST, 0)
    return Result.PASSED if in_favour * 100 > threshold * (in_favour + against) else Result.NOT_PASSED


def merged(cells: Sequence[Cell[K]], shuffled: Iterable[Cell[K]]) -> list[Cell[K]]:
    """The cells as they can be published: those that would tell of a few people are put together into one.

    One cell put together must not tell of a few people either, and has at least two in it: else it is filled up with others,
    in an order that is shuffled anew for each ballot, so that knowing this rule computes nothing back.
    """
    together = [cell for cell in cells if cell.telling]
    if not together:
        return list(cells)
    rest = [cell for cell in shuffled if not cell.telling]
    while rest and (len(together) < 2 or _sum(together).telling):
        together.append(rest.pop(0))
    return [cell for cell in cells if cell not in together] + [_sum([cell for cell in cells if cell in together])]


def _sum(cells: Sequence[Cell[K]]) -> Cell[K]:
    total = cells[0]
    for cell in cells[1:]:
        total += cell
    return total


def published(
    counts: Mapping[Choice, int],
    places: Sequence[Cell[str]],
    channels: Sequence[Cell[str]],
    *,
    threshold: int,
    quorum: int,
    spoiled: int | None = None,
    sheets: int | None = None,
) -> dict[str, Any]:
    """All that is ever stored of a count: with fewer than ten votes the result alone, else the sums and the merged turnout.

    `spoiled`: people for whom delegates brought a vote that does not count; none where no votes can come this way. Of fewer than ten
    nothing is said, nor of nobody: a nought that is told would make every silence tell that there are some.
    `sheets`: how many voted, rounded down to tens; none where none were printed.
    """
    said: dict[str, Any] = {"result": result(counts, threshold=threshold, quorum=quorum).value}
    total = sum(counts.values())
    if total < LEAST:
        return said
    if spoiled is not None:
        said["spoiled"] = spoiled if spoiled >= LEAST else None
    if sheets is not None:
        said["sheets"] = sheets // LEAST * LEAST or None
    return said | {
        "votes": total,
        "for": counts.get(Choice.FOR, 0),
        "against": counts.get(Choice.AGAINST, 0),
        "abstain": counts.get(Choice.ABSTAIN, 0),
        "places": [{"places": list(cell.keys), "votes": cell.votes, "population": cell.population} for cell in places],
        "channels": [{"channels": list(cell.keys), "votes": cell.votes} for cell in channels],
    }
