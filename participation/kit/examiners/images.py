"""Examines an image, and makes it anew at three widths: turned as it was taken, and without where, when and with what that was."""

import io
from typing import Any, BinaryIO

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from participation.kit.examiners.refusing import Wrong

Made = tuple[int, int, str, bytes]
WIDTHS = {240: 20_000, 480: 60_000, 960: 200_000}
"""Pixels -> bytes at most."""
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
MOST_PIXELS = 50_000_000
LONGEST = 40
"""How many times as high as it is wide, or the other way round."""
QUALITIES = (80, 70, 60, 50, 40, 30, 20, 10)
FEW_COLOURS = 256
"""A drawing has no more of them, apart from where its lines are smoothed."""


EDGES = ("top", "bottom", "left", "right")


def examine_image(file: BinaryIO) -> tuple[dict[str, Any], list[Made]]:
    plain, drawing = _opened(file)
    widths = sorted({min(width, plain.width) for width in WIDTHS})
    made = [_at(plain, width, most, drawing) for width, most in zip(widths, WIDTHS.values(), strict=False)]
    return {}, made


def mask_image(file: BinaryIO, edge: str, percent: int) -> list[Made]:
    """The image at its largest width, with so much of it along one edge painted over: of what stood there nothing is left."""
    plain, _drawing = _opened(file)
    width, height = plain.size
    across, down = -(-width * percent // 100), -(-height * percent // 100)
    box = {
        "top": (0, 0, width, down),
        "bottom": (0, height - down, width, height),
        "left": (0, 0, across, height),
        "right": (width - across, 0, width, height),
    }[edge]
    plain.paste((0, 0, 0), box)
    return [_at(plain, min(max(WIDTHS), width), WIDTHS[max(WIDTHS)], drawing=False)]


def _opened(file: BinaryIO) -> tuple[Image.Image, bool]:
    """Plain pixels, and whether it is a drawing."""
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        with Image.open(file, formats=FORMATS) as image:
            _reasonable(image)
            drawing = _is_drawing(image)
            # A photograph is decoded at about the size that is needed: a sixteenth of the memory.
            image.draft("RGB", (2 * max(WIDTHS), 2 * max(WIDTHS)))
            image.load()
            plain = _plain(image)
    except (Image.DecompressionBombError, MemoryError):
        raise Wrong("too_many_pixels") from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, KeyError, IndexError):
        raise Wrong("breaks_image") from None
    return plain, drawing


def _reasonable(image: Image.Image) -> None:
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise Wrong("too_many_pixels")
    if getattr(image, "n_frames", 1) > 1:
        raise Wrong("moves")
    if max(width, height) > LONGEST * min(width, height):
        raise Wrong("too_long")


def _is_drawing(image: Image.Image) -> bool:
    if image.format == "JPEG":
        return False
    return image.mode in ("1", "P") or image.getcolors(FEW_COLOURS) is not None


def _plain(image: Image.Image) -> Image.Image:
    """Upright, in the colours of every screen, on white, with nothing beside its pixels."""
    upright = ImageOps.exif_transpose(image)
    profile = upright.info.get("icc_profile")
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        over = upright.convert("RGBA")
        upright = Image.new("RGBA", over.size, "white")
        upright.alpha_composite(over)
    if profile and upright.mode in ("RGB", "RGBA", "CMYK", "L"):
        upright = _in_srgb(upright, profile)
    flat = upright.convert("RGB")
    return Image.frombytes("RGB", flat.size, flat.tobytes())


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Where its profile can be read; else its colours are a little off."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        base = image.convert("RGB") if image.mode == "RGBA" else image
        turned = ImageCms.profileToProfile(base, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return image if turned is None else turned


def _at(image: Image.Image, width: int, most: int, drawing: bool) -> Made:
    """At that width and at most so many bytes: with less quality until it fits, and then narrower."""
    while True:
        height = max(1, round(image.height * width / image.width))
        small = (
            image if image.width == width else image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3)
        )
        found = [_png(small)] if drawing else []
        for quality in QUALITIES:
            jpeg = _jpeg(small, quality)
            if len(jpeg[3]) <= most:
                found.append(jpeg)
                break
        best = min(found, key=lambda one: len(one[3]), default=None)
        if best is not None and len(best[3]) <= most:
            return best
        width = width * 3 // 4


def _jpeg(image: Image.Image, quality: int) -> Made:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
    return image.width, image.height, "image/jpeg", out.getvalue()


def _png(image: Image.Image) -> Made:
    """Drawings have sharp edges in PNG, and are often smaller."""
    out = io.BytesIO()
    image.quantize(colors=64, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return image.width, image.height, "image/png", out.getvalue()
