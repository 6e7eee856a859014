"""Recordings before officials, of a project, and before administrators, of the city's own texts: one form, the list, and what is old."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from starlette.responses import Response

from participation.channels.http.hearing import length
from participation.channels.http.visit import Visit
from participation.channels.staff.documents import before_official
from participation.channels.staff.projects import Errors, open_for_edit, typed
from participation.channels.staff.saving import saved
from participation.channels.staff.uploads import Brought, brought_as
from participation.domain.ladder.heard import rules as heard
from participation.domain.ladder.heard.queries import sayings, text_of
from participation.domain.people.models import Role
from participation.domain.people.rules import acting
from participation.domain.projects.models import Project
from participation.domain.projects.sounds import forms, operations, queries, rules
from participation.domain.projects.sounds.forms import NewSound, SoundSaid
from participation.domain.projects.sounds.models import SoundKind
from participation.domain.projects.sounds.queries import SoundView
from participation.kit import i18n, speaking
from participation.kit.database import Session
from participation.kit.errors import Conflict, Invalid
from participation.kit.forms import Reader
from participation.kit.i18n import Message, _
from participation.kit.marks import fingerprint
from participation.kit.sizes import size

Recording = Brought[NewSound]
CITY_DESK = "/staff/sounds"


def parts_of_city() -> dict[str, Message | str]:
    """What each of the city's own parts is called: by what it says, except what is long."""
    prompts = {f"{rules.PROMPT}{key}": message for key, message in rules.PROMPTS.items()}
    options = {heard.option_part(choice): heard.option_words(choice) for choice in heard.OPTIONS}
    digits = {f"{rules.PROMPT}{key}": key.removeprefix("digit-") for key in rules.DIGITS}
    return {rules.CONSENT: rules.CONSENT_WORDS, **options, **prompts, **digits}


async def of_project(visit: Visit) -> Response:
    if visit.request.method == "GET":
        return await _of_project(visit)
    file = await _brought(visit)

    async def act(session: Session) -> dict[str, Any]:
        project = await open_for_edit(visit, session)
        await _act(visit, session, file, project, rules.OF_PROJECTS)
        return {"slug": project.slug}

    return await saved(visit, act, partial(_of_project, file=file), "/staff/projects/{slug}/sounds")


async def of_city(visit: Visit) -> Response:
    if visit.request.method == "GET":
        return await _of_city(visit)
    file = await _brought(visit)

    async def act(session: Session) -> dict[str, Any]:
        if visit.typed.get("synthesis"):
            on = forms.read_switch(visit.fields)
            await operations.set_synthesis(session, city=visit.city, on=on, actor=visit.actor, at=visit.at)
        else:
            await _act(visit, session, file, None, parts_of_city())
        return {}

    return await saved(visit, act, partial(_of_city, file=file), CITY_DESK)


async def _brought(visit: Visit) -> Recording:
    return await brought_as(visit, NewSound, operations.take_in, rules.refused("too_large"))


async def _act(
    visit: Visit, session: Session, file: Recording, project: Project | None, parts: Mapping[str, Any]
) -> None:
    """What its button asks of a recording; without one, publish what was brought."""
    common: dict[str, Any] = {"city": visit.city, "project": project, "actor": visit.actor, "at": visit.at}
    for button in ("confirm", "remove"):
        if visit.typed.get(button):
            form = Reader(visit.fields)
            sound_id = form.integer(button, least=1, most=2**31 - 1)
            form.finish()
            if button == "remove":
                await operations.remove(session, sound_id=sound_id, **common)
                return
            found = await operations.find(session, visit.city, project, sound_id)
            text = await _text(visit, session, project, SoundSaid(found.part, found.language))
            await operations.confirm(session, sound_id=sound_id, text=text, **common)
            return
    said = _read(visit, file, parts)
    if file.file is None:
        raise Invalid({"file": _("Please choose a file.")})
    text = await _text(visit, session, project, said)
    await operations.publish(session, said=said, text=text, new=file.file, **common)


def _read(visit: Visit, file: Recording, parts: Mapping[str, Any]) -> SoundSaid:
    """What was said, or everything that is wrong with it and with its file at once."""
    wrong = {} if file.file else {"file": file.error or _("Please choose a file.")}
    try:
        said = forms.read_sound(visit.fields, parts, visit.city)
    except Invalid as invalid:
        raise Invalid({**invalid.errors, **wrong} if invalid.errors else {}) from None
    if wrong:
        raise Invalid(wrong)
    return said


async def _text(visit: Visit, session: Session, project: Project | None, said: SoundSaid) -> str:
    id_ = None if project is None else project.id
    text = await text_of(session, visit.city, id_, said.part, said.language)
    if text is None:
        raise Conflict(
            "nothing_said",
            _("Nothing is written there yet in this language, so that nobody could tell what the recording says."),
            _("Write the text first; the ballot has to be announced."),
        )
    return text


# The pages


async def _of_project(
    visit: Visit, *, errors: Errors = None, status: int = 200, file: Recording | None = None
) -> Response:
    async with visit.reading() as session:
        before = await before_official(visit, session)
        found = await queries.of_projects(session, visit.city.id, [before.project.id])
        texts = await sayings(session, visit.city, [before.project.id])
    said = {part: texts.get((before.project.id, part), {}) for part in rules.OF_PROJECTS}
    groups = [
        {
            "part": words,
            "lines": list(_lines(visit, [one for one in found if one.part == part], said[part])),
            "silent": [name for code, name in _tongues(visit).items() if not _heard(found, part, code)],
        }
        for part, words in rules.OF_PROJECTS.items()
        if said[part]
    ]
    context = {
        "back": (before.desk, before.context["title_"] or before.project.slug),
        "address": f"{before.desk}/sounds",
        "groups": groups,
        "of_city": False,
        "synthesis": visit.city.synthesis and not speaking.missing(),
        "parts": [(part, words) for part, words in rules.OF_PROJECTS.items() if said[part]],
    }
    return visit.page("staff/sounds.html", context | _form(visit, errors, file), form=True, status=status)


async def _of_city(
    visit: Visit, *, errors: Errors = None, status: int = 200, file: Recording | None = None
) -> Response:
    acting(visit.actor, Role.ADMINISTRATOR, visit.city)
    async with visit.reading() as session:
        found = await queries.of_projects(session, visit.city.id, [None])
    said = heard.of_city(visit.city.languages)
    groups = [
        {"part": words, "lines": lines, "silent": []}
        for part, words in parts_of_city().items()
        if (lines := list(_lines(visit, [one for one in found if one.part == part and _recorded(one)], said[part])))
    ]
    context = {
        "back": ("/staff/", _("Staff desk")),
        "address": CITY_DESK,
        "groups": groups,
        "of_city": True,
        "synthesis": visit.city.synthesis,
        "machine": not speaking.missing(),
        "readings": sum(not _recorded(one) for one in found),
        "spoken": "/staff/spoken-languages",
        "parts": list(parts_of_city().items()),
    }
    return visit.page("staff/sounds.html", context | _form(visit, errors, file), form=True, status=status)


def _tongues(visit: Visit) -> dict[str, i18n.Text]:
    """Every language in which something can be heard, by the name that it calls itself."""
    return {code: i18n.Text(name, code, code != visit.language) for code, name in visit.city.heard_languages.items()}


def _recorded(one: SoundView) -> bool:
    return one.kind == SoundKind.UPLOADED


def _heard(found: Iterable[SoundView], part: str, language: str) -> bool:
    return any((one.part, one.language) == (part, language) for one in found)


def _lines(visit: Visit, found: Iterable[SoundView], said: Mapping[str, str]) -> Iterable[dict[str, Any]]:
    """What there is of one part, by language; an older recording is marked."""
    names = _tongues(visit)
    for one in found:
        text = heard.said_in(said, one.language, visit.city)
        yield {
            "id": one.id,
            "language": names[one.language],
            "address": one.mp3,
            "size": size(one.mp3_size),
            "length": length(one.seconds),
            "recorded": _recorded(one),
            "old": text is None or one.said != fingerprint(text),
        }


def _form(visit: Visit, errors: Errors, file: Recording | None) -> dict[str, Any]:
    brought = file if file is not None and file.file is not None else None
    return {
        "values": typed(visit, {"language": visit.city.languages[0]}, errors),
        "errors": errors or {},
        "languages_": list(_tongues(visit).items()),
        "brought": brought,
        "brought_size": size(brought.file.size) if brought and brought.file else None,
        "taken": rules.TAKEN,
        "upload_script": visit.site.templates.upload_path,
        "able": "ffmpeg" not in speaking.missing(),
    }


# Languages without a catalogue


async def spoken(visit: Visit) -> Response:
    if visit.request.method == "GET":
        return await _spoken(visit)

    async def act(session: Session) -> dict[str, Any]:
        common: dict[str, Any] = {"city": visit.city, "actor": visit.actor, "at": visit.at}
        if code := str(visit.typed.get("remove", "")):
            _ours = visit.fields
            await operations.remove_language(session, code=code, **common)
        else:
            own, names = forms.read_language(visit.fields, visit.city)
            await operations.add_language(session, own=own, names=names, **common)
        return {}

    return await saved(visit, act, _spoken, "/staff/spoken-languages")


async def _spoken(visit: Visit, *, errors: Errors = None, status: int = 200) -> Response:
    required = visit.city.required_languages
    others = [code for code in visit.city.languages if code not in required]
    context = {
        "languages_": [
            (one.code, i18n.Text(one.own, one.code, True), i18n.pick(one.names, visit.language, visit.city.languages))
            for one in visit.city.spoken_languages
        ],
        "tongues": [(code, i18n.AUTONYMS[code], code in required) for code in (*required, *others)],
        "values": typed(visit, {}, errors),
        "errors": errors or {},
    }
    return visit.page("staff/spoken_languages.html", context, form=True, status=status)
