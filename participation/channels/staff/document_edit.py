"""Officials' pages of one document: its words and its file, new or changed, published or deleted."""

from functools import partial
from typing import Any

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.channels.staff.documents import before_official, line_of, number, opened, wanted
from participation.channels.staff.projects import Errors, tongues, typed
from participation.channels.staff.saving import Shown, saved, theirs, version
from participation.channels.staff.uploads import Brought, brought
from participation.domain.projects.documents import operations, rules
from participation.domain.projects.documents.forms import DocumentSaid, NewFile, read_document
from participation.domain.projects.documents.models import DocumentKind, DocumentState
from participation.domain.projects.documents.queries import DocumentView
from participation.domain.projects.forms import read_version
from participation.kit.database import Session
from participation.kit.errors import Invalid
from participation.kit.forms import Reader
from participation.kit.i18n import AUTONYMS, Message, _
from participation.kit.sizes import size

BUTTONS = ("save", "publish", "delete")
LANGUAGES: list[tuple[str, Message | str]] = [*AUTONYMS.items(), *rules.SPECIAL_LANGUAGES.items()]


async def new(visit: Visit) -> Response:
    if visit.request.method == "GET":
        return await _new(visit)
    file = await brought(visit)

    async def act(session: Session) -> dict[str, Any]:
        said = _read(visit, file, required=True)
        if file.file is None:
            raise Invalid({"file": _("Please choose a file.")})
        project = await opened(visit, session)
        filed = await operations.add(
            session, city=visit.city, project=project, said=said, file=file.file, actor=visit.actor, at=visit.at
        )
        return {"slug": project.slug, "number": filed.document.number}

    return await saved(visit, act, partial(_new, file=file), "/staff/projects/{slug}/documents/{number}")


async def _new(
    visit: Visit, *, errors: Errors = None, status: int = 200, file: Brought[NewFile] | None = None
) -> Response:
    async with visit.reading() as session:
        before = await before_official(visit, session)
    values = typed(visit, {"kind": "", "language": visit.language}, errors)
    context = _form(visit, values, errors, file) | {"document": None, "version": 0, "stored": []}
    return visit.page("staff/documents/edit.html", before.context | context, form=True, status=status)


def _read(visit: Visit, file: Brought[NewFile], *, required: bool) -> DocumentSaid:
    """What was said, or everything that is wrong with it and with its file at once."""
    wrong = {} if file.error is None else {"file": file.error}
    if required and file.file is None and not wrong:
        wrong["file"] = _("Please choose a file.")
    try:
        said = read_document(visit.fields, visit.city)
    except Invalid as invalid:
        raise Invalid({**invalid.errors, **wrong} if invalid.errors else {}) from None
    if wrong:
        raise Invalid(wrong)
    return said


def _form(visit: Visit, values: Any, errors: Errors, file: Brought[NewFile] | None) -> dict[str, Any]:
    labels: dict[str, Message | str] = {
        "kind": _("What it is"),
        "language": _("In which language the file is"),
        "file": _("File"),
    }
    for code, autonym, _required in tongues(visit):
        labels[f"title.{code}"] = _("Title (%(language)s)", language=autonym)
        labels[f"alternative.{code}"] = _("What it says, in words (%(language)s)", language=autonym)
    return {
        "values": values,
        "errors": errors or {},
        "labels": labels,
        "tongues": tongues(visit),
        "kinds": [(str(kind), words) for kind, words in rules.KINDS.items()],
        "file_languages": LANGUAGES,
        "most": {"title": rules.LARGEST_TITLE, "alternative": rules.LARGEST_ALTERNATIVE},
        "brought": file if file is not None and file.file is not None else None,
        "brought_size": size(file.file.size) if file is not None and file.file is not None else None,
        "taken": rules.TAKEN,
        "upload_script": visit.site.templates.upload_path,
    }


# One of them


async def show(visit: Visit) -> Response:
    """Its words and its file; three buttons, of which a page shows those that fit."""
    if visit.request.method == "GET":
        return await _show(visit)
    file = await brought(visit)

    async def act(session: Session) -> dict[str, Any]:
        pressed = _pressed(visit)
        said = None if pressed == "delete" else _read(visit, file, required=False)
        project = await opened(visit, session)
        filed = await operations.find(session, project, number(visit))
        common: dict[str, Any] = {"city": visit.city, "project": project, "filed": filed, "actor": visit.actor}
        if said is None:
            await operations.delete_draft(session, version=read_version(visit.fields), **common)
            return {"slug": project.slug, "then": ""}
        common |= {"version": read_version(visit.fields), "said": said, "file": file.file, "at": visit.at}
        if pressed == "publish" and filed.document.state == DocumentState.DRAFT:
            await operations.publish(session, **common)
        else:
            await operations.change(session, **common)
        return {"slug": project.slug, "then": f"/{filed.document.number}"}

    return await saved(visit, act, partial(_show, file=file), "/staff/projects/{slug}/documents{then}")


def _pressed(visit: Visit) -> str:
    form = Reader(visit.fields)
    pressed = form.text("do", at_most=20, required=False) or "save"
    if pressed not in BUTTONS:
        form.wrong("form", _("Please choose one of the answers."))
    form.finish()
    return pressed


async def _show(
    visit: Visit, *, errors: Errors = None, status: int = 200, file: Brought[NewFile] | None = None
) -> Response:
    async with visit.reading() as session:
        before = await before_official(visit, session)
        found = await wanted(visit, session, before)
    stored = _stored(found)
    values = typed(visit, stored, errors)
    form = _form(visit, values, errors, file)
    shown = [
        Shown(name, label, _in_words(name, stored[name]), _tongue(name))
        for name, label in form["labels"].items()
        if name in stored
    ]
    context = {
        "document": line_of(visit, before, found),
        "state": found.state,
        "version": version(visit, found.changes, status),
        "stored": theirs(status, shown, stored, values),
        "public_page": visit.url(f"/projects/{before.project.slug}/documents/{found.number}"),
    }
    return visit.page("staff/documents/edit.html", before.context | form | context, form=True, status=status)


def _stored(found: DocumentView) -> dict[str, str]:
    """What is stored, by the names of the form."""
    values = {"kind": found.kind, "language": found.language}
    values |= {f"title.{language}": text for language, text in found.titles.items()}
    values |= {f"alternative.{language}": text for language, text in found.alternatives.items()}
    return values


def _in_words(name: str, value: str) -> Any:
    if name == "kind":
        return rules.KINDS[DocumentKind(value)]
    return dict(LANGUAGES)[value] if name == "language" else value


def _tongue(name: str) -> str | None:
    return name.partition(".")[2] or None
