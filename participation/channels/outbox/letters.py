"""Writes letters: one that asks for confirmation, and the digest of a day; plain text first, the same in simple HTML."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

from participation.channels.http.entries import sentence
from participation.channels.http.templates import Templates
from participation.domain.ladder.digests import queries
from participation.domain.ladder.digests.queries import Named, Told
from participation.domain.notices.outbox.models import LetterKind
from participation.domain.notices.outbox.operations import Addressed
from participation.domain.notices.subscriptions import queries as subscriptions
from participation.domain.notices.subscriptions.rules import link
from participation.domain.places.queries import CityView
from participation.domain.projects.models import StepKind
from participation.kit import i18n
from participation.kit.database import Session
from participation.kit.hashing import Secrets, keyed
from participation.kit.i18n import Message, _


@dataclass(frozen=True)
class Desk:
    """Whoever writes: for which city, in which language, in whose name."""

    city: CityView
    language: str
    base_url: str
    secrets: Secrets
    templates: Templates
    sender: str

    @property
    def city_name(self) -> str:
        return i18n.pick(self.city.names, self.language, self.city.languages).value

    def address(self, path: str) -> str:
        return f"{self.city.address(self.base_url)}/{self.language}{path}"


@dataclass(frozen=True)
class Part:
    """A project with what is new there, as lines."""

    title: i18n.Text
    number: int
    address: str
    lines: list[str]


async def compose(session: Session, desk: Desk, letter: Addressed, *, at: datetime) -> EmailMessage:
    """The whole letter, with the headers by which mail programs offer to end it (RFC 8058) and nobody answers it by machine (RFC 3834)."""
    mine = desk.address(f"/follow/{link(letter.subscription_id, letter.digest, desk.secrets)}")
    if letter.kind == LetterKind.CONFIRM:
        subject, intro, parts = await _asking(session, desk, letter)
    else:
        subject, intro, parts = await _telling(session, desk, letter)
    ends = _end(desk, letter, mine)
    values = {"intro": intro, "parts": parts, "ends": ends, "subject": subject, "city": desk.city_name}
    html = desk.templates.render("notices/letter.html", None, _given(desk, values), desk.language)

    message = EmailMessage(policy=SMTP)
    message["From"] = Address(desk.city_name, addr_spec=desk.sender)
    message["To"] = Address(addr_spec=letter.address)
    message["Subject"] = str(subject)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = _name(desk, letter)
    message["Auto-Submitted"] = "auto-generated"
    message["List-Unsubscribe"] = f"<{mine}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content("\n".join(_text(desk, intro, parts, ends)), cte="base64")
    message.add_alternative(html, subtype="html", cte="base64")
    message["Content-Language"] = i18n.tag(desk.language)
    return message


def _given(desk: Desk, values: dict[str, Any]) -> dict[str, Any]:
    return {**values, "lang": i18n.tag(desk.language), "dir": i18n.direction(desk.language)}


def _name(desk: Desk, letter: Addressed) -> str:
    """The same at every attempt, so that a mail server that gets it twice can tell."""
    seal = keyed(desk.secrets.key("letter"), letter.id, letter.digest).hex()[:16]
    host = urlsplit(desk.city.address(desk.base_url)).hostname or "localhost"
    return f"<{letter.id}.{seal}@{host}>"


async def _asking(session: Session, desk: Desk, letter: Addressed) -> tuple[str, list[str], list[Part]]:
    followed = await subscriptions.followed(session, subscription_id=letter.subscription_id)
    projects = await queries.named(
        session, desk.city.id, {one.project_id for one in followed if one.project_id is not None}
    )
    wanted = [_part(desk, projects[one.project_id], []) for one in followed if one.project_id in projects]
    subject = _("Please confirm: e-mails from %(city)s", city=desk.city_name)
    intro = [_("Somebody, probably you, asked that this address be told what is new. Open this link and confirm:")]
    if any(one.project_id is None for one in followed):
        intro = [
            _(
                "Somebody, probably you, asked that this address be told of all projects of %(city)s. Open this link and confirm:",
                city=desk.city_name,
            )
        ]
    return _said(desk, subject), [_said(desk, line) for line in intro], wanted


async def _telling(session: Session, desk: Desk, letter: Addressed) -> tuple[str, list[str], list[Part]]:
    if letter.day is None:
        raise ValueError("a digest without a day")
    told = await queries.told(
        session,
        desk.city,
        subscription_id=letter.subscription_id,
        day=letter.day,
        first=letter.first,
        last=letter.last,
    )
    parts = list(_news(desk, told))
    subject = _("What is new in %(city)s, %(day)s", city=desk.city_name, day=_day(desk, letter.day))
    intro = [_("This is new in the projects that you follow.")]
    if told.more:
        intro.append(_("There is more than fits in here; the history of each project has all of it."))
    return _said(desk, subject), [_said(desk, line) for line in intro], parts


def _news(desk: Desk, told: Told) -> Iterator[Part]:
    """By project, in the order in which something happened first; what closes soon stands first in each."""
    lines: dict[int, list[str]] = {}
    for step in told.closing:
        when = i18n.moment(step.closes_at, desk.language, desk.city.zone)
        soon = (
            _("The consultation closes on %(when)s.", when=when)
            if step.kind == StepKind.CONSULTATION
            else _("The vote closes on %(when)s.", when=when)
        )
        lines.setdefault(step.project_id, []).append(_said(desk, soon))
    for entry in told.entries:
        if entry.about is not None:
            said = f"{_day(desk, entry.at)}: {_said(desk, sentence(desk, entry))}"
            lines.setdefault(int(entry.about[1]), []).append(said)
    for id, said_there in lines.items():
        if id in told.projects:
            yield _part(desk, told.projects[id], said_there)


def _part(desk: Desk, project: Named, lines: list[str]) -> Part:
    title = i18n.pick(project.titles, desk.language, desk.city.languages)
    return Part(title, project.number, desk.address(f"/projects/{project.slug}"), lines)


def _end(desk: Desk, letter: Addressed, mine: str) -> list[tuple[str, str]]:
    """Sentences with the address that each leads to."""
    if letter.kind == LetterKind.CONFIRM:
        confirm = _("Confirm here:")
        nothing = _("If it was not you, do nothing: the address is erased after two days. More about what is kept:")
        return [(_said(desk, confirm), mine), (_said(desk, nothing), desk.address("/about/privacy"))]
    ends = _("You get this because you asked for it. Change the language, what you follow, or end it with one click:")
    return [(_said(desk, ends), mine)]


def _text(desk: Desk, intro: list[str], parts: list[Part], ends: list[tuple[str, str]]) -> Iterator[str]:
    yield from intro
    for part in parts:
        yield ""
        yield f"{i18n.number(part.number, desk.language)}. {part.title.value}"
        yield from (f"- {line}" for line in part.lines)
        yield part.address
    for said, address in ends:
        yield ""
        yield said
        yield address
    yield ""


def _said(desk: Desk, message: Message) -> str:
    return message.into(desk.language)


def _day(desk: Desk, value: date | datetime) -> str:
    return i18n.day(value, desk.language, desk.city.zone)
