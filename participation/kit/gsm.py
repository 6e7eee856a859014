"""The letters of short messages (GSM 03.38), how many messages a text takes, and a text in those letters where its language allows it."""

import unicodedata

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")
"""Each of these takes the room of two."""
SINGLE, PART = 160, 153
SINGLE_WIDE, PART_WIDE = 70, 67
"""Letters in one message, and in each of several: in the letters of GSM, and in any others (UTF-16)."""
_OTHERWISE = str.maketrans(
    {
        **dict.fromkeys("’‘ʼ′", "'"),
        **dict.fromkeys("“”„«»", '"'),
        **dict.fromkeys("–—‐‑−", "-"),
        **dict.fromkeys("\u00a0\u202f\u2009", " "),
        **{"…": "...", "œ": "oe", "Œ": "OE", "ı": "i", "ł": "l", "đ": "d", "·": "-", "•": "-", "№": "No", "×": "x"},
        **dict.fromkeys("\u2068\u2069\u200e\u200f\u200b", None),
    }
)


def is_gsm(text: str) -> bool:
    return all(letter in BASIC or letter in EXTENDED for letter in text)


def plain(text: str) -> str:
    """The same without what doubles its price: accents that GSM has not go, quotes and dashes become simple ones. Texts in other
    scripts stay as they are."""
    simple = text.translate(_OTHERWISE)
    letters = "".join(letter if is_gsm(letter) else _bare(letter) for letter in simple)
    return letters if is_gsm(letters) else text


def _bare(letter: str) -> str:
    return "".join(part for part in unicodedata.normalize("NFD", letter) if not unicodedata.combining(part))


def _lengths(text: str) -> tuple[list[int], int, int]:
    """How much room each letter takes, how much there is in one message, and in each of several."""
    if is_gsm(text):
        return [2 if letter in EXTENDED else 1 for letter in text], SINGLE, PART
    return [2 if ord(letter) > 0xFFFF else 1 for letter in text], SINGLE_WIDE, PART_WIDE


def segments(text: str) -> int:
    """How many messages are paid for; a letter that takes the room of two is not cut in half."""
    lengths, single, part = _lengths(text)
    if sum(lengths) <= single:
        return 1
    count, used = 1, 0
    for length in lengths:
        if used + length > part:
            count, used = count + 1, 0
        used += length
    return count
