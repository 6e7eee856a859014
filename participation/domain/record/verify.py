"""Checks a published record from its files alone: nothing is believed that the signed checkpoint does not cover."""

import base64
from collections.abc import Callable
from pathlib import Path

from participation.domain.record import notes, tiles
from participation.domain.record.notes import NoteError, VerifierKey
from participation.domain.record.sources import Absent, Source
from participation.domain.record.walk import Report, Walk

ENOUGH = 20
"""Findings after which the rest is not looked at any more."""
Progress = Callable[[int, int], None]


def verify(
    source: Source,
    *,
    key: VerifierKey | None = None,
    since: bytes | None = None,
    progress: Progress = lambda done, total: None,
) -> Report:
    """Check every entry, tile and signature. `since`: a checkpoint kept from earlier, whose record this one has to continue."""
    report = Report(source.name, key)
    if key is None:
        _key_from_copy(source, report)
    signed = _signed(report, "checkpoint", source.read("checkpoint"))
    kept = None if since is None else _signed(report, "the checkpoint you kept", since)
    if signed is None:
        return report
    note, claim = signed
    report.origin, report.size, report.root = claim.origin, claim.size, claim.root
    walk = Walk(source, report, kept[1].size if kept else None)
    for first in range(0, claim.size, tiles.WIDTH):
        walk.block(first, min(tiles.WIDTH, claim.size - first))
        progress(report.read, claim.size)
        if len(report.findings) >= ENOUGH:
            report.add(claim.origin, "too much is wrong: the rest was not looked at")
            break
    else:
        walk.finish()
        _root(report, walk)
    _signatures(report, note, walk.successions, kept)
    if kept:
        _continues(report, kept[1], walk)
    return report


def trusted_key(text: str) -> VerifierKey:
    """A key as somebody names it: the key itself, or a file that holds it. Raises `ValueError`."""
    try:
        return VerifierKey.parse(text if "+" in text else Path(text).read_text())
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ValueError(f"{text} is not a key of a record: {reason}") from None


def told(report: Report) -> list[str]:
    """The report in words, for the terminal."""
    lines = [str(finding) for finding in report.findings]
    if report.whole:
        erased = f", {len(report.erased)} of them erased and said to be" if report.erased else ""
        lines.append(f"The record {report.origin} is whole: {report.size} entries{erased}.")
        lines.append(f"Its root is {base64.b64encode(report.root).decode()}, signed by {report.key}.")
    else:
        lines.append(f"The record at {report.place} is NOT whole.")
    if report.key_came_along and report.key is not None:
        lines.append(
            "The key came from the same place as the record: whoever changed one could have changed the other. "
            "Name a key that you got elsewhere with --key."
        )
    return lines


def _key_from_copy(source: Source, report: Report) -> None:
    report.key_came_along = True
    raw = source.read("key")
    if isinstance(raw, Absent):
        report.add("key", raw.reason or "is missing: name the key that you trust with --key")
        return
    try:
        report.key = VerifierKey.parse(raw.decode())
    except (NoteError, UnicodeDecodeError) as error:
        report.add("key", f"is not a key: {error}")


def _signed(report: Report, where: str, raw: bytes | Absent) -> tuple[notes.Note, notes.Checkpoint] | None:
    if isinstance(raw, Absent):
        report.add(where, raw.reason or "is missing")
        return None
    try:
        note = notes.open_note(raw)
        return note, notes.checkpoint(note)
    except NoteError as error:
        report.add(where, f"cannot be read: {error}")
        return None


def _root(report: Report, walk: Walk) -> None:
    if walk.tree.root() != report.root:
        report.add("checkpoint", f"the {report.size} entries do not add up to the root that it names")


def _signatures(
    report: Report,
    note: notes.Note,
    successions: list[tuple[VerifierKey, VerifierKey]],
    kept: tuple[notes.Note, notes.Checkpoint] | None,
) -> None:
    """Who holds an old key follows the entries that hand the record on; who holds the new one, back to the old."""
    if report.key is None:
        return
    current, known = report.key, {report.key}
    for old, new in successions:
        current = new if old == current else current
    for old, new in [*successions, *reversed(successions)]:
        known |= {old, new} if known & {old, new} else set()
    if not note.signed_by(current):
        report.add("checkpoint", "is not signed by this key: it was changed, or belongs to another record")
    elif current.name != report.origin:
        report.add("checkpoint", f"speaks of the record {report.origin}, the key of {current.name}")
    if kept and not any(kept[0].signed_by(one) for one in known):
        report.add("the checkpoint you kept", "is not signed by a key of this record")


def _continues(report: Report, kept: notes.Checkpoint, walk: Walk) -> None:
    if kept.origin != report.origin:
        report.add("the checkpoint you kept", f"speaks of another record, {kept.origin}")
    elif kept.size > report.size:
        report.add(
            "checkpoint", f"the record had {kept.size} entries when you kept a checkpoint, and has {report.size}"
        )
    elif walk.old_root is not None and walk.old_root != kept.root:
        report.add("checkpoint", f"the first {kept.size} entries are not those that you kept a checkpoint of")
