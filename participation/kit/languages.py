"""The ten languages: their codes, names, directions and tags."""

SOURCE = "en"
AUTONYMS = {
    "ar": "العربية",
    "en": "English",
    "es": "Español",
    "fr": "Français",
    "hi": "हिन्दी",
    "id": "Bahasa Indonesia",
    "pt": "Português",
    "ru": "Русский",
    "sw": "Kiswahili",
    "zh": "中文",
}
LANGUAGES = tuple(AUTONYMS)
RIGHT_TO_LEFT = frozenset({"ar"})
# The contract's two-letter codes stand for these.
CLDR = {"en": "en_GB", "pt": "pt_BR", "zh": "zh_Hans_CN"}
TAGS = {"pt": "pt-BR", "zh": "zh-Hans"}


def direction(language: str) -> str:
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


def tag(language: str) -> str:
    """The BCP 47 tag for `lang` and `Content-Language`; empty, which means unknown, for a language that only this city has a code for:
    no screen reader has a voice for it, and private tags are taken for mistakes."""
    return "" if language.startswith("x-") else TAGS.get(language, language)
