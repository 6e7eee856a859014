"""Finds fonts for what is printed: those that we install, and for Chinese, which is large, those of the machine."""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

_PACKAGES = {"ar": "fontpkg_noto_sans_arabic", "hi": "fontpkg_noto_sans_devanagari"}
_LATIN_AND_CYRILLIC = "fontpkg_noto_sans"
_SYSTEM = Path("/usr/share/fonts")
_CHINESE = ("**/NotoSansCJK-Regular.ttc", "**/NotoSansSC-Regular.[ot]tf", "**/SourceHanSansSC-Regular.otf")
# Which face of the collection draws simplified Chinese.
_SIMPLIFIED = 2


@dataclass(frozen=True)
class Font:
    path: Path
    number: int = 0
    """Which one, in a file that holds several."""


def find(language: str) -> Font | None:
    """A font that has every letter of this language; None where the machine has none."""
    if language == "zh":
        return _chinese()
    spec = find_spec(_PACKAGES.get(language, _LATIN_AND_CYRILLIC))
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        upright = sorted(path for path in Path(folder, "files").glob("*.ttf") if "Italic" not in path.name)
        if upright:
            return Font(upright[0])
    return None


def printable(languages: Iterable[str]) -> list[str]:
    """Those of these languages that can be printed here, in their order."""
    return [language for language in languages if find(language) is not None]


def _chinese() -> Font | None:
    for pattern in _CHINESE:
        for path in sorted(_SYSTEM.glob(pattern)):
            return Font(path, _SIMPLIFIED if path.suffix == ".ttc" else 0)
    return None
