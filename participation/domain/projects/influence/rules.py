"""Levels of influence, each with what the city promises by it: the more it promises, the longer it listens."""

from collections.abc import Iterable, Mapping

from participation.domain.projects.models import Influence, StepKind
from participation.domain.projects.rules import Kinded, by_kind
from participation.kit.errors import Conflict, Refusal
from participation.kit.i18n import Message, _

NAMES: Mapping[Influence, Message] = {
    Influence.INFORM: _("Inform"),
    Influence.CONSULT: _("Consult"),
    Influence.INVOLVE: _("Involve"),
    Influence.COLLABORATE: _("Collaborate"),
    Influence.EMPOWER: _("Empower"),
}
PROMISES: Mapping[Influence, Message] = {
    Influence.INFORM: _("The city keeps you informed and answers your questions."),
    Influence.CONSULT: _("The city listens to you, and says how what you said changed its decision."),
    Influence.INVOLVE: _("The city works with you so that what you want shows in its proposals, and says where."),
    Influence.COLLABORATE: _("The city looks for the solution with you, and follows your advice as far as it can."),
    Influence.EMPOWER: _("You decide, and the city does what you decide."),
}


def may_choose(influence: Influence, before: str | None, steps: Iterable[Kinded]) -> Refusal | None:
    """Freely until residents are asked; from then on the promise stands."""
    consultation = by_kind(steps, StepKind.CONSULTATION)
    if before in (None, influence) or consultation is None or consultation.opened_at is None:
        return None
    return Conflict(
        "promised",
        _("The consultation has opened: what the city promised then stands."),
        _("A new consultation can promise something else."),
    )
