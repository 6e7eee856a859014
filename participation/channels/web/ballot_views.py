"""What templates are told of ballots and of their results, in the reader's language."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from markupsafe import Markup, escape

from participation.channels.http.choices import OPTIONS
from participation.channels.http.entries.words import listed
from participation.channels.http.hearing import Listen, links
from participation.channels.http.visit import Visit
from participation.channels.web.comment_views import VIA
from participation.domain.ballots import rules
from participation.domain.ballots.carried.rules import Standing
from participation.domain.ballots.models import Choice, Result
from participation.domain.ballots.queries import BallotView
from participation.domain.ballots.rules import Phase
from participation.domain.ladder.heard import rules as heard
from participation.domain.projects.sounds.queries import SoundView
from participation.domain.projects.sounds.rules import QUESTION
from participation.domain.record.actors import BY_DELEGATES, Via
from participation.kit import i18n
from participation.kit.i18n import Message, _

CARRIED = {
    Standing.COUNTS: _("A delegate brought a vote for you."),
    Standing.CONTESTED: _("Two delegates brought a vote for you. Neither counts unless it is decided which one does."),
    Standing.HELD: _("A delegate brought a vote for you. It counts only once somebody has looked at it."),
    Standing.SPOILED: _("A delegate brought a vote for you. It does not count."),
}
"""Told to the person alone, and never with what was chosen."""


def text(visit: Visit, texts: Mapping[str, str]) -> i18n.Text:
    return i18n.pick(texts, visit.language, visit.city.languages)


def listed_texts(visit: Visit, texts: Iterable[i18n.Text]) -> Markup:
    """Content as a list in the reader's language; what is in another one says so."""
    mark = Markup('<span lang="{}" dir="{}">{}</span>')
    words = [mark.format(one.lang, one.dir, one.value) if one.other else escape(one.value) for one in texts]
    return Markup(listed(visit, words))  # noqa: S704


def tongues(visit: Visit, ballot: BallotView) -> set[str]:
    """The reader's language, and the one in which the question is shown."""
    return {visit.language, text(visit, ballot.questions).language}


def listen(visit: Visit, ballot: BallotView, sounds: Sequence[SoundView]) -> list[Listen]:
    """The question with all options, in the language in which it is shown and in those without a catalogue."""
    said, shown = heard.ballot(ballot.questions), text(visit, ballot.questions)
    return links(visit, sounds, QUESTION, said, replace(shown, value=said.get(shown.language, "")))


def options(visit: Visit, sounds: Sequence[SoundView]) -> list[dict[str, Any]]:
    """Each with its number, pictogram and word, and where it can be heard."""
    return [option | {"listen": _listen_to(visit, Choice(option["number"]), sounds)} for option in OPTIONS]


def _listen_to(visit: Visit, choice: Choice, sounds: Sequence[SoundView]) -> list[Listen]:
    part = heard.option_part(choice)
    said = {language: heard.option_text(choice, language) for language in visit.city.languages}
    return links(visit, sounds, part, said, text(visit, {visit.language: heard.option_text(choice, visit.language)}))


def project(visit: Visit, ballot: BallotView) -> dict[str, Any]:
    return {"title": text(visit, ballot.titles), "address": visit.url(f"/projects/{ballot.slug}")}


def shown(visit: Visit, ballot: BallotView, arrived: int | None, used: int | None = None) -> dict[str, Any]:
    """The question, the rule in words, and where it stands."""
    phase = rules.phase(ballot, visit.at)
    places = [visit.city.places[place] for place in ballot.districts if place in visit.city.places]
    return {
        "question": text(visit, ballot.questions),
        "state": str(phase),
        "opens": ballot.eligible_since,
        "closes": ballot.closes_at,
        "carried_until": rules.waits_until(ballot) if ballot.grace_hours else None,
        "waiting": bool(ballot.grace_hours) and visit.at < rules.waits_until(ballot),
        "rule": rules.in_words(ballot.threshold, ballot.quorum),
        "binding": ballot.binding,
        "arrived": arrived,
        "sheets": ballot.sheets,
        "used": used,
        "districts": listed_texts(visit, [text(visit, place.names) for place in places]),
        "reason": text(visit, ballot.cancel_reasons or {}),
        "hidden": phase in (Phase.PLANNED, Phase.OPEN, Phase.CLOSED),
    }


def result(visit: Visit, ballot: BallotView) -> dict[str, Any] | None:
    """What was published: the sentence, and with ten votes or more the bars, the sums and the turnout."""
    told = ballot.result
    if told is None:
        return None
    said: dict[str, Any] = {"sentence": rules.RESULTS[Result(told["result"])], "few": "votes" not in told}
    if said["few"]:
        return said | {"rows": [], "facts": [], "mark": None, "mark_words": None, "places": [], "channels": []}
    deciding = told["for"] + told["against"]
    share = ballot.threshold / 100
    return said | {
        "rows": [
            _bar(visit, Choice.FOR, told["for"], deciding, "good"),
            _bar(visit, Choice.AGAINST, told["against"], deciding, "bad"),
        ],
        "mark": share,
        "mark_words": _(
            "The line stands at %(share)s of the votes for or against. The proposal passes if the bar of “For” goes beyond the line.",
            share=i18n.percent(share, visit.language),
        ),
        "facts": _sums(visit, ballot, told),
        "places": [_place(visit, row) for row in told["places"]],
        "channels": [_channel(visit, row, told["votes"]) for row in told["channels"]],
    }


def _bar(visit: Visit, choice: Choice, number: int, of: int, tone: str) -> dict[str, Any]:
    option = OPTIONS[choice - 1]
    return {
        "label": option["words"],
        "number": i18n.number(number, visit.language),
        "share": number / of if of else 0.0,
        "pictogram": option["pictogram"],
        "tone": tone,
    }


def _sums(visit: Visit, ballot: BallotView, told: Mapping[str, Any]) -> list[tuple[Message, str | Message]]:
    rows: list[tuple[Message, str | Message]] = [
        (_("Abstained"), i18n.number(told["abstain"], visit.language)),
        (_("Votes in all"), i18n.number(told["votes"], visit.language)),
    ]
    if ballot.quorum:
        rows.append((_("Votes needed"), i18n.number(ballot.quorum, visit.language)))
    if ballot.grace_hours:
        rows.append((_("Through delegates"), _through_delegates(visit, told)))
    if "sheets" in told:
        few = told["sheets"] is None
        used = _("fewer than ten") if few else _("at least %(n)s", n=told["sheets"])
        rows.append((_("Sheets with choice codes that voted"), used))
    if "spoiled" in told:
        spoiled = told["spoiled"]
        number = _("fewer than ten") if spoiled is None else i18n.number(spoiled, visit.language)
        rows.append((_("Spoiled: people for whom delegates brought a vote that does not count"), number))
    return rows


def _through_delegates(visit: Visit, told: Mapping[str, Any]) -> str | Message:
    """As the turnout tells it: what is put together with other channels there is told nowhere."""
    cells = [row for row in told["channels"] if set(row["channels"]) & set(BY_DELEGATES)]
    if not cells:
        return i18n.number(0, visit.language)
    if not all(set(row["channels"]) <= set(BY_DELEGATES) for row in cells):
        return _("counted together with other channels")
    votes = sum(row["votes"] for row in cells)
    share = i18n.percent(votes / told["votes"], visit.language)
    return f"{i18n.number(votes, visit.language)} ({share})"


def _place(visit: Visit, row: Mapping[str, Any]) -> list[Markup | str]:
    """District, votes, residents, share; several that are told as one stand in one line."""
    found = ((slug, visit.city.place(slug)) for slug in row["places"])
    names = [text(visit, place.names if place else {visit.language: slug}) for slug, place in found]
    people = row["population"]
    return [
        listed_texts(visit, names),
        i18n.number(row["votes"], visit.language),
        i18n.number(people, visit.language),
        i18n.percent(row["votes"] / people, visit.language) if people else "",
    ]


def _channel(visit: Visit, row: Mapping[str, Any], votes: int) -> list[str]:
    names = [VIA[Via(via)].into(visit.language) for via in row["channels"]]
    return [
        listed(visit, names),
        i18n.number(row["votes"], visit.language),
        i18n.percent(row["votes"] / votes, visit.language),
    ]
