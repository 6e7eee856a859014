"""What a form says when it comes back: the reasons beside its fields, and above it what to do now."""

from participation.kit.errors import Invalid, Refusal
from participation.kit.i18n import Message


def messages(refusal: Refusal, field: str = "form") -> dict[str, Message]:
    """The messages of a refusal by field; `next` is its next step, which `forms.summary` shows below them."""
    if isinstance(refusal, Invalid):
        return refusal.errors
    return {field: refusal.message, "next": refusal.next_step}


def refused(field: str, refusal: Refusal) -> Invalid:
    """The reason beside the field, and above the form what to do now."""
    return Invalid(messages(refusal, field))
