"""Promise 9: the interface is whole in ten languages, and its plurals are right for any number."""

import importlib.util
import io
import re
from gettext import GNUTranslations
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from participation.kit import i18n

TRANSLATED = [language for language in i18n.LANGUAGES if language != i18n.SOURCE]
NUMBERS = (0, 1, 2, 3, 5, 11, 21, 100, 101, 1_000_000)
PLACEHOLDER = re.compile(r"%\((\w+)\)s")


def _tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("update", i18n.catalogues / "update.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


update = _tool()


@pytest.fixture(scope="module")
def source() -> Catalog:
    catalogue: Catalog = update.template()
    return catalogue


def _ids(message_id: object) -> tuple[str, ...]:
    return tuple(message_id) if isinstance(message_id, (tuple, list)) else (str(message_id),)


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_is_translated_and_nothing_else_is(language: str, source: Catalog) -> None:
    catalogue = update.read(language)
    here = {_ids(m.id) for m in catalogue if m.id}
    wanted = {_ids(m.id) for m in source if m.id}
    assert not wanted - here, "run `make messages`, then translate"
    assert not here - wanted, "run `make messages`"
    empty = [m.id for m in catalogue if m.id and not all(_ids(m.string))]
    assert not empty


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_keeps_the_placeholders(language: str) -> None:
    for message in update.read(language):
        if not message.id:
            continue
        wanted = set(PLACEHOLDER.findall(_ids(message.id)[-1]))
        for form in _ids(message.string):
            # A form for one or two may say the number as a word.
            missing = wanted - set(PLACEHOLDER.findall(form)) - ({"count"} if message.pluralizable else set())
            assert not missing, (message.id, form)
            assert not set(PLACEHOLDER.findall(form)) - wanted, (message.id, form)
            assert "%" not in PLACEHOLDER.sub("", form).replace("%%", ""), (message.id, form)


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_header_has_the_plural_rule_of_cldr_and_it_holds_for_any_number(language: str) -> None:
    text = update.path(language).read_text()
    assert f"Plural-Forms: {update.plural_header(language)}" in text
    rule = i18n.locale_of(language).plural_form
    tags = [*sorted(rule.tags | {"other"}, key=["zero", "one", "two", "few", "many", "other"].index)]
    catalogue = Catalog(locale=i18n.CLDR.get(language, language))
    catalogue._num_plurals = len(tags)
    catalogue._plural_expr = update.plural_header(language).partition("plural=")[2].rstrip(";")
    catalogue.add(("one", "many"), tuple(tags))
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    translations = GNUTranslations(compiled)
    for number in (*range(201), *NUMBERS):
        assert translations.ngettext("one", "many", number) == rule(number), number


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_plural_has_all_its_forms_and_says_the_number_where_it_varies(language: str) -> None:
    forms = int(update.plural_header(language).partition("nplurals=")[2].partition(";")[0])
    for message in update.read(language):
        if message.id and message.pluralizable:
            assert len(message.string) == forms, message.id
            assert "%(count)s" in message.string[-1], message.id


ODD = {
    "ar": re.compile(r"[\u0621-\u064a)][,;?]"),
    "fr": re.compile(r" [:;?!»]|« |’"),
    "hi": re.compile(r"[\u0900-\u097f]\.( |$)"),
    "zh": re.compile(r"[\u4e00-\u9fff](?<!时)[,;:!?()]|[,;:!?()](?<!时:)[\u4e00-\u9fff]|[\u4e00-\u9fff]\.(?!\w)"),
}
"""Of each language the marks that are not its own: a comma from the Latin script, a space at which a colon falls into the next line."""


@pytest.mark.parametrize("language", ODD)
def test_a_sentence_has_the_punctuation_of_its_language(language: str) -> None:
    said = [text for message in update.read(language) if message.id for text in _ids(message.string)]
    assert [text for text in said if ODD[language].search(text)] == []


REPLACED = {
    "fr": "bureau du quartier",
    "hi": "नगर|प्रपत्र",
    "id": "“Setuju”",
    "pt": "algarismo|deite |ficheiro|fotografia|tapad[oa]|registo",
    "ru": "комментари|районном управлении",
    "zh": "办事处|PIN",
}
"""Other words for what the glossary has one for, and European forms where Brazilian ones are promised."""


@pytest.mark.parametrize("language", REPLACED)
def test_one_thing_has_one_name(language: str) -> None:
    words = [form for message in update.read(language) if message.id for form in _ids(message.string)]
    assert not [form for form in words if re.search(REPLACED[language], form)]


def test_agreeing_is_not_being_for_it() -> None:
    for language in TRANSLATED:
        catalogue = update.read(language)
        assert catalogue.get("For").string != catalogue.get("Agree").string, language
