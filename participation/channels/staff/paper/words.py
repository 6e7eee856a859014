"""What stands on a sheet of paper in its language: the questions of the delegate's page, without a vote."""

from collections.abc import Iterable

from participation.domain.places.queries import CityView
from participation.domain.projects.models import StepKind
from participation.domain.proxies.odk.questions.rules import AGES, HOW, KINDS, REACTIONS, STANCES
from participation.domain.proxies.paper.operations import Printing
from participation.domain.proxies.paper.rules import serial_number
from participation.domain.proxies.rules import consent_text
from participation.kit import fonts, i18n
from participation.kit.elsewhere import made
from participation.kit.errors import Unavailable
from participation.kit.i18n import AUTONYMS, LANGUAGES, Message, _, full_day
from participation.kit.paper_forms import PaperForm, Question, Sheet, Statements, Strip, Stub, Text, as_json

PATIENCE = 120
"""Seconds that printing may take before whoever asked is told that it failed."""
CODE, PHONE = 16, 0
"""Boxes for an access code, and a line for a telephone number."""
LINES = 9
LONGEST_SUMMARY = 500


async def printed(city: CityView, what: Printing, base_url: str) -> bytes:
    pdf = await made("participation.kit.paper_printing", as_json(form(city, what, base_url)), PATIENCE)
    if pdf is None or not pdf.startswith(b"%PDF"):
        raise Unavailable(
            "printing",
            _("The forms could not be printed, and no batch was made."),
            _("Please try again in a moment."),
        )
    return pdf


def form(city: CityView, what: Printing, base_url: str) -> PaperForm:
    """For the printer."""
    language = what.language
    questions = [_agreement(language), *_whose(city, what), *_said(what)]
    reactions = [Text(words.into(language), language) for words in REACTIONS.values()]
    quoted = [Text(one["body"], one["language"]) for one in what.statements]
    asked = _("What others said. Does the person agree? Tick one box for each.")
    return PaperForm(
        language=language,
        heading=_heading(city, what),
        consent=[sentence.into(language) for sentence in consent_text()],
        questions=questions,
        statements=Statements(asked.into(language), quoted, reactions) if quoted else None,
        strip=Strip(
            _("Cover this strip or cut it off before you photograph the sheet.").into(language),
            [
                (_("Access code").into(language), CODE),
                (_("Telephone for a call-back").into(language), PHONE),
            ],
        ),
        stub=Stub(
            _(
                "Keep this number. Once the sheet has been typed in, it shows what was written down. You can say that it is wrong, or take it back."
            ).into(language),
            f"{city.address(base_url)}/{language}/receipts",
        ),
        name=f"Batch {what.batch}",
        sheets=[Sheet(serial_number(what.batch, place), receipt) for place, receipt in enumerate(what.receipts, 1)],
    )


def _heading(city: CityView, what: Printing) -> list[Text]:
    language, order = what.language, city.languages
    texts = [i18n.pick(city.names, language, order)]
    texts += [i18n.pick(what.project.said(name), language, order) for name in ("title", "summary")]
    # Where a project says nothing in this language, it is shown in one that can be drawn.
    shown = [Text(_short(text.value), text.language) for text in texts if text.value and fonts.find(text.language)]
    step = what.project.step(StepKind.CONSULTATION)
    if step is not None:
        until = full_day(step.closes_at, language, city.zone)
        shown.append(Text(_("You can say what you think until %(when)s.", when=until).into(language), language))
    return shown


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_SUMMARY else text[: LONGEST_SUMMARY - 1].rstrip() + "…"


def _boxes(words: Iterable[Message], language: str) -> list[Text]:
    return [Text(one.into(language), language) for one in words]


def _agreement(language: str) -> Question:
    heard = [_("Somebody else heard it"), _("It was read back, or they wrote it themselves, and they agree")]
    return Question(
        _("How did they agree?").into(language),
        hint=_("No names and no signature: tick what happened. If they do not agree, throw this form away.").into(
            language
        ),
        boxes=[*_boxes(HOW.values(), language), *(Text(words.into(language), language) for words in heard)],
    )


def _whose(city: CityView, what: Printing) -> list[Question]:
    language = what.language
    return [
        Question(_("Who speaks?").into(language), boxes=_boxes(KINDS.values(), language)),
        Question(
            _("In which language?").into(language),
            boxes=[Text(AUTONYMS[one], one) for one in fonts.printable(LANGUAGES) if one in city.languages],
        ),
        Question(
            _("Where do they live?").into(language),
            hint=_("Write the number into the box. Not needed with an access code, which is written at the foot.").into(
                language
            ),
            listed=[
                Text(place.value, place.language)
                for place in (i18n.pick(city.places[one].names, language, city.languages) for one in what.places)
            ],
        ),
        Question(_("How old are they?").into(language), boxes=_boxes(AGES.values(), language)),
    ]


def _said(what: Printing) -> list[Question]:
    language = what.language
    if not what.comments:
        return []
    return [
        Question(_("What do they think of the project?").into(language), boxes=_boxes(STANCES.values(), language)),
        Question(
            _("What do they say?").into(language),
            hint=_("In their own words, at most 1,000 characters. Please write no names.").into(language),
            lines=LINES,
        ),
    ]
