"""What a program would rather have, of what there is."""

import re
from collections.abc import Sequence


def chosen(accept: str, offered: Sequence[str]) -> str | None:
    """RFC 9110 `Accept`: of what is offered that with the highest weight, the first where they are equal; None where none fits."""
    weights = [(_weight(accept, name), -place, name) for place, name in enumerate(offered)]
    best = max(weights)
    return best[2] if best[0] > 0 else None


def _weight(accept: str, name: str) -> float:
    """What the most precise range that fits says."""
    if not accept.strip():
        return 1.0
    ranks = {"*/*": 0, f"{name.partition('/')[0]}/*": 1, name: 2}
    best: tuple[int, float] = (-1, 0.0)
    for part in accept[:2000].split(","):
        kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if kind in ranks:
            best = max(best, (ranks[kind], _quality(parameters)))
    return best[1]


def _quality(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        key, _equals, value = parameter.partition("=")
        if key.strip() == "q":
            return float(value) if re.fullmatch(r"[01](\.[0-9]{0,3})?", value.strip()) else 0.0
    return 1.0
