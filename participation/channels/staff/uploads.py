"""The file that came with a form of the staff: examined, kept, and remembered by the form when that comes back, so that nobody has to
send it twice."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, Protocol, Self, TypeVar

from participation.channels.http.visit import Visit
from participation.domain.projects.documents.forms import NewFile
from participation.domain.projects.documents.rules import refused
from participation.domain.projects.documents.taking.operations import take_in
from participation.kit.errors import Invalid, Refusal
from participation.kit.files import Arriving, Files
from participation.kit.i18n import Message, _


class Taken(Protocol):
    """A file that has been examined and is kept, in one piece or several."""

    @property
    def digests(self) -> tuple[str, ...]: ...
    def as_json(self) -> bytes: ...
    @classmethod
    def from_json(cls, raw: bytes) -> Self: ...


T = TypeVar("T", bound=Taken)


@dataclass(frozen=True)
class Brought(Generic[T]):
    file: T | None = None
    error: Message | None = None
    held: str = ""
    """For the form's hidden field, when it has to be shown again."""
    name: str = ""
    """As the sender calls it; shown to them, and kept nowhere."""


async def brought(visit: Visit) -> Brought[NewFile]:
    """A document."""
    return await brought_as(visit, NewFile, take_in, refused("too_large"))


async def brought_as(
    visit: Visit, kind: type[T], take: Callable[[Files, Arriving], Awaitable[T]], too_large: Invalid
) -> Brought[T]:
    """Nothing is opened for a form that did not come from a page of ours; its refusal comes when it is read."""
    try:
        _ours = visit.fields
    except Invalid:
        if visit.again is None:
            return Brought()
    files = Files(visit.site.settings.store)
    upload = visit.files.get("file")
    if upload is None:
        return await _held(visit, files, kind)
    if upload.file is None:
        return Brought(error=too_large.errors["file"])
    try:
        file = await take(files, upload.file)
    except Refusal as refusal:
        return Brought(error=refusal.errors["file"] if isinstance(refusal, Invalid) else refusal.message)
    report = await files.keep(file.as_json())
    return Brought(file, held=visit.sealed(report), name=upload.name)


async def _held(visit: Visit, files: Files, kind: type[T]) -> Brought[T]:
    """What came with an earlier sending of this form."""
    held = str(visit.typed.get("held", ""))
    report = visit.unsealed(held)
    if report is None:
        return Brought()
    gone = Brought[T](error=_("The file that you sent before is not here any more. Please choose it again."))
    if not files.young(report):
        return gone
    file = kind.from_json(files.path(report).read_bytes())
    if not all(files.young(digest) for digest in file.digests):
        return gone
    return Brought(file, held=held)
