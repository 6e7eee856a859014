"""What a batch needs, and what stands on a sheet."""

from dataclasses import dataclass

from participation.domain.proxies.paper.rules import MOST
from participation.kit.forms import Reader
from participation.kit.i18n import _

LONGEST_CARRIED = 200


@dataclass(frozen=True)
class NewPaper:
    project: str
    delegate_id: int
    language: str
    count: int
    carried_by: str


def read_new(form: Reader, languages: list[str]) -> NewPaper:
    """`languages`: those for which this machine has letters."""
    project = form.text("project", at_most=60, missing=_("Please choose one of the projects."))
    delegate_id = form.integer("delegate", least=1, most=2**31 - 1)
    language = form.text("language", at_most=10)
    if language not in languages:
        form.wrong("language", _("Please choose one of the languages."))
    count = form.integer("count", least=1, most=MOST)
    carried_by = form.text("carried_by", at_most=LONGEST_CARRIED)
    form.finish()
    return NewPaper(project, delegate_id, language, count, carried_by)
