"""What templates show of comments: names, marks and addresses, in the reader's language."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from participation.channels.http.visit import Visit
from participation.domain.consultations import rules
from participation.domain.consultations.about.queries import About
from participation.domain.consultations.models import Stance
from participation.domain.consultations.operations import Counted
from participation.domain.consultations.own.queries import Mine
from participation.domain.consultations.queries import CommentView, Order
from participation.domain.consultations.talk.queries import Talk
from participation.domain.moderation.models import Status
from participation.domain.moderation.rules import held_words, reason_words
from participation.domain.projects.models import Feature
from participation.domain.projects.rules import step_state
from participation.domain.record.actors import Via
from participation.kit import i18n
from participation.kit.errors import NotFound
from participation.kit.i18n import Message, Text, _, _n

ORDERS = {Order.NEWEST: _("Newest"), Order.AGREED: _("Most agreed"), Order.DISPUTED: _("Most divided")}
VIA = {
    Via.WEB: _("Web"),
    Via.KIOSK: _("Kiosk"),
    Via.USSD: _("USSD"),
    Via.SMS: _("Text message"),
    Via.VOICE: _("Voice call"),
    Via.ODK: _("Form on a device"),
    Via.DELEGATE: _("Delegate"),
    Via.PAPER: _("Paper"),
    Via.IMPORT: _("Import"),
}
MARKS = {Via.IMPORT: "imported", Via.DELEGATE: "delegate", Via.PAPER: "delegate", Via.ODK: "delegate"}


@dataclass
class Shown:
    """One comment for `macros/comments.html`."""

    number: int
    address: str
    stance: str | None
    name: Message | str
    mark: str | None
    carrier: str
    """The number of the delegate who brought it, in this language's digits; empty where none did."""
    at: datetime
    body: str
    lang: str
    other: str | None
    """The language's own name, where it is not the reader's."""
    more: str | None
    held: Message | None
    hidden: Message | None
    erased: bool
    agree: int
    disagree: int
    passed: int
    count: int
    """Replies in all."""
    brought: int | None = None
    """How many of the reactions delegates brought, where that tells of nobody."""
    apart: int | None = None
    """How many reactions are in none of these numbers."""
    about: tuple[str, Text] | None = None
    """The answer of an impact assessment that it is about: address, question."""
    reply: str | None = None
    mine: str | None = None
    receipt: str | None = None
    replies: list["Shown"] = field(default_factory=list)
    dir: str = "auto"


@dataclass(frozen=True)
class Bar:
    """The reactions to one comment after one of them was pressed, in place of those on the page."""

    number: int
    action: str
    counted: Counted

    @property
    def shown(self) -> dict[str, Any]:
        now = self.counted
        return {
            "number": self.number,
            "agree": now.agrees,
            "disagree": now.disagrees,
            "passed": now.passes,
            "mine": now.kind,
            "receipt": now.receipt,
            "reply": None,
        }


def slug_of(visit: Visit) -> str:
    slug = str(visit.request.path_params["slug"])
    if not re.fullmatch(r"[a-z0-9-]{1,60}", slug):
        raise NotFound("project", _("There is no such project."), _("All projects of the city are in the list."))
    return slug


def number_of(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise rules.no_comment()
    return int(text)


def base(visit: Visit, about: About) -> str:
    return visit.url(f"/projects/{about.slug}/comments")


def shown(
    visit: Visit,
    about: About,
    view: CommentView,
    mine: Mine,
    replies: Sequence[CommentView] = (),
    *,
    reply: bool = False,
) -> Shown:
    address = f"{base(visit, about)}/{view.id}"
    kind, receipt = mine.reactions.get(view.id, (None, None))
    code = view.language.partition("-")[0]
    return Shown(
        number=view.id,
        address=address,
        stance=view.stance,
        name=rules.name_of(view.number, view.via, view.office),
        mark="official" if view.office is not None else MARKS.get(Via(view.via)),
        carrier="" if view.carrier is None else str(view.carrier),
        at=view.created_at,
        body=view.body.rstrip() + "…" if view.cut else view.body,
        lang=i18n.tag(view.language),
        other=None if code == visit.language else i18n.AUTONYMS.get(code),
        more=address if view.cut else None,
        held=held_words(view.reason) if view.status is Status.HELD else None,
        hidden=reason_words(view.reason) if view.status is Status.HIDDEN else None,
        erased=view.status is Status.ERASED,
        agree=view.agrees,
        disagree=view.disagrees,
        passed=view.passes,
        count=view.replies,
        brought=rules.share(view.agrees + view.disagrees + view.passes, view.brought),
        apart=rules.enough(view.apart),
        about=_about(visit, about, view.about, view.section, view.question),
        reply=f"{address}#write" if reply and view.shown else None,
        mine=kind,
        receipt=receipt if visit.request.query_params.get("reacted") == str(view.id) else None,
        replies=[shown(visit, about, reply, mine) for reply in replies],
    )


def _about(
    visit: Visit, about: About, name: str | None, section: str | None, question: Mapping[str, str] | None
) -> tuple[str, Text] | None:
    """Where the answer stands that is spoken of, and its question, cut where it is long."""
    if name is None or section is None or question is None:
        return None
    kind, _slash, id = name.partition("/")
    text = i18n.pick(question, visit.language, visit.city.languages)
    if len(text.value) > QUESTION:
        text = replace(text, value=text.value[:QUESTION].rstrip() + "…")
    return visit.url(f"/projects/{about.slug}/assessments/{kind}/{section}", at=id) + f"#q-{id}", text


def on(visit: Visit, about: About, talk: Talk | None) -> dict[str, Any] | None:
    """The answer that a page of comments, or its form, is about."""
    found = talk and _about(visit, about, talk.about, talk.section, talk.question)
    return None if not talk or not found else {"name": talk.about, "address": found[0], "question": found[1]}


QUESTION = 100
"""Characters of a question that stand beside a comment about its answer."""
ROOM = 7_000
"""Columns of words for which a page of a list has room, so that it stays within its budget of bytes on a 2G phone."""
CHROME = 150
"""Columns that the frame of a reply takes."""


# No character before these is wide, and most texts have none of them: to ask for each letter took a third of the page's time.
_MAYBE_WIDE = re.compile("[\u1100-\u115f\u2300-\U0010ffff]")


def columns(text: str) -> int:
    """Chinese, Japanese and Korean characters say, and weigh, about twice as much as others."""
    return len(text) + sum(unicodedata.east_asian_width(letter) in "WF" for letter in _MAYBE_WIDE.findall(text))


def fitted(
    views: Sequence[CommentView], replies: Mapping[int, Sequence[CommentView]]
) -> tuple[list[CommentView], dict[int, list[CommentView]]]:
    """Comments as a list shows them; on a very full page the longest are cut shorter, and only some replies stand below.

    Official answers come first. What is left out is one link away.
    """
    most = ROOM - sum(CHROME for view in views if view.about)
    share = most if sum(columns(view.body) for view in views) <= most else most // max(len(views), 1)
    shown = [_cut(view, share) for view in views]
    room = most - sum(columns(view.body) for view in shown)
    chosen: dict[int, list[CommentView]] = {}
    for official in (True, False):
        for view in shown:
            for reply in replies.get(view.id, ()):
                if (reply.office is not None) is official and columns(reply.body) + CHROME <= room:
                    room -= columns(reply.body) + CHROME
                    chosen.setdefault(view.id, []).append(reply)
    return shown, chosen


def _cut(view: CommentView, share: int) -> CommentView:
    body = view.body
    while columns(body) > share:
        body = body[: len(body) - max(1, (columns(body) - share) // 2)]
    return view if body == view.body else replace(view, body=body, cut=True)


@dataclass(frozen=True)
class May:
    """What whoever looks can do here now."""

    comment: bool
    react: bool
    why_not: Message | None = None
    next_step: Message | None = None
    sign_in: str | None = None


def may(visit: Visit, about: About) -> May:
    """Forms for residents who are signed in; for others a sentence and the way in. The operations ask again."""
    closed = rules.closed(about.steps, Feature.COMMENT, visit.at, visit.city.zone)
    refusal = rules.may_speak(visit.actor, open_to_all=False)
    if refusal is None:
        reacts = rules.closed(about.steps, Feature.REACT, visit.at, visit.city.zone) is None
        why = (closed.message, closed.next_step) if closed else (None, None)
        return May(closed is None, reacts, *why)
    if closed is not None:
        return May(False, False, closed.message, closed.next_step)
    if visit.signed_in is not None:
        return May(False, False, refusal.message, refusal.next_step)
    here = visit.request.url
    return May(False, False, sign_in=visit.url("/sign-in", next=here.path + (f"?{here.query}" if here.query else "")))


def context(visit: Visit, about: About, can: May) -> dict[str, Any]:
    """What every page about comments shows around them."""
    step = rules.taking(about.steps, Feature.COMMENT, visit.at)
    visit.depends(f"project:{about.id}", until=rules.changes_at(about.steps, visit.at))
    stances = about.sums("stance")
    channels = {via: count for via, count in about.sums("via").items() if via != Via.WEB}
    return {
        "project": {
            "title": i18n.pick(about.titles, visit.language, visit.city.languages),
            "address": visit.url(f"/projects/{about.slug}"),
        },
        "base": base(visit, about),
        "step": None if step is None else {"state": str(step_state(step, visit.at)), "closes": step.closes_at},
        "can": can,
        "total": about.total,
        "by_stance": [(str(stance), stances[stance]) for stance in Stance if stances.get(stance)],
        "by_channel": [(VIA[Via(via)], count) for via, count in sorted(channels.items())],
        "not_signed": sum(count.count for count in about.counts if not count.signed and count.via != Via.IMPORT),
    }


def read_comments(count: int, brought: int) -> Message:
    """A link to all of them. `brought`: by delegates."""
    if not brought:
        return _n("Read %(count)s comment", "Read %(count)s comments", count)
    return _n(
        "Read %(count)s comment (through delegates: %(brought)s)",
        "Read %(count)s comments (through delegates: %(brought)s)",
        count,
        brought=brought,
    )


def orders(visit: Visit, about: About, chosen: Order) -> list[tuple[str, Message, bool]]:
    return [
        (
            visit.url(f"/projects/{about.slug}/comments", sort=None if order is Order.NEWEST else str(order)),
            words,
            order is chosen,
        )
        for order, words in ORDERS.items()
    ]
