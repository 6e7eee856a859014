"""What an administrator says of votes that two delegates brought for the same person."""

import re
from dataclasses import dataclass

from participation.domain.proxies.contested.rules import Why
from participation.kit.forms import Reader
from participation.kit.i18n import _

LOOK, NONE = "look-", "none-"
"""Before the handle of an entry: show the number that was left with it; neither it nor its rivals count."""


@dataclass(frozen=True)
class Asked:
    """The whole form, whichever of its buttons was pressed."""

    handle: str
    look: bool
    keep: bool
    why: Why


def read_asked(form: Reader) -> Asked:
    do = form.text("do", at_most=80)
    if do.startswith(LOOK):
        return Asked(_handle(form, "do", do.removeprefix(LOOK)), look=True, keep=False, why=Why.UNKNOWN)
    stands = form.text("stands", at_most=80, missing=_("Please choose one of the answers."))
    handle = _handle(form, "stands", stands.removeprefix(NONE))
    why = form.one_of("reason", Why)
    form.finish()
    return Asked(handle, look=False, keep=not stands.startswith(NONE), why=why)


def _handle(form: Reader, name: str, value: str) -> str:
    if not re.fullmatch("[0-9a-f]{64}", value):
        form.wrong(name, _("Please choose one of the answers."))
        form.finish()
    return value
