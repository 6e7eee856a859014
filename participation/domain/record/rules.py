"""What an entry says and how it becomes a leaf: salted, so that erasing the salt erases what it said."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any, NoReturn

import rfc8785

from participation.domain.record.actors import Actor

SALT = 32
ERASURE = "erasure"
NEW_KEY = "record_key"
STARTED = "record_started"
DELEGATE = "delegate"
STAFF = frozenset({"official", "moderator", "administrator", "auditor"})


class BodyError(ValueError):
    """The file of an entry is not what the record writes."""


def public_actor(actor: Actor) -> dict[str, str | int]:
    """A resident is `resident`; staff are a role and a place; a delegate is the number of the year beside it; nobody is a person."""
    if actor.role in STAFF and actor.place:
        return {"role": actor.role, "place": actor.place}
    if actor.role == DELEGATE and actor.place and actor.number:
        return {"role": actor.role, "place": actor.place, "number": actor.number}
    return {"role": actor.role}


def entry_of(
    kind: str, actor: Actor, at: datetime, facts: dict[str, Any], about: tuple[str, str] | None
) -> dict[str, Any]:
    """The public entry, to the second, in UTC."""
    entry: dict[str, Any] = {
        "kind": kind,
        "at": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "actor": public_actor(actor),
        "facts": facts,
    }
    if actor.role != "system":
        entry["via"] = actor.via.value
    if about is not None:
        entry["about"] = {"kind": about[0], "id": about[1]}
    return entry


def canonical(entry: dict[str, Any]) -> bytes:
    """RFC 8785: one way to write a JSON value."""
    return rfc8785.dumps(entry)


def leaf_data(salt: bytes, canonical_entry: bytes) -> bytes:
    return hashlib.sha256(salt + canonical_entry).digest()


def body_file(salt: bytes, canonical_entry: str) -> bytes:
    """What stands at `/record/entry/{n}.json`, itself RFC 8785."""
    return f'{{"entry":{canonical_entry},"salt":"{salt.hex()}"}}'.encode()


def read_body(raw: bytes) -> tuple[bytes, dict[str, Any]]:
    """Leaf data and entry of such a file; every byte of it counts, so another way to write the same is refused."""
    try:
        body = json.loads(raw, parse_constant=_not_json)
        salt, entry = body["salt"], body["entry"]
        leaf = leaf_data(bytes.fromhex(salt), canonical(entry))
        same = rfc8785.dumps(body) == raw and bytes.fromhex(salt).hex() == salt
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise BodyError from error
    if not same or len(body) != 2 or len(salt) != 2 * SALT or not isinstance(entry, dict):
        raise BodyError
    return leaf, entry


def words_hash(text: str, salt: bytes) -> str:
    """How a resident's words stand in an entry."""
    return hashlib.sha256(salt + text.encode()).hexdigest()


def _not_json(name: str) -> NoReturn:
    raise ValueError(name)
