"""The answers that can be chosen, and what a typed one has to look like."""

from participation.domain.consultations.models import ReactionKind, Stance
from participation.domain.proxies.forms import Age
from participation.domain.proxies.models import Consent, EntryKind
from participation.kit.i18n import _

KINDS = {
    EntryKind.PROXY: _("One person; I write down what they say"),
    EntryKind.ASSISTED: _("One person, helped by somebody whom they chose"),
}
HOW = {
    Consent.SPOKEN: _("They said so"),
    Consent.SIGNED: _("They signed"),
    Consent.THUMB: _("They gave a thumbprint"),
}
AGES = {
    Age.UNDER_18: _("Under 18"),
    Age.UNDER_30: _("18 to 29"),
    Age.UNDER_45: _("30 to 44"),
    Age.UNDER_60: _("45 to 59"),
    Age.OVER: _("60 or older"),
    Age.UNSAID: _("They do not say"),
}
NOTHING = "none"
STANCES = {
    Stance.FOR: _("For"),
    Stance.AGAINST: _("Against"),
    Stance.MIXED: _("For and against"),
    Stance.QUESTION: _("They have a question"),
    NOTHING: _("They do not want to say anything"),
}
REACTIONS = {
    ReactionKind.AGREE: _("Agree"),
    ReactionKind.DISAGREE: _("Disagree"),
    ReactionKind.PASS: _("Pass"),
}
YES, NO = "yes", "no"
ANSWERS = {YES: _("Yes"), NO: _("No")}
DIGITS = "[0-9\u0660-\u0669\u06f0-\u06f9\u0966-\u096f]"
"""Of every script that the languages are written with."""
CODE = f"^({DIGITS}{{4}}[ -]?){{3}}{DIGITS}{{4}}$"
STATEMENT = "s"
"""A question for each comment that is quoted: this letter and the comment's number."""
