"""Takes a file in: has it examined, and keeps it."""

from typing import Any

from participation.domain.projects.documents import rules
from participation.domain.projects.documents.forms import NewFile
from participation.domain.projects.documents.models import Format
from participation.kit.examining import Examined, Refused, examined
from participation.kit.files import Arriving, Files


async def take_in(files: Files, arrived: Arriving) -> NewFile:
    """Examine a file that has arrived, and keep it, or of an image the pictures made from it; raises the refusal.

    Whatever comes of it, nothing of what arrived stays where it arrived.
    """
    try:
        found = await examined(arrived.path)
        if found.pictures:
            return await _pictures(files, found)
        format_ = Format(found.format)
        digest = await files.take(arrived)
        return NewFile(format_, rules.MEDIA_TYPES[format_][0], digest, arrived.size, found.facts, ())
    except Refused as refusal:
        raise rules.refused(refusal.code, refusal.where) from None
    finally:
        arrived.drop()


async def _pictures(files: Files, found: Examined) -> NewFile:
    """The image itself, which may say where it was taken, is kept by nobody."""
    made: list[dict[str, Any]] = [
        {
            "width": one.width,
            "height": one.height,
            "media_type": one.media_type,
            "digest": await files.keep(one.content),
            "size": len(one.content),
        }
        for one in found.pictures
    ]
    largest = made[-1]
    return NewFile(Format.IMAGE, largest["media_type"], largest["digest"], largest["size"], found.facts, tuple(made))
