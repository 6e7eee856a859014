"""Says entries of the record in words: one sentence for each kind, for the record's pages and a project's history."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from participation.channels.http.visit import Visit
from participation.channels.web.ballot_views import listed
from participation.channels.web.filing_entries import FILINGS
from participation.domain.moderation.rules import reason_words
from participation.domain.people.models import Role
from participation.domain.projects.preconditions.models import Condition
from participation.domain.projects.preconditions.rules import CONDITIONS
from participation.domain.projects.rules import WORDS
from participation.domain.record.queries import Entry
from participation.kit import i18n
from participation.kit.i18n import Message, _

Facts = Mapping[str, Any]
Sentence = Callable[[Visit, Facts], Message]

ROLE_NAMES = {
    Role.RESIDENT: _("resident"),
    Role.DELEGATE: _("district delegate"),
    Role.MODERATOR: _("moderator"),
    Role.OFFICIAL: _("official"),
    Role.AUDITOR: _("auditor"),
    Role.ADMINISTRATOR: _("administrator"),
    "system": _("the platform itself"),
    "organisation": _("an organisation, by its link"),
}


def place(visit: Visit, slug: object) -> i18n.Text | str:
    """The name of a place that an entry names by its slug."""
    found = visit.city.place(str(slug))
    return i18n.pick(found.names, visit.language, visit.city.languages) if found else str(slug)


def role(name: object) -> Message | str:
    return ROLE_NAMES.get(str(name), str(name))


def day(visit: Visit, value: object) -> str:
    try:
        return i18n.day(date.fromisoformat(str(value)[:10]), visit.language, visit.city.zone)
    except ValueError:
        return str(value)


def moment(visit: Visit, value: object) -> str:
    try:
        return i18n.moment(datetime.fromisoformat(str(value)), visit.language, visit.city.zone)
    except ValueError:
        return str(value)


FIELDS: Mapping[str, Message] = {
    **WORDS,
    "cost_amount": _("What it costs"),
    "districts": _("Places"),
    "programme": _("Programme"),
    "open_comments": _("Who may comment"),
    "agreements_stated": _("Whether the list of agreements is complete"),
    "agreements": _("Agreements"),
    "influence": _("Level of influence"),
    "indicators": _("Indicators"),
}
"""What can change on a project's page, by the last part of the field's name."""


def autonym(visit: Visit, language: object) -> str:
    """A language by the name that it calls itself."""
    name = i18n.AUTONYMS[str(language)]
    return name if language == visit.language else i18n.isolated(name)


def fields(visit: Visit, names: Sequence[str]) -> str:
    """Fields that changed, in words and each once, with their languages."""
    said: dict[Message, list[str]] = {}
    for name in names:
        parts = name.split(".")
        languages = said.setdefault(FIELDS[parts[-1]], [])
        if parts[0] == "texts" and parts[1] in i18n.AUTONYMS:
            languages.append(autonym(visit, parts[1]))
    shown = [
        f"{label.into(visit.language)} ({listed(visit, languages)})" if languages else label.into(visit.language)
        for label, languages in said.items()
    ]
    return " · ".join(shown)


def _project(sentence: Message) -> Sentence:
    return lambda visit, facts: Message(sentence.text, values=(("project", int(facts["project"]["number"])),))


def _step(consultation: Message, decision: Message) -> Sentence:
    """A sentence about a step, with the dates that it names; one for each step, since grammar differs."""

    def say(visit: Visit, facts: Facts) -> Message:
        chosen = consultation if facts["step"] == "consultation" else decision
        dates = {name: moment(visit, facts[name]) for name in ("opens", "closes", "from", "to") if name in facts}
        return Message(chosen.text, values=(("project", int(facts["project"]["number"])), *dates.items()))

    return say


def _batch(sentence: Message) -> Sentence:
    return lambda visit, facts: Message(
        sentence.text,
        values=(("number", int(facts["batch"])), ("district", place(visit, facts["district"]))),
    )


def _meeting(sentence: Message) -> Sentence:
    return lambda visit, facts: Message(
        sentence.text,
        values=(
            ("project", int(facts["project"]["number"])),
            ("place", place(visit, facts["place"])),
            ("starts", moment(visit, facts["starts"])),
        ),
    )


MEETINGS: dict[str, Sentence] = {
    "meeting_announced": _meeting(
        _("A meeting on project %(project)s was announced: %(place)s, %(starts)s."),
    ),
    "meeting_edited": _meeting(
        _("What was announced of a meeting on project %(project)s was changed: %(place)s, %(starts)s."),
    ),
    "meeting_moved": _meeting(_("A meeting on project %(project)s was moved: now %(place)s, %(starts)s.")),
    "meeting_cancelled": _meeting(_("A meeting on project %(project)s was cancelled: %(place)s, %(starts)s.")),
    "meeting_minuted": _meeting(
        _("The minutes of a meeting on project %(project)s were published: %(place)s, %(starts)s.")
    ),
    "meeting_minutes_corrected": _meeting(
        _("The minutes of a meeting on project %(project)s were corrected: %(place)s, %(starts)s.")
    ),
}


def _document(sentence: Message) -> Sentence:
    def say(visit: Visit, facts: Facts) -> Message:
        title = i18n.pick(facts["titles"], visit.language, visit.city.languages)
        values = (("project", int(facts["project"]["number"])), ("number", int(facts["document"])), ("title", title))
        return Message(sentence.text, values=values)

    return say


SENTENCES: dict[str, Sentence] = {
    "city_founded": lambda visit, facts: _(
        "%(city)s, a city of %(population)s people, was set up here.",
        city=place(visit, facts["city"]),
        population=int(facts["population"]),
    ),
    "city_host": lambda visit, facts: _(
        "The host name %(host)s leads to this city.", host=i18n.isolated(str(facts["host"]))
    ),
    "record_started": lambda visit, facts: _("The record was started, and its key published."),
    "record_key": lambda visit, facts: _(
        "The key that signs the record was changed; the old and the new key both signed this."
    ),
    "erasure": lambda visit, facts: _("What entry %(number)s said was erased.", number=int(facts["entry"])),
    "role_granted": lambda visit, facts: _(
        "The role of %(role)s was given for %(place)s, until %(day)s.",
        role=role(facts["role"]),
        place=place(visit, facts["place"]),
        day=day(visit, facts["ends"]),
    ),
    "role_taken": lambda visit, facts: _(
        "The role of %(role)s for %(place)s was removed.", role=role(facts["role"]), place=place(visit, facts["place"])
    ),
    "election_declared": lambda visit, facts: _(
        "An election period was declared, from %(from)s to %(until)s: no step opens and nothing is decided then.",
        **{"from": day(visit, facts["from"]), "until": day(visit, facts["until"])},
    ),
    "election_removed": lambda visit, facts: _(
        "The election period from %(from)s to %(until)s was removed before it began.",
        **{"from": day(visit, facts["from"]), "until": day(visit, facts["until"])},
    ),
    "urgent_opened": _step(
        _("The consultation on project %(project)s was opened on the urgent path, although something was owed."),
        _("The vote on project %(project)s was opened on the urgent path, although something was owed."),
    ),
    "urgent_reviewed": _project(_("The city reviewed its use of the urgent path for project %(project)s.")),
    "role_invited": lambda visit, facts: _(
        "Somebody was invited to take the role of %(role)s for %(place)s.",
        role=role(facts["role"]),
        place=place(visit, facts["place"]),
    ),
    "invitation_withdrawn": lambda visit, facts: _(
        "An invitation to take the role of %(role)s for %(place)s was withdrawn.",
        role=role(facts["role"]),
        place=place(visit, facts["place"]),
    ),
    "batch_issued": _batch(_("Batch %(number)s of access codes was printed for %(district)s.")),
    "batch_activated": _batch(_("Batch %(number)s of access codes for %(district)s was activated by a second person.")),
    "batch_stopped": _batch(_("Batch %(number)s of access codes for %(district)s was stopped.")),
    "batch_used": _batch(_("Batch %(number)s of access codes for %(district)s: used slips were counted.")),
    "batch_reported": _batch(_("Batch %(number)s of access codes for %(district)s: slips were counted.")),
    "code_void": _batch(_("A code of batch %(number)s for %(district)s was declared void.")),
    "project_published": _project(_("Project %(project)s was published.")),
    "project_edited": lambda visit, facts: _(
        "The page of project %(project)s was changed: %(fields)s.",
        project=int(facts["project"]["number"]),
        fields=fields(visit, facts["fields"]),
    ),
    "translation_confirmed": lambda visit, facts: _(
        "A translation of project %(project)s was looked at and is still right: %(language)s.",
        project=int(facts["project"]["number"]),
        language=autonym(visit, facts["language"]),
    ),
    "translation_added": lambda visit, facts: _(
        "What was said about project %(project)s was added in another language: %(language)s.",
        project=int(facts["project"]["number"]),
        language=autonym(visit, facts["language"]),
    ),
    "step_announced": _step(
        _("The consultation on project %(project)s was announced: from %(opens)s to %(closes)s."),
        _("The vote on project %(project)s was announced: from %(opens)s to %(closes)s."),
    ),
    "precondition_signed": lambda visit, facts: _(
        "An official signed a precondition for asking residents about project %(project)s: “%(condition)s”.",
        project=int(facts["project"]["number"]),
        condition=CONDITIONS[Condition(facts["condition"])],
    ),
    "preconditions_published": _project(
        _("What officials had signed as preconditions for asking residents about project %(project)s was published.")
    ),
    "gates_set": lambda visit, facts: _("What each step owes in this city was changed."),
    "holidays_listed": lambda visit, facts: _("Holidays were put on the list of days that do not count."),
    "holidays_unlisted": lambda visit, facts: _("Holidays were taken off the list of days that do not count."),
    "questionnaire_imported": lambda visit, facts: _(
        "The questionnaire %(kind)s was brought in: version %(version)s.",
        kind=i18n.isolated(str(facts["kind"])),
        version=int(facts["version"]),
    ),
    "assessment_published": lambda visit, facts: _(
        "An impact assessment of project %(project)s was published: version %(version)s.",
        project=int(facts["project"]["number"]),
        version=int(facts["number"]),
    ),
    **FILINGS,
    **MEETINGS,
    "document_published": _document(
        _("Document %(number)s of project %(project)s was published: %(title)s."),
    ),
    "document_changed": lambda visit, facts: _document(
        _("Document %(number)s of project %(project)s got a new file: %(title)s.")
        if facts["new_file"]
        else _("The words of document %(number)s of project %(project)s were changed: %(title)s.")
    )(visit, facts),
    "document_withdrawn": _document(
        _("Document %(number)s of project %(project)s was withdrawn: %(title)s."),
    ),
    "boundaries_set": lambda visit, facts: _(
        "The boundaries of %(count)s districts were put on the map.", count=len(facts["districts"])
    ),
    "assessment_answer_opened": lambda visit, facts: _(
        "An answer in an impact assessment of project %(project)s had been kept internal, and is public now.",
        project=int(facts["project"]["number"]),
    ),
    "script_written": lambda visit, facts: _(
        "What is read aloud about project %(project)s was written by the city: %(language)s.",
        project=int(facts["project"]["number"]),
        language=i18n.isolated(i18n.AUTONYMS[str(facts["language"])]),
    ),
    "step_moved": _step(
        _("The consultation on project %(project)s got new dates: from %(opens)s to %(closes)s."),
        _(
            "The vote on project %(project)s got new dates, since what comes before it lasts longer: from %(opens)s to %(closes)s."
        ),
    ),
    "step_extended": _step(
        _("The consultation on project %(project)s was extended: until %(to)s instead of %(from)s."),
        _("The vote on project %(project)s was extended: until %(to)s instead of %(from)s."),
    ),
    "step_opened": _step(
        _("The consultation on project %(project)s was opened. It closes %(closes)s."),
        _("The vote on project %(project)s was opened. It closes %(closes)s."),
    ),
    "steps_ended": _project(
        _("A decision of the city ended what was still running or planned for project %(project)s.")
    ),
    "ballot_announced": _project(_("The ballot on project %(project)s was announced, with its question and its rule.")),
    "ballot_cancelled": _project(_("The ballot on project %(project)s was cancelled.")),
    "ballot_counted": _project(_("The ballot on project %(project)s was counted, and its votes were dropped.")),
    "ballot_key_destroyed": _project(_("The key of the ballot on project %(project)s was destroyed.")),
    "outcome_published": _project(_("The city published its decision on project %(project)s, with its reasons.")),
    "outcome_corrected": _project(
        _("The city corrected what it had published about its decision on project %(project)s.")
    ),
    "commitment_done": _project(_("The city did something that it had promised for project %(project)s.")),
    "comment_answered": lambda visit, facts: _(
        "%(office)s answered a comment on project %(project)s.",
        office=i18n.isolated(str(facts["office"])),
        project=int(facts["project"]["number"]),
    ),
    "comment_hidden": lambda visit, facts: _(
        "A comment on project %(project)s was hidden. Reason: %(reason)s",
        project=int(facts["project"]["number"]),
        reason=reason_words(facts["reason"]) or "",
    ),
    "comment_held": _project(
        _("A comment on project %(project)s waits for a moderator, since it may name somebody who works for the city.")
    ),
    "comment_released": _project(_("A comment on project %(project)s that had waited for a moderator was shown.")),
    "names_listed": lambda visit, facts: _("Names of city workers were added to those that no comment is to name."),
    "names_unlisted": lambda visit, facts: _("Names of city workers were taken off those that no comment is to name."),
    "comment_restored": _project(_("A hidden comment on project %(project)s was shown again.")),
    "comments_imported": lambda visit, facts: _(
        "%(comments)s comments and %(reactions)s reactions were imported from Polis into project %(project)s.",
        comments=int(facts["comments"]),
        reactions=int(facts["reactions"]),
        project=int(facts["project"]["number"]),
    ),
    "code_replaced": _batch(_("A lost code of batch %(number)s for %(district)s was replaced.")),
    "person_erased": lambda visit, facts: _("Somebody had everything about them erased."),
}


def sentence(visit: Visit, entry: Entry) -> Message:
    """What an entry says, in one sentence."""
    if entry.erased:
        return _("What this entry said was erased; a later entry says why.")
    known = SENTENCES.get(entry.kind)
    if known is None:
        return _("An entry of the kind “%(kind)s”.", kind=entry.kind)
    try:
        return known(visit, entry.facts)
    except (KeyError, TypeError, ValueError):
        # An old entry may lack a fact that is written today; it is never a reason to show nothing.
        return _("An entry of the kind “%(kind)s”.", kind=entry.kind)


def who(visit: Visit, entry: Entry) -> Message | None:
    """Role and place of whoever acted; never a person."""
    acted = entry.actor.get("role")
    if acted is None:
        return None
    if "place" in entry.actor:
        return _("%(role)s, %(place)s", role=role(acted), place=place(visit, entry.actor["place"]))
    return ROLE_NAMES.get(acted) or _("%(role)s", role=acted)
