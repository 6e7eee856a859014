"""What an official signs under a precondition."""

from participation.domain.places.queries import CityView
from participation.kit.forms import Fields, Reader
from participation.kit.i18n import _

LONGEST = 600


def read_signature(fields: Fields, city: CityView) -> dict[str, str]:
    """A sentence, in every required language."""
    form = Reader(fields)
    said = {code: form.text(f"words.{code}", at_most=LONGEST, required=False, lines=True) for code in city.languages}
    for code in city.required_languages:
        if not said[code]:
            form.wrong(f"words.{code}", _("This is needed in every required language."))
    form.finish()
    return {code: text for code, text in said.items() if text}
