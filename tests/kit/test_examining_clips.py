"""Clips are kept as they were sent, without where and when; what old telephones cannot show, or cannot pay for, is refused."""

import struct
from datetime import datetime
from pathlib import Path

import pytest

from participation.kit.examining import Refused, Seen, clip
from tests.recording import film, tone, turned_into


async def seen(folder: Path, content: bytes) -> Seen:
    path = folder / "a clip"
    path.write_bytes(content)
    return await clip(path)


async def why_not(folder: Path, content: bytes) -> str:
    with pytest.raises(Refused) as refused:
        await seen(folder, content)
    return refused.value.code


async def test_a_clip_is_kept_without_where_and_when_it_was_recorded(tmp_path: Path, ffmpeg: str) -> None:
    content = film(3)
    assert b"earth" in content
    when = struct.pack(">I", int((datetime(2027, 2, 3, 4, 5, 6) - datetime(1904, 1, 1)).total_seconds()))  # noqa: DTZ001
    assert when in content
    made = await seen(tmp_path, content)
    assert (made.format, made.seconds, len(made.content)) == ("mp4", 3, len(content))
    assert b"earth" not in made.content
    assert when not in made.content
    # It plays as before: the same pictures come out of it.
    again = await seen(tmp_path, made.content)
    assert again.content == made.content
    assert pictures(made.content, tmp_path) == pictures(content, tmp_path)


def pictures(content: bytes, folder: Path) -> bytes:
    path = folder / "played.mp4"
    path.write_bytes(content)
    return turned_into(tone(), "-i", str(path), "-map", "1:v", "-f", "framemd5")


async def test_what_viewers_cannot_see_or_pay_for_is_refused(tmp_path: Path, ffmpeg: str) -> None:
    assert await why_not(tmp_path, b"") == "empty"
    assert await why_not(tmp_path, tone()) == "not_a_clip"
    assert await why_not(tmp_path, film(1)[:600]) == "breaks_clip"
    assert await why_not(tmp_path, film(1) + bytes(6_000_000)) == "clip_too_large"
    assert await why_not(tmp_path, film(181, "16x16")) == "clip_too_long"
    assert await why_not(tmp_path, film(1, "1282x16")) == "clip_too_wide"
    assert await why_not(tmp_path, film(1, "64x64", "-c:v", "mpeg4")) == "clip_codec"
    timed = film(1, "64x64", "-timecode", "10:00:00:00", "-write_tmcd", "1")
    assert await why_not(tmp_path, timed) == "not_a_clip", "a track that is neither seen nor heard can say anything"


@pytest.mark.parametrize("whole", [True, False], ids=["whole", "as it was streamed"])
async def test_a_webm_is_kept_without_where_and_when_as_well(tmp_path: Path, ffmpeg: str, whole: bool) -> None:
    content = film(1, "64x64", "-metadata:s:v", f"place={'+' * 200}", kind="webm")
    if not whole:
        segment = content.index(b"\x18\x53\x80\x67") + 4
        content = content[:segment] + b"\x01" + b"\xff" * 7 + content[segment + 8 :]
    when = int((datetime(2027, 2, 3, 4, 5, 6) - datetime(2001, 1, 1)).total_seconds()) * 10**9  # noqa: DTZ001
    assert when.to_bytes(8) in content
    made = await seen(tmp_path, content)
    assert (made.format, len(made.content)) == ("webm", len(content))
    assert when.to_bytes(8) not in made.content
    for told in (b"LOCATION", b"+01.1100", b"++++", b"Lavf"):
        assert told in content
        assert told not in made.content
    assert pictures(made.content, tmp_path) == pictures(content, tmp_path)
