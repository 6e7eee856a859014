"""What stands on a sheet with choice codes in its language; and the sheets as a PDF, made by a process of its own."""

from collections.abc import Mapping

from participation.channels.http.choices import OPTIONS
from participation.domain.ballots.choice_codes.operations import Drawn
from participation.domain.ballots.choice_codes.rules import batch_name
from participation.domain.places.queries import CityView
from participation.kit import fonts, i18n
from participation.kit.choice_sheets import ChoiceSheets, Option, as_json
from participation.kit.elsewhere import made
from participation.kit.errors import Unavailable
from participation.kit.i18n import _
from participation.kit.paper_forms import Text

PATIENCE = 120
"""Seconds that printing may take before whoever asked is told that it failed."""


def sheets(city: CityView, drawn: Drawn, base_url: str) -> ChoiceSheets:
    """For the printer. A question that is not written in this language is shown in one that can be drawn."""
    language, ballot = drawn.language, drawn.ballot

    def drawn_in(texts: Mapping[str, str]) -> Text:
        drawable = {tongue: text for tongue, text in texts.items() if fonts.find(tongue)}
        found = i18n.pick(drawable, language, city.languages)
        return Text(found.value, found.language)

    return ChoiceSheets(
        language=language,
        city=drawn_in(city.names),
        question=drawn_in(ballot.questions),
        say=_("Say or type this code").into(language),
        back=_("Comes back").into(language),
        how=[
            _(
                "Whoever passes your vote on hears the code of your choice, and cannot read from it what you choose. Show this sheet to nobody."
            ).into(language),
            _(
                "With the receipt a number comes back. If it is not the one beside your choice, your vote did not arrive as you meant it: vote once more."
            ).into(language),
            _("You need your access code too. Only the first person who votes with this sheet can use it.").into(
                language
            ),
        ],
        batch=batch_name(ballot.id, drawn.number),
        address=f"{city.address(base_url)}/{language}/projects/{ballot.slug}/ballot",
        options=[Option(one["number"], one["pictogram"], one["words"].into(language)) for one in OPTIONS],
        sheets=[[(line.code, line.returned) for line in sheet] for sheet in drawn.sheets],
    )


async def printed(what: ChoiceSheets) -> bytes:
    """The PDF, made elsewhere: fonts and shaping take more memory than a web server has to spare."""
    pdf = await made("participation.kit.choice_printing", as_json(what), PATIENCE)
    if pdf is None or not pdf.startswith(b"%PDF"):
        raise Unavailable(
            "printing",
            _("The sheets could not be printed, and no batch was made."),
            _("Please try again, or have them printed on the command line."),
        )
    return pdf
