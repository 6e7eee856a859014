"""What entries of the record say of projects: what was published, announced, opened, said, counted and decided."""

from participation.channels.http.entries.words import (
    Facts,
    Reader,
    Sentence,
    autonym,
    fields,
    moment,
    of_project,
    of_step,
    place,
)
from participation.domain.moderation.rules import reason_words
from participation.domain.projects.preconditions.models import Condition
from participation.domain.projects.preconditions.rules import CONDITIONS
from participation.kit import i18n
from participation.kit.i18n import Message, _


def _meeting(sentence: Message) -> Sentence:
    return lambda reader, facts: Message(
        sentence.text,
        values=(
            ("project", int(facts["project"]["number"])),
            ("place", place(reader, facts["place"])),
            ("starts", moment(reader, facts["starts"])),
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
    def say(reader: Reader, facts: Facts) -> Message:
        title = i18n.pick(facts["titles"], reader.language, reader.city.languages)
        values = (("project", int(facts["project"]["number"])), ("number", int(facts["document"])), ("title", title))
        return Message(sentence.text, values=values)

    return say


def _clip(sentence: Message) -> Sentence:
    return lambda reader, facts: Message(
        sentence.text,
        values=(
            ("project", int(facts["project"]["number"])),
            ("language", i18n.isolated(str(facts["tongue"]))),
        ),
    )


def _sound(of_project: Message, of_city: Message) -> Sentence:
    """In a language of ours, or in one that the city speaks, by its code once that is gone."""

    def say(reader: Reader, facts: Facts) -> Message:
        names = i18n.AUTONYMS | {one.code: one.own for one in reader.city.spoken_languages}
        code = str(facts["language"])
        language = ("language", i18n.isolated(names.get(code, code)))
        if facts["project"] is None:
            return Message(of_city.text, values=(language,))
        return Message(of_project.text, values=(("project", int(facts["project"]["number"])), language))

    return say


PROJECTS: dict[str, Sentence] = {
    **MEETINGS,
    "urgent_opened": of_step(
        _("The consultation on project %(project)s was opened on the urgent path, although something was owed."),
        _("The vote on project %(project)s was opened on the urgent path, although something was owed."),
    ),
    "urgent_reviewed": of_project(_("The city reviewed its use of the urgent path for project %(project)s.")),
    "project_published": of_project(_("Project %(project)s was published.")),
    "project_edited": lambda reader, facts: _(
        "The page of project %(project)s was changed: %(fields)s.",
        project=int(facts["project"]["number"]),
        fields=fields(reader, facts["fields"]),
    ),
    "translation_confirmed": lambda reader, facts: _(
        "A translation of project %(project)s was looked at and is still right: %(language)s.",
        project=int(facts["project"]["number"]),
        language=autonym(reader, facts["language"]),
    ),
    "translation_added": lambda reader, facts: _(
        "What was said about project %(project)s was added in another language: %(language)s.",
        project=int(facts["project"]["number"]),
        language=autonym(reader, facts["language"]),
    ),
    "step_announced": of_step(
        _("The consultation on project %(project)s was announced: from %(opens)s to %(closes)s."),
        _("The vote on project %(project)s was announced: from %(opens)s to %(closes)s."),
    ),
    "precondition_signed": lambda reader, facts: _(
        "An official signed a precondition for asking residents about project %(project)s: “%(condition)s”.",
        project=int(facts["project"]["number"]),
        condition=CONDITIONS[Condition(facts["condition"])],
    ),
    "preconditions_published": of_project(
        _("What officials had signed as preconditions for asking residents about project %(project)s was published.")
    ),
    "assessment_published": lambda reader, facts: _(
        "An impact assessment of project %(project)s was published: version %(version)s.",
        project=int(facts["project"]["number"]),
        version=int(facts["number"]),
    ),
    "document_published": _document(
        _("Document %(number)s of project %(project)s was published: %(title)s."),
    ),
    "document_changed": lambda reader, facts: _document(
        _("Document %(number)s of project %(project)s got a new file: %(title)s.")
        if facts["new_file"]
        else _("The words of document %(number)s of project %(project)s were changed: %(title)s.")
    )(reader, facts),
    "document_withdrawn": _document(
        _("Document %(number)s of project %(project)s was withdrawn: %(title)s."),
    ),
    "assessment_answer_opened": lambda reader, facts: _(
        "An answer in an impact assessment of project %(project)s had been kept internal, and is public now.",
        project=int(facts["project"]["number"]),
    ),
    "sound_published": _sound(
        _("A recording about project %(project)s was published: %(language)s."),
        _("A recording of one of the city's own texts was published: %(language)s."),
    ),
    "sound_confirmed": _sound(
        _("A recording about project %(project)s was listened to and is still right: %(language)s."),
        _("A recording of one of the city's own texts was listened to and is still right: %(language)s."),
    ),
    "sound_removed": _sound(
        _("A recording about project %(project)s was removed: %(language)s."),
        _("A recording of one of the city's own texts was removed: %(language)s."),
    ),
    **{
        kind: _clip(sentence)
        for kind, sentence in {
            "clip_published": _("A clip in sign language about project %(project)s was published: %(language)s."),
            "clip_confirmed": _(
                "A clip in sign language about project %(project)s was watched and is still right: %(language)s."
            ),
            "clip_removed": _("A clip in sign language about project %(project)s was removed: %(language)s."),
        }.items()
    },
    "easy_read_written": lambda reader, facts: _(
        "Project %(project)s was told in sentences that are easy to read: %(language)s.",
        project=int(facts["project"]["number"]),
        language=i18n.isolated(i18n.AUTONYMS[str(facts["language"])]),
    ),
    "script_written": lambda reader, facts: _(
        "What is read aloud about project %(project)s was written by the city: %(language)s.",
        project=int(facts["project"]["number"]),
        language=i18n.isolated(i18n.AUTONYMS[str(facts["language"])]),
    ),
    "step_moved": of_step(
        _("The consultation on project %(project)s got new dates: from %(opens)s to %(closes)s."),
        _(
            "The vote on project %(project)s got new dates, since what comes before it lasts longer: from %(opens)s to %(closes)s."
        ),
    ),
    "step_extended": of_step(
        _("The consultation on project %(project)s was extended: until %(to)s instead of %(from)s."),
        _("The vote on project %(project)s was extended: until %(to)s instead of %(from)s."),
    ),
    "step_opened": of_step(
        _("The consultation on project %(project)s was opened. It closes %(closes)s."),
        _("The vote on project %(project)s was opened. It closes %(closes)s."),
    ),
    "steps_ended": of_project(
        _("A decision of the city ended what was still running or planned for project %(project)s.")
    ),
    "ballot_announced": of_project(
        _("The ballot on project %(project)s was announced, with its question and its rule.")
    ),
    "ballot_cancelled": of_project(_("The ballot on project %(project)s was cancelled.")),
    "ballot_counted": of_project(_("The ballot on project %(project)s was counted, and its votes were dropped.")),
    "ballot_key_destroyed": of_project(_("The key of the ballot on project %(project)s was destroyed.")),
    "choice_sheets_printed": lambda reader, facts: _(
        "Sheets with choice codes were printed for the ballot on project %(project)s: %(count)s in batch %(batch)s, %(language)s.",
        project=int(facts["project"]["number"]),
        count=int(facts["printed"]),
        batch=str(int(facts["batch"])),
        language=autonym(reader, facts["language"]),
    ),
    "choice_sheets_stopped": lambda reader, facts: _(
        "Batch %(batch)s of sheets with choice codes for the ballot on project %(project)s was stopped.",
        batch=str(int(facts["batch"])),
        project=int(facts["project"]["number"]),
    ),
    "outcome_published": of_project(_("The city published its decision on project %(project)s, with its reasons.")),
    "outcome_corrected": of_project(
        _("The city corrected what it had published about its decision on project %(project)s.")
    ),
    "commitment_done": of_project(_("The city did something that it had promised for project %(project)s.")),
    "comment_answered": lambda reader, facts: _(
        "%(office)s answered a comment on project %(project)s.",
        office=i18n.isolated(str(facts["office"])),
        project=int(facts["project"]["number"]),
    ),
    "comment_hidden": lambda reader, facts: _(
        "A comment on project %(project)s was hidden. Reason: %(reason)s",
        project=int(facts["project"]["number"]),
        reason=reason_words(facts["reason"]) or "",
    ),
    "comment_held": of_project(
        _("A comment on project %(project)s waits for a moderator, since it may name somebody who works for the city.")
    ),
    "comment_released": of_project(_("A comment on project %(project)s that had waited for a moderator was shown.")),
    "comment_restored": of_project(_("A hidden comment on project %(project)s was shown again.")),
    "recording_written": of_project(
        _("A spoken comment on project %(project)s was written down, and its recording deleted.")
    ),
    "recording_unclear": of_project(
        _("A spoken comment on project %(project)s could not be understood; its recording was deleted.")
    ),
    "comments_imported": lambda reader, facts: _(
        "%(comments)s comments and %(reactions)s reactions were imported from Polis into project %(project)s.",
        comments=int(facts["comments"]),
        reactions=int(facts["reactions"]),
        project=int(facts["project"]["number"]),
    ),
}
