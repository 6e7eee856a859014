"""Gathers what is to be translated and brings each language's catalogue up to date: `make messages`.

The header's plural rule comes from CLDR, one source for all; gettext's own table differs from it for French, Spanish,
Portuguese and others.
"""

import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po
from babel.plural import to_gettext

from participation.kit import i18n

ROOT = Path(__file__).resolve().parents[1]
KEYWORDS = {"_": None, "_n": (1, 2), "gettext": None, "ngettext": (1, 2)}
SOURCES = (
    ("participation", [("**.py", "python")], {}),
    ("templates", [("**.html", "jinja2")], {"**.html": {"trimmed": "true"}}),
)


def template() -> Catalog:
    """Every message of the interface, with the files in which it stands."""
    catalogue = Catalog(project="participation", charset="utf-8")
    for folder, methods, options in SOURCES:
        found = extract_from_dir(
            str(ROOT / folder), methods, options, KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
        )
        for name, _line, message, comments, context in sorted(found, key=lambda row: (row[0], row[1])):
            if message:
                catalogue.add(message, locations=[(f"{folder}/{name}", None)], auto_comments=comments, context=context)
    return catalogue


def plural_header(language: str) -> str:
    """CLDR's `e` (the exponent of a compact number, as in "2 M") is always 0 for the whole numbers that we write."""
    return re.sub(r"\be\b", "0", str(to_gettext(i18n.locale_of(language).plural_form)))


def path(language: str) -> Path:
    return ROOT / "locales" / language / "LC_MESSAGES" / "messages.po"


def read(language: str) -> Catalog:
    """The catalogue of a language; an empty one where there is none yet."""
    if path(language).exists():
        with path(language).open("rb") as file:
            return read_po(file, locale=i18n.CLDR.get(language, language))
    return Catalog(locale=i18n.CLDR.get(language, language), project="participation", charset="utf-8")


def write(language: str, catalogue: Catalog) -> None:
    """Without dates and line numbers, so that only what was translated differs; with CLDR's plural rule."""
    path(language).parent.mkdir(parents=True, exist_ok=True)
    with path(language).open("wb") as file:
        write_po(
            file, catalogue, width=0, omit_header=True, sort_by_file=True, ignore_obsolete=True, include_lineno=False
        )
    body = path(language).read_text()
    header = (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {i18n.CLDR.get(language, language)}\\n"\n'
        '"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Content-Transfer-Encoding: 8bit\\n"\n"Plural-Forms: {plural_header(language)}\\n"\n\n'
    )
    path(language).write_text(header + body)


def bring_up_to_date(language: str, source: Catalog) -> int:
    """How many messages still want a translation."""
    catalogue = read(language)
    catalogue._num_plurals = int(plural_header(language).partition("nplurals=")[2].partition(";")[0])
    catalogue.update(source, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    write(language, catalogue)
    return sum(1 for message in catalogue if message.id and not _translated(message.string))


def _translated(text: object) -> bool:
    return all(text) if isinstance(text, (tuple, list)) else bool(text)


def main() -> None:
    source = template()
    for language in i18n.LANGUAGES:
        if language != i18n.SOURCE:
            missing = bring_up_to_date(language, source)
            sys.stdout.write(f"{language}: {len(source)} messages, {missing} to translate\n")


if __name__ == "__main__":
    main()
