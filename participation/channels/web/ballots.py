"""A ballot's page: its question and rule, the form to vote, the receipt, and once counted the result."""

import re
from dataclasses import replace

import structlog
from starlette.responses import Response

from participation.channels.http.figures import sheets_used, votes_so_far
from participation.channels.http.recognising import guessing, person_of
from participation.channels.http.refusing import messages
from participation.channels.http.visit import Visit
from participation.channels.web import ballot_views as views
from participation.domain.ballots import forms, operations, queries, rules
from participation.domain.ballots.carried.queries import ForPerson, carried_for
from participation.domain.ballots.choice_codes.rules import Answer
from participation.domain.ballots.queries import BallotView, Found, OwnVote
from participation.domain.ballots.repeats.operations import was_sent
from participation.domain.ballots.rules import Phase
from participation.domain.ladder.heard.rules import OPTIONS, option_part
from participation.domain.people.codes.forms import Code
from participation.domain.projects.sounds.queries import of_projects
from participation.domain.projects.sounds.rules import QUESTION
from participation.domain.record.actors import Actor
from participation.kit import i18n
from participation.kit.database import Session
from participation.kit.errors import Conflict, Invalid, NotFound, Refusal
from participation.kit.hashing import keyed
from participation.kit.i18n import Message, _
from participation.kit.keys import KeyTrouble

log = structlog.get_logger()
TYPE_AGAIN = _("Please type the code on your sheet once more.")


async def show(visit: Visit) -> Response:
    return await _cast(visit) if visit.request.method == "POST" else await _page(visit)


async def _cast(visit: Visit) -> Response:
    try:
        said = forms.read_vote(visit.fields, with_code=visit.signed_in is None)
        token = visit.token()
        actor = visit.actor if said.code is None else await _holder(visit, said.code, token)
        ballot, voter = await _sent_to(visit, actor)
        async with guessing(visit, said.choice), visit.transaction() as session:
            answer = await operations.cast_vote(
                session,
                city=visit.city,
                ballot_id=ballot.id,
                found=(ballot, voter),
                actor=actor,
                choice=said.choice,
                token=token,
                folder=visit.site.settings.keys,
                at=visit.at,
                clock=visit.site.clock,
                by_code=said.code is not None,
                by_session=visit.signed_in.digest if visit.signed_in is not None else None,
            )
    except Invalid as invalid:
        # htmx shows nothing of an answer that is not a success.
        return await _page(visit, errors=invalid.errors, status=200 if visit.fragment else 422)
    except Conflict as conflict:
        # A fresh form, with what was chosen: the one that was sent has been used.
        status = 200 if visit.fragment else conflict.status
        return await _page(visit, errors=messages(conflict), status=status)
    except Refusal as refusal:
        if not visit.fragment:
            raise
        return await _page(visit, refusal=refusal)
    return _received(visit, ballot, answer)


async def _holder(visit: Visit, code: Code, token: bytes) -> Actor:
    """Who holds the code, for this vote alone. A ballot that takes no votes says so before a code is looked at."""
    ballot, _voter = await _sent_to(visit, visit.actor)
    refusal = rules.may_take_votes(ballot, visit.at)
    if refusal is not None and not await _sent_before(visit, ballot, token):
        raise refusal
    return replace(visit.actor, person_id=await person_of(visit, code, beside_vote=True))


async def _sent_before(visit: Visit, ballot: BallotView, token: bytes) -> bool:
    """The same vote again, after the closing: whoever sent it in time is given the first answer again."""
    async with visit.reading() as session:
        return await was_sent(session, ballot=ballot, token=token, folder=visit.site.settings.keys)


async def _sent_to(visit: Visit, who: Actor) -> Found:
    """The ballot to which the form was sent, and its sender as a voter."""
    return _there(
        await queries.for_form(visit.site.database, city_id=visit.city.id, slug=_slug(visit), person_id=who.person_id)
    )


async def _shown(visit: Visit, session: Session) -> Found:
    person_id = visit.actor.person_id
    return _there(await queries.for_page(session, city_id=visit.city.id, slug=_slug(visit), person_id=person_id))


def _slug(visit: Visit) -> str:
    slug: str = visit.request.path_params["slug"]
    return slug if re.fullmatch(r"[a-z0-9-]{1,60}", slug) else ""


def _there(found: Found | None) -> Found:
    if found is None:
        raise NotFound("ballot", _("There is no ballot here."), _("The project's page says what it asks of residents."))
    return found


def _received(visit: Visit, ballot: BallotView, answer: Answer) -> Response:
    visit.give_receipt(f"ballot-{ballot.id}", answer.receipt, answer.returned or "")
    if visit.fragment:
        return visit.page(
            "ballots/show.html",
            {"receipt": answer.receipt, "returned": answer.returned, "project": views.project(visit, ballot)},
            block="receipt",
            form=True,
        )
    anew = keyed(visit.site.secrets.key("anew"), answer.receipt).hex()[:6]
    # An address of its own for each vote: some browsers (dillo, links) keep every page, and would show the receipt of the vote before.
    return visit.redirect(visit.url(f"/projects/{ballot.slug}/ballot/receipt", anew=anew))


async def receipt(visit: Visit) -> Response:
    """The receipt of the vote that has just been cast from here; the ballot's page for everybody else."""
    if (wanted := visit.request.query_params.get("relanguage")) in i18n.LANGUAGES:
        visit.language = str(wanted)
        visit.remember("language", visit.language, 365 * 86400)
        return visit.redirect(visit.url(f"/projects/{_slug(visit)}/ballot/receipt"))
    async with visit.reading() as session:
        ballot, _voter = await _shown(visit, session)
    digits = visit.given_receipt(f"ballot-{ballot.id}")
    if digits is None:
        return visit.redirect(visit.url(f"/projects/{ballot.slug}/ballot"))
    context = {
        "receipt": digits,
        "returned": visit.given_return(f"ballot-{ballot.id}"),
        "project": views.project(visit, ballot),
        "question": views.text(visit, ballot.questions),
    }
    return visit.page("ballots/receipt.html", context, form=True)


async def _page(
    visit: Visit,
    *,
    errors: dict[str, Message] | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> Response:
    async with visit.reading() as session:
        ballot, voter = await _shown(visit, session)
        is_open = rules.phase(ballot, visit.at) is Phase.OPEN
        own = await _own(visit, session, ballot) if is_open else None
        used = await sheets_used(visit, session, ballot) if ballot.sheets else None
        arrived = await votes_so_far(visit, session, ballot) if is_open else None
        brought = await _brought(visit, session, ballot)
        sounds = await of_projects(
            session,
            visit.city.id,
            [ballot.project_id, None],
            parts=[QUESTION, *map(option_part, OPTIONS)],
            languages=[*views.tongues(visit, ballot), *(one.code for one in visit.city.spoken_languages)],
        )
    if visit.signed_in is not None:
        refusal = refusal or rules.may_vote(ballot, voter, visit.at)
    can_vote = is_open and refusal is None and not visit.keeping
    visit.depends(f"project:{ballot.project_id}", until=ballot.closes_at if ballot.opened_at else ballot.opens_at)
    visit.depends(until=rules.waits_until(ballot))
    visit.depends(f"sounds:{visit.city.id}")
    typed = [str(value) for value in visit.typed.getlist("choice")]
    code = next((value for value in typed if len(value.strip()) > 2), "") if ballot.sheets else ""
    if code:
        # It goes before a button, and is what is wrong; where it is not shown again, no button stays pressed in its place.
        errors = {"choice-code" if field == "choice" else field: said for field, said in (errors or {}).items()}
        typed = [] if visit.kiosk else [value for value in typed if value != code]
        if visit.kiosk and errors:
            errors = {"choice-code": TYPE_AGAIN} | errors
    chosen = None if own is None else own.choice
    return visit.page(
        "ballots/show.html",
        {
            "project": views.project(visit, ballot),
            "ballot": views.shown(visit, ballot, arrived, used),
            "listen": views.listen(visit, ballot, sounds),
            "options": views.options(visit, sounds),
            "can_vote": can_vote,
            "refusal": refusal if is_open or visit.fragment else None,
            "signed_in": visit.signed_in is not None,
            "voted": own is not None,
            "by_code": own is not None and chosen is None,
            "brought": None if brought is None else views.CARRIED[brought.standing],
            "brought_code": None if brought is None else brought.returned,
            "values": {
                "choice": next(iter(typed), None if visit.kiosk or code else chosen),
                "code": "" if visit.kiosk else code,
            },  # whoever stands behind them sees it too
            "errors": errors or {},
            "result": views.result(visit, ballot),
        },
        form=can_vote,
        status=status,
        block="vote",
    )


async def _brought(visit: Visit, session: Session, ballot: BallotView) -> ForPerson | None:
    """Whether a delegate brought a vote for somebody signed in, and its return code: theirs to know until the votes are counted."""
    who = visit.signed_in
    if who is None or who.staff:
        return None
    try:
        return await carried_for(session, ballot=ballot, person_id=who.person_id, folder=visit.site.settings.keys)
    except KeyTrouble as trouble:
        log.error("ballot_key", ballot=ballot.id, trouble=str(trouble))
        return None


async def _own(visit: Visit, session: Session, ballot: BallotView) -> OwnVote | None:
    """What somebody signed in has chosen so far: theirs to see and change until the ballot closes."""
    who = visit.signed_in
    if who is None or who.staff:
        return None
    try:
        return await queries.own_vote(session, ballot=ballot, person_id=who.person_id, folder=visit.site.settings.keys)
    except KeyTrouble as trouble:
        log.error("ballot_key", ballot=ballot.id, trouble=str(trouble))
        return None
