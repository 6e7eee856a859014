"""What an administrator has to say to put names on the list, or to take them off."""

from participation.domain.moderation.names.rules import FEWEST, MOST, parts
from participation.kit.forms import Fields, Reader
from participation.kit.i18n import _

AT_ONCE = 500


def read_names(fields: Fields) -> list[list[str]]:
    """One name a line, as its parts."""
    form = Reader(fields)
    text = form.text("names", at_most=20_000, lines=True, missing=_("Please write at least one name."))
    lines = [(number, parts(line)) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    for number, name in lines:
        if not FEWEST <= len(name) <= MOST:
            form.wrong(
                "names",
                _(
                    "Line %(line)s: a name has two to six words. One word alone would hold back too many comments.",
                    line=number,
                ),
            )
    if len(lines) > AT_ONCE:
        form.wrong("names", _("At most %(most)s names can be taken at once.", most=AT_ONCE))
    form.finish()
    return [name for _number, name in lines]
