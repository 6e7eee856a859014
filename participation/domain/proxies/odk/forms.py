"""Reads a submission: the XML that a form became, into the same content as an entry of the delegate's page."""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from participation.domain.people.codes.rules import LENGTH
from participation.domain.proxies.forms import LONGEST_VISIT, Age
from participation.domain.proxies.odk import rules
from participation.domain.proxies.odk.questions.rules import NOTHING, STATEMENT, YES
from participation.domain.proxies.rules import NEVER, YEARS, finished_at
from participation.kit import outside_xml
from participation.kit.hashing import has_check_digit, typed_number

VERSION = re.compile(r"[1-9][0-9]{0,8}")
QUOTED = re.compile(rf"{STATEMENT}([0-9]{{1,18}})")


@dataclass(frozen=True)
class Submission:
    """Which form was filled in, in which version, under which identifier; and each answer by the name of its question."""

    form: str
    version: int
    id: uuid.UUID
    replaces: str
    answers: Mapping[str, str]
    began: datetime | None
    ended: datetime | None


def read_submission(raw: bytes) -> Submission:
    """Raises the refusal of what is none."""
    try:
        found = outside_xml.leaves(raw, deepest=rules.DEEPEST, most=rules.MOST_ELEMENTS)
    except outside_xml.NotXml:
        raise rules.no_xml() from None
    form, version = found.attributes.get("id", ""), found.attributes.get("version", "")
    scheme, _colon, identifier = found.texts.get("instanceID", "").partition(":")
    try:
        number = uuid.UUID(identifier)
    except ValueError:
        raise rules.no_xml() from None
    if scheme != "uuid" or not form or len(form) > 60:
        raise rules.no_xml()
    if not VERSION.fullmatch(version):
        raise rules.no_form_version()
    return Submission(
        form=form,
        version=int(version),
        id=number,
        replaces=found.texts.get("deprecatedID", ""),
        answers=found.texts,
        began=_moment(found.texts.get("timeStart", "")),
        ended=_moment(found.texts.get("timeEnd", "")),
    )


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    if found.year not in YEARS:
        return NEVER
    return found if found.tzinfo is not None else None


def finished(submission: Submission, device_now: datetime | None, at: datetime) -> datetime:
    """By the device's clock, corrected by how far that is off at this contact, where it says so; on arrival where it says nothing."""
    if submission.ended is None:
        return at
    return finished_at(submission.ended, timedelta(0) if device_now is None else at - device_now)


def miscoded(submission: Submission) -> bool:
    """A code of the right length with a wrong digit: the form cannot find that out, and nobody is there any more to ask."""
    number = typed_number(submission.answers.get("code", ""))
    return submission.answers.get("has_code") == YES and len(number) == LENGTH and not has_check_digit(number)


def content(submission: Submission, consent_version: int, receipt: str, district: str) -> dict[str, Any]:
    """As `proxies.forms.read_entry` takes it; what is missing or wrong in it, that says.

    `district`: the delegate's, which is all that is known of somebody whose code has a wrong digit.
    """
    said = submission.answers
    stance, body = said.get("stance", ""), said.get("body", "")
    reactions = {match[1]: kind for name, kind in said.items() if kind and (match := QUOTED.fullmatch(name))}
    return {
        "v": 1,
        "project": submission.form,
        "receipt": receipt,
        "kind": said.get("kind", ""),
        "language": said.get("language", ""),
        "subject": {"place": district, "age": Age.UNSAID} if miscoded(submission) else _subject(said),
        "consent": {
            "how": said.get("consent", ""),
            "version": consent_version,
            "language": said.get("language", ""),
            "witnessed": said.get("witnessed") == YES,
        },
        "read_back": said.get("read_back") == YES,
        "free": True,
        "seconds": _seconds(submission),
        "phone": said.get("phone", "") or None,
        "comment": None if stance in ("", NOTHING) and not body else {"body": body, "stance": stance},
        "reactions": reactions,
        "vote": None,
        "meeting": None,
    }


def _subject(said: Mapping[str, str]) -> dict[str, str]:
    if said.get("has_code") == YES:
        return {"code": said.get("code", "")}
    return {"place": said.get("place", ""), "age": said.get("age", "")}


def _seconds(submission: Submission) -> int:
    if submission.began is None or submission.ended is None:
        return 0
    return min(LONGEST_VISIT, max(0, round((submission.ended - submission.began).total_seconds())))


def replaced(submission: Submission) -> list[uuid.UUID]:
    """What a client that edits says it replaces."""
    scheme, _colon, identifier = submission.replaces.partition(":")
    try:
        return [uuid.UUID(identifier)] if scheme == "uuid" else []
    except ValueError:
        return []
