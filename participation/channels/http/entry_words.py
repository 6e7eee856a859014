"""What a delegate wrote down for somebody, for templates/macros/entries.html: for whoever holds its receipt, and for whoever looks at what waits."""

from dataclasses import asdict
from typing import Any

from participation.domain.consultations.models import ReactionKind
from participation.domain.proxies.forms import read_kept
from participation.domain.proxies.odk.questions.rules import REACTIONS
from participation.domain.proxies.reviews.queries import EntryFate
from participation.domain.proxies.sums.queries import HANDS


def in_words(entry: EntryFate) -> dict[str, Any]:
    """From the comment that there is, or from what is kept meanwhile; of a vote nothing, not even that there was one."""
    said = entry.kept.get("comment") or {}
    comment = entry.comment
    return {
        "number": str(entry.number),
        "at": entry.finished_at,
        "stance": comment.stance if comment is not None else said.get("stance"),
        "body": comment.body if comment is not None else said.get("body", ""),
        "lang": comment.language if comment is not None else entry.language,
        "reactions": [(REACTIONS[ReactionKind(one.kind)], one.body, one.language) for one in entry.reactions],
        "kept_reactions": len(entry.kept.get("reactions") or {}),
        "meeting": _meeting(entry),
    }


def _meeting(entry: EntryFate) -> dict[str, Any] | None:
    """All of it: whoever was there can say that something is wrong."""
    met = entry.meeting
    if met is None:
        kept = read_kept(entry.kept).meeting if entry.kept else None
        met = None if kept is None else asdict(kept)
    return None if met is None else {**met, "hands": [met["hands"].get(side, 0) for side in HANDS]}
