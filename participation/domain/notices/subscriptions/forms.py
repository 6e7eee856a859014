"""What somebody says who wants to be told by e-mail."""

import re
from dataclasses import dataclass
from enum import StrEnum

from participation.kit.forms import Reader
from participation.kit.i18n import LANGUAGES, _

LONGEST = 254
"""RFC 5321: a path is at most 256 octets, its brackets included."""
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


class What(StrEnum):
    PROJECT = "project"
    CITY = "city"


@dataclass(frozen=True)
class Asked:
    address: str
    what: What
    language: str


def address_of(text: str) -> str | None:
    """An address as mail servers everywhere take it (a dot-atom and a host name, in ASCII); None where it is none.

    The host's letters are made small, a name in another script becomes its ASCII form (IDNA); what stands before the @ is left as it is.
    """
    local, at, host = text.strip().rpartition("@")
    try:
        host = host.rstrip(".").encode("idna").decode().lower()
    except UnicodeError:
        return None
    labels = host.split(".")
    whole = f"{local}@{host}"
    fine = at and _LOCAL.fullmatch(local) and len(local) <= 64 and len(labels) > 1 and len(whole) <= LONGEST
    return whole if fine and all(_LABEL.fullmatch(label) for label in labels) and not labels[-1].isdigit() else None


def read_asked(form: Reader, *, about_project: bool) -> Asked:
    """Raises `Invalid` through the form. Without a project there is only the whole city to follow."""
    typed = form.text("email", at_most=LONGEST)
    address = address_of(typed)
    if typed and address is None:
        form.wrong("email", _("This is not a whole e-mail address, like name@example.org."))
    what = form.one_of("what", What) if about_project else What.CITY
    language = read_language(form)
    return Asked(address or "", what, language)


def read_language(form: Reader) -> str:
    language = form.text("language", at_most=20)
    if language and language not in LANGUAGES:
        form.wrong("language", _("Please choose one of the answers."))
    return language
