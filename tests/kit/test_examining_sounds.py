"""Recordings are made small and alike, whatever the telephone that made them; what nobody could hear is refused with its reason."""

from pathlib import Path

import pytest

from participation.kit import speaking
from participation.kit.examining import Heard, Refused, sound
from tests import papers
from tests.recording import seconds_of, tone, turned_into

SECOND = 1_600
"""Bytes that a second may take: 8 to 12 kbit/s, and what a file has around it."""


async def heard(folder: Path, content: bytes) -> Heard:
    path = folder / "a recording"
    path.write_bytes(content)
    return await sound(path)


async def why_not(folder: Path, content: bytes) -> str:
    with pytest.raises(Refused) as refused:
        await heard(folder, content)
    return refused.value.code


async def test_what_telephones_record_is_made_small_in_two_formats(tmp_path: Path, ffmpeg: str) -> None:
    fragmented = ("-movflags", "frag_keyframe+empty_moov", "-f", "mp4")
    for content in (
        tone(4, rate=44_100),
        turned_into(tone(4), "-f", "mp3"),
        turned_into(tone(4), "-c:a", "libopus", "-f", "ogg"),
        turned_into(tone(4), "-c:a", "aac", *fragmented),
        turned_into(tone(4), "-c:a", "libopus", "-f", "webm"),
    ):
        made = await heard(tmp_path, content)
        assert made.seconds == 4
        assert made.opus.startswith(b"OggS")
        for file in (made.opus, made.mp3):
            assert len(file) < 4 * SECOND
            assert seconds_of(file) == pytest.approx(4, abs=0.3)


async def test_the_same_recording_gives_the_same_files_and_nothing_else_that_it_held(
    tmp_path: Path, ffmpeg: str
) -> None:
    content = turned_into(tone(), "-metadata", "title=Omar at home", "-f", "mp3")
    assert b"Omar" in content
    first, again = await heard(tmp_path, content), await heard(tmp_path, content)
    assert (first.opus, first.mp3) == (again.opus, again.mp3)
    assert b"Omar" not in first.opus + first.mp3


async def test_what_nobody_could_hear_is_refused_with_its_reason(tmp_path: Path, ffmpeg: str) -> None:
    assert await why_not(tmp_path, b"") == "empty"
    assert await why_not(tmp_path, papers.pdf()) == "not_a_sound"
    # A list of files that ffmpeg would open if it were left to guess.
    assert await why_not(tmp_path, b"ffconcat version 1.0\nfile /etc/passwd\n") == "not_a_sound"
    assert await why_not(tmp_path, turned_into(tone(), "-f", "flac")[:60]) == "breaks_sound"
    assert await why_not(tmp_path, tone(2, loud=0)) == "silent"
    assert await why_not(tmp_path, tone(0.1)) == "sound_too_short"
    assert await why_not(tmp_path, tone(301, rate=2_000)) == "sound_too_long"
    film = ("-f", "lavfi", "-i", "color=d=1:s=64x64", "-map", "1:v", "-c:v", "libx264")
    assert await why_not(tmp_path, turned_into(tone(), *film, "-f", "matroska")) == "no_sound"


async def test_a_machine_reads_in_all_ten_languages(espeak: str) -> None:
    for language, text in {
        "ar": "نريد تركيب أربعين مصباحا.",
        "hi": "हम चालीस बत्तियाँ लगाना चाहते हैं।",
        "sw": "Tunataka kuweka taa arobaini.",
        "zh": "我们想安装四十盏灯。",
    }.items():
        assert 1 <= (await speaking.speak(text, language)).seconds <= 6
    assert set(speaking.VOICES) == set("ar en es fr hi id pt ru sw zh".split())
    with pytest.raises(Refused):
        await speaking.speak("...", "en")
