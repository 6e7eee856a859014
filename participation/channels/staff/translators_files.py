"""Officials' page for translators' files: the texts of a project out, as they stand, and in again, as far as they can be taken."""

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from participation.channels.http.answers import attachment
from participation.channels.http.refusing import messages
from participation.channels.http.sending import sent
from participation.channels.http.visit import Visit
from participation.channels.staff.languages import label, tongue
from participation.channels.staff.projects import Errors, editing, open_for_edit, tongues
from participation.domain.ladder.languages import queries
from participation.domain.ladder.languages.files.forms import Taken, read_file, usual_source
from participation.domain.ladder.languages.files.operations import bring_in
from participation.domain.ladder.languages.files.queries import exported
from participation.domain.ladder.languages.rules import Saying
from participation.kit import i18n
from participation.kit.database import Session
from participation.kit.errors import Invalid, NotFound, Refusal, SignInNeeded
from participation.kit.forms import Reader
from participation.kit.i18n import AUTONYMS, Message, _
from participation.kit.po import LARGEST

LISTS: dict[str, Message] = {
    "stale": _("Taken, but out of date: what was translated has changed since the file was made"),
    "unsure": _("The translator was not sure (fuzzy): they do not count yet"),
    "changed": _("Not taken: somebody has changed them since the file was made"),
    "settled": _("Not taken: they are announced, and can no longer be changed"),
}


async def download(visit: Visit) -> Response:
    language = tongue(visit)
    source = _source(visit, visit.request.query_params.get("from", ""), language)
    async with visit.reading() as session:
        found = await editing(visit, session)
        slug = found.project.slug
        content, _count = await exported(session, city=visit.city, slug=slug, language=language, source=source)
    return attachment(content, "text/x-gettext-translation; charset=utf-8", f"{slug}.{language}.po")


def _source(visit: Visit, wanted: str, language: str) -> str | None:
    if wanted and (wanted not in visit.city.languages or wanted == language):
        raise NotFound()
    return wanted or None


async def show(visit: Visit) -> Response:
    """Download, and a form that takes a file in; what became of it is said on the page that answers."""
    if visit.request.method == "GET":
        return await _show(visit)
    known: list[Known] = []
    try:
        async with visit.transaction() as session:
            answer = await visit.once(session, sent(visit), lambda: _take(visit, session, known))
    except SignInNeeded:
        raise
    except Refusal as refusal:
        return await _show(visit, errors=messages(refusal), status=refusal.status)
    return await _show(visit, answer=answer, known=known[0] if known else None)


async def _take(visit: Visit, session: Session, known: list["Known"]) -> dict[str, Any]:
    """Leaves in `known` what it had read for this: the page that answers reads nothing twice."""
    form = Reader(visit.fields)
    replace = form.flag("replace")
    form.finish()
    file = read_file(_bytes(visit), visit.city)
    if file.language != tongue(visit):
        name = AUTONYMS[file.language]
        raise Invalid({"file": _("This file is for another language: %(language)s.", language=name)})
    project = await open_for_edit(visit, session)
    sayings = await queries.sayings(session, project.id)
    taken = await bring_in(
        session,
        city=visit.city,
        project=project,
        sayings=sayings,
        file=file,
        replace=replace,
        actor=visit.actor,
        at=visit.at,
    )
    titles = {text.language: text.title for text in project.texts if text.title}
    title = i18n.pick(titles, visit.language, visit.city.languages)
    known.append(Known(sayings, {"title_": title, "desk": f"/staff/projects/{project.slug}"}))
    return _told(taken)


def _bytes(visit: Visit) -> bytes:
    upload = visit.files.get("file")
    if upload is None:
        raise Invalid({"file": _("Please choose a file.")})
    if upload.file is None or upload.size > LARGEST:
        raise Invalid({"file": _("The file is larger than 1 MB.")})
    return upload.file.path.read_bytes()


def _told(taken: Taken) -> dict[str, Any]:
    """What is kept as the form's answer, so that sending it again says the same."""
    return {
        "written": len(taken.written),
        "same": len(taken.same),
        "unknown": [[key[:60], line] for key, line in taken.unknown[:50]],
        **{name: getattr(taken, name)[:50] for name in LISTS},
    }


@dataclass(frozen=True)
class Known:
    """A project's texts, and what its staff pages say of it."""

    sayings: list[Saying]
    context: dict[str, Any]


async def _read(visit: Visit) -> Known:
    async with visit.reading() as session:
        found = await editing(visit, session)
        return Known(await queries.sayings(session, found.project.id), found.context)


async def _show(
    visit: Visit,
    *,
    answer: dict[str, Any] | None = None,
    known: Known | None = None,
    errors: Errors = None,
    status: int = 200,
) -> Response:
    language = tongue(visit)
    known = known or await _read(visit)
    sayings = known.sayings
    here = f"{known.context['desk']}/languages/{language}"
    usual = usual_source(sayings, language, visit.city)
    said = {code for saying in sayings for code, text in saying.texts.items() if text}
    others = [(code, name) for code, name, _required in tongues(visit) if code != language and code in said]
    context = {
        "tongue": language,
        "autonym": AUTONYMS[language],
        "list": here,
        "here": f"{here}/file",
        "sources": [
            (f"{here}.po?from={code}", name, code) for code, name in sorted(others, key=lambda one: one[0] != usual)
        ],
        "answer": None if answer is None else _answered(visit, answer, sayings),
        "values": {"replace": visit.typed.get("replace", "") if errors else ""},
        "errors": errors or {},
    }
    return visit.page("staff/languages/file.html", known.context | context, form=True, status=status)


def _answered(visit: Visit, answer: dict[str, Any], sayings: list[Saying]) -> dict[str, Any]:
    labels = {saying.key: label(visit, saying) for saying in sayings}
    lists = [(words, [(key, labels.get(key, key)) for key in answer[name]]) for name, words in LISTS.items()]
    return {
        "written": answer["written"],
        "same": answer["same"],
        "lists": [(words, keys) for words, keys in lists if keys],
        "unknown": answer["unknown"],
    }
