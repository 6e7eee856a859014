"""The face keeps its promises: small, legible, no request to anywhere, no script that an old browser cannot read."""

import gzip
import re
from pathlib import Path

import pytest

from participation.channels.http.templates import ROOT, Templates

LIGHT = {"#1c1726", "#5a5368", "#5223a6", "#0a6640", "#b01d1d", "#7d4300"}
DARK = {"#eee9f6", "#bdb4cc", "#c9b0ff", "#6fd8a5", "#ff9c94", "#ffbe6b"}
PAIRS = (
    [(text, ground) for text in sorted(LIGHT) for ground in ("#ffffff", "#f3f0f9", "#e3daf3")]
    + [(text, ground) for text in sorted(DARK) for ground in ("#16101f", "#271c38")]
    + [("#ffffff", "#2b1650"), ("#ffffff", "#b01d1d"), ("#1c1726", "#ffc83d"), ("#2b1650", "#ffc83d")]
)


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_can_be_read_on_its_ground(text: str, ground: str) -> None:
    assert contrast(text, ground) >= 4.5


def test_the_edges_of_fields_can_be_seen() -> None:
    assert contrast("#6f6785", "#ffffff") >= 3
    assert contrast("#6f6785", "#16101f") >= 3


def test_the_colours_that_are_checked_are_those_that_are_used() -> None:
    used = set(re.findall(r"#[0-9a-f]{6}\b", Templates().style))
    assert used >= LIGHT | DARK


def test_the_style_is_small_and_asks_for_nothing() -> None:
    style = Templates().style
    assert len(gzip.compress(style.encode(), 6)) <= 3000
    assert not re.search(r"url\(|https?:|@import|@font-face", style)


def test_old_browsers_can_read_the_starting_script() -> None:
    """And whatever else is not behind its test for htmx."""
    known = Templates()
    kept = [script.decode() for path, script in known.scripts.items() if path != known.htmx_path]
    for script in (known.start, *kept):
        assert not re.search(r"=>|`|\b(const|let|class|async|import)\b|\?\.|\?\?", script)


def templates() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.html"))


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_asks_only_for_pictograms_that_are_drawn(path: Path) -> None:
    drawn = set(Templates().environment.get_template("macros/ui.html").module.paths)  # type: ignore[attr-defined]
    text = path.read_text()
    asked = set(re.findall(r"\bicon\('([a-z]+)'", text)) | set(re.findall(r"badge\(.*?, '([a-z]+)'", text))
    assert asked <= drawn


TAPPED = (
    Path("templates/documents/show.html"),
    Path("templates/staff/paper/photograph.html"),
    Path("templates/projects/easy.html"),
)


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_loads_nothing_and_styles_nothing_by_itself(path: Path) -> None:
    text = path.read_text()
    if path.relative_to(ROOT) in TAPPED:
        # The places of pictures: where a reader has asked for them by a link that says what they cost, and where an official sees what they have sent.
        text = re.sub(
            r"({% if (?:one\.)?picture(?: and shown)? %}.*?)<img\b[^>]*>(.*?{% endif %})",
            r"\1\2",
            text,
            count=1,
            flags=re.DOTALL,
        )
    # At a kiosk nothing is opened that would fill the screen: a clip is played where it stands, once somebody starts it.
    text = re.sub(r'({% if kiosk %}[^%]*)<video\b[^>]* preload="none"[^>]*>', r"\1", text)
    assert not re.search(r"<(img|iframe|video|audio|embed|object)\b", text)
    assert not re.search(r"""\s(style|on[a-z]+)=["']""", text)
    assert not re.search(r"""<(script|link)\b[^>]*\b(src|href)=["']https?:""", text)
