"""What came of a project: what residents voted, what the city decided and why, what follows, and what it promised."""

from collections.abc import Mapping
from dataclasses import replace

from participation.channels.phone.call import Call
from participation.channels.phone.menu import Node, Option, Screen, Words, place
from participation.channels.phone.places.projects import project_of, title
from participation.domain.ballots import queries as ballots
from participation.domain.ballots.models import Result
from participation.domain.ballots.queries import BallotView
from participation.domain.ballots.rules import RESULTS
from participation.domain.outcomes import queries, rules
from participation.domain.outcomes.models import Decision, Disposition
from participation.domain.outcomes.queries import CommitmentView, OutcomeView
from participation.domain.outcomes.rules import CommitmentState
from participation.domain.projects.finding.rules import unmarked
from participation.kit import i18n
from participation.kit.database import Session
from participation.kit.i18n import Day, Text, _


async def outcome(call: Call, number: str) -> Screen:
    """The result and the decision; the rest of what was published is behind its own number."""
    one = await project_of(call, number)
    async with call.reading() as session:
        ballot = await ballots.of_project(session, city_id=call.city.id, slug=one.slug)
        decided = await _newest(session, one.id)
    voted = [] if ballot is None else _result(call, ballot)
    back = place("project", number)
    if decided is None:
        return Screen((title(call, one), *voted, _("The city has not decided yet.")), back=back)
    options = [
        Option("1", _("Reasons"), place("reasons", number)),
        Option("2", _("What follows"), place("follows", number)),
    ]
    if decided.themes:
        options.append(Option("3", _("You said, we decided"), place("said", number)))
    if decided.commitments:
        options.append(Option("4", _("What the city promised"), place("promised", number)))
    departs = [_("The city departs from the vote")] if decided.departs else []
    decision = rules.DECISIONS[Decision(decided.decision)]
    return Screen((decision, *departs, *voted, _prose(call, decided.decided)), tuple(options), back=back)


def _result(call: Call, ballot: BallotView) -> list[Words]:
    """With ten votes or more in numbers too, as it was published."""
    told = ballot.result
    if told is None:
        return []
    sentence = RESULTS[Result(told["result"])]
    if "votes" not in told:
        return [sentence]
    ayes, noes, abstained = (i18n.number(told[name], call.language) for name in ("for", "against", "abstain"))
    return [
        sentence,
        _("For %(ayes)s, against %(noes)s, abstained %(abstained)s", ayes=ayes, noes=noes, abstained=abstained),
    ]


async def reasons(call: Call, number: str) -> Screen:
    return _part(call, number, (await _published(call, number)).reasons)


async def follows(call: Call, number: str) -> Screen:
    return _part(call, number, (await _published(call, number)).follows)


def _part(call: Call, number: str, texts: Mapping[str, str]) -> Screen:
    return Screen((_prose(call, texts),), back=place("outcome", number))


async def said(call: Call, number: str) -> Screen:
    """What becomes of each thing that people said."""
    lines: list[Words] = []
    for theme in (await _published(call, number)).themes:
        lines += [
            _text(call, theme.names),
            rules.DISPOSITIONS[Disposition(theme.disposition)],
            _text(call, theme.reasons),
        ]
    return Screen(tuple(lines), back=place("outcome", number))


async def promised(call: Call, number: str) -> Screen:
    lines: list[Words] = []
    for promise in (await _published(call, number)).commitments:
        lines += [_text(call, promise.names), *_kept(call, promise)]
    return Screen(tuple(lines), back=place("outcome", number))


def _kept(call: Call, promise: CommitmentView) -> list[Words]:
    due = Day(promise.due)
    if promise.done_on is not None:
        return [_("Done on %(day)s; it was due on %(due)s.", day=Day(promise.done_on), due=due)]
    today = call.at.astimezone(call.city.zone).date()
    late = rules.commitment_state(promise.due, promise.done_on, today) is CommitmentState.LATE
    return [*([rules.PROMISES[CommitmentState.LATE]] if late else []), _("Due on %(due)s.", due=due)]


async def _newest(session: Session, project_id: int) -> OutcomeView | None:
    _draft, published = await queries.all_of(session, project_id=project_id)
    return published[0] if published else None


async def _published(call: Call, number: str) -> OutcomeView:
    one = await project_of(call, number)
    async with call.reading() as session:
        found = await _newest(session, one.id)
    if found is None:
        raise rules.not_decided()
    return found


def _text(call: Call, texts: Mapping[str, str]) -> Text:
    return i18n.pick(texts, call.language, call.city.languages)


def _prose(call: Call, texts: Mapping[str, str]) -> Text:
    """Without the marks of headings and links, which a phone does not show."""
    text = _text(call, texts)
    return replace(
        text, value="\n".join(" ".join(line.split()) for line in unmarked(text.value).splitlines() if line.strip())
    )


NODES = {
    "outcome": Node(outcome),
    "reasons": Node(reasons),
    "follows": Node(follows),
    "said": Node(said),
    "promised": Node(promised),
}
