"""The file that came with a form of the staff: examined, kept, and remembered by the form when that comes back, so that nobody has to
send it twice."""

from dataclasses import dataclass

from participation.channels.http.visit import Visit
from participation.domain.projects.documents.forms import NewFile
from participation.domain.projects.documents.rules import refused
from participation.domain.projects.documents.taking.operations import take_in
from participation.kit.errors import Invalid, Refusal
from participation.kit.files import Files
from participation.kit.i18n import Message, _


@dataclass(frozen=True)
class Brought:
    file: NewFile | None = None
    error: Message | None = None
    held: str = ""
    """For the form's hidden field, when it has to be shown again."""
    name: str = ""
    """As the sender calls it; shown to them, and kept nowhere."""


async def brought(visit: Visit) -> Brought:
    """Nothing is opened for a form that did not come from a page of ours; its refusal comes when it is read."""
    try:
        _ours = visit.fields
    except Invalid:
        if visit.again is None:
            return Brought()
    files = Files(visit.site.settings.store)
    upload = visit.files.get("file")
    if upload is None:
        return await _held(visit, files)
    if upload.file is None:
        return Brought(error=refused("too_large").errors["file"])
    try:
        file = await take_in(files, upload.file)
    except Refusal as refusal:
        return Brought(error=refusal.errors["file"] if isinstance(refusal, Invalid) else refusal.message)
    report = await files.keep(file.as_json())
    return Brought(file, held=visit.sealed(report), name=upload.name)


async def _held(visit: Visit, files: Files) -> Brought:
    """What came with an earlier sending of this form."""
    held = str(visit.typed.get("held", ""))
    report = visit.unsealed(held)
    if report is None:
        return Brought()
    gone = Brought(error=_("The file that you sent before is not here any more. Please choose it again."))
    if not files.young(report):
        return gone
    file = NewFile.from_json(files.path(report).read_bytes())
    if not all(files.young(digest) for digest in (file.digest, *(one["digest"] for one in file.pictures))):
        return gone
    return Brought(file, held=held)
