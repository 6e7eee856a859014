"""A copy that is whole is found whole; one byte changed anywhere is noticed, and the file is named."""

import random
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from participation.domain.record import notes, rules
from participation.domain.record.copy import CopyError, copy
from participation.domain.record.notes import Signer, VerifierKey
from participation.domain.record.sources import Folder, Web, source
from participation.domain.record.verify import Report, verify
from tests.domain.record.publishing import ORIGIN, Published, published


def check(record: Published, key: VerifierKey | None = None, since: bytes | None = None) -> Report:
    return verify(Folder(record.folder), key=key or record.signer.verifier, since=since)


def places(report: Report) -> list[str]:
    return [finding.where for finding in report.findings]


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 600])
def test_a_whole_copy_is_found_whole(tmp_path: Path, size: int) -> None:
    seen = []
    record = published(tmp_path, size)
    report = verify(
        Folder(tmp_path), key=record.signer.verifier, progress=lambda done, total: seen.append((done, total))
    )
    assert report.whole, report.findings
    assert (report.size, report.read, report.origin) == (size, size, ORIGIN)
    assert seen[-1:] == ([(size, size)] if size else [])


def test_every_byte_of_an_entry_counts_and_the_entry_is_named(tmp_path: Path) -> None:
    record = published(tmp_path, 4)
    raw = record.read("entry/2.json")
    for place in range(len(raw)):
        for mask in (1, 32, 128):
            changed = raw[:place] + bytes([raw[place] ^ mask]) + raw[place + 1 :]
            record.write("entry/2.json", changed)
            assert places(check(record)) == ["entry/2.json"], changed


def test_every_byte_of_a_tile_a_bundle_and_the_checkpoint_counts(tmp_path: Path) -> None:
    record = published(tmp_path, 300)
    shaken = random.Random(6962)
    for path in (
        "tile/0/000",
        "tile/0/001.p/44",
        "tile/1/000.p/1",
        "tile/entries/000",
        "tile/entries/001.p/44",
        "checkpoint",
    ):
        length = len(record.read(path))
        for place in {0, length - 1, *(shaken.randrange(length) for _ in range(12))}:
            record.flip(path, place)
            assert set(places(check(record))) == {path}, place
            record.flip(path, place)
    assert check(record).whole


def test_an_entry_changed_with_its_bundle_and_tile_is_noticed_by_the_root(tmp_path: Path) -> None:
    honest, forged = published(tmp_path / "a", 5), Published(tmp_path / "b")
    for n in range(5):
        forged.add(comment=n if n != 3 else "another")
    forged.publish()
    forged.write("checkpoint", honest.read("checkpoint"))
    assert places(check(forged, honest.signer.verifier)) == ["checkpoint"]


def test_an_entry_changed_under_a_full_tile_is_narrowed_down_to_that_tile(tmp_path: Path) -> None:
    honest, forged = published(tmp_path / "a", 520), Published(tmp_path / "b")
    for n in range(520):
        forged.add(comment=n if n != 300 else "another")
    forged.publish()
    for path in ("checkpoint", "tile/1/000.p/2"):
        forged.write(path, honest.read(path))
    report = check(forged, honest.signer.verifier)
    assert "tile/0/001" in str(report.findings[0])
    assert places(report) == ["tile/1/000.p/2", "checkpoint"]


def test_two_entries_that_changed_places_are_both_named(tmp_path: Path) -> None:
    record = published(tmp_path, 5)
    one, other = record.read("entry/1.json"), record.read("entry/3.json")
    record.write("entry/1.json", other)
    record.write("entry/3.json", one)
    assert places(check(record)) == ["entry/1.json", "entry/3.json"]


def test_a_missing_entry_is_accepted_only_when_a_later_one_says_that_it_was_erased(tmp_path: Path) -> None:
    record = published(tmp_path, 3)
    (tmp_path / "entry/1.json").unlink()
    assert places(check(record)) == ["entry/1.json"]
    record.add(rules.ERASURE, entry=1, reason="privacy")
    report = check(record.publish())
    assert report.whole
    assert report.erased == [1]


def test_an_earlier_entry_cannot_excuse_a_later_gap(tmp_path: Path) -> None:
    record = Published(tmp_path)
    record.add(rules.ERASURE, entry=1)
    record.add(comment=1)
    record.publish()
    (tmp_path / "entry/1.json").unlink()
    assert places(check(record)) == ["entry/1.json"]


def test_a_copy_signed_with_another_key_is_not_believed(tmp_path: Path) -> None:
    record = published(tmp_path, 3)
    report = check(record, Signer.new(ORIGIN).verifier)
    assert places(report) == ["checkpoint"]
    assert not report.key_came_along


def test_a_key_from_the_same_copy_is_said_to_be_one(tmp_path: Path) -> None:
    published(tmp_path, 3)
    report = verify(Folder(tmp_path))
    assert report.whole
    assert report.key_came_along


def test_whoever_holds_the_old_key_follows_to_the_new_one(tmp_path: Path) -> None:
    record = published(tmp_path, 3)
    old, kept = record.signer, record.read("checkpoint")
    record.signer = Signer.new(ORIGIN)
    note = notes.sign(notes.succession(old.verifier, record.signer.verifier), old, record.signer)
    record.add(rules.NEW_KEY, note=note)
    record.publish()
    assert check(record, old.verifier, kept).whole
    assert check(record, record.signer.verifier, kept).whole


def test_a_new_key_that_the_old_one_did_not_sign_is_not_followed(tmp_path: Path) -> None:
    record = published(tmp_path, 3)
    old = record.signer
    record.signer = Signer.new(ORIGIN)
    record.add(rules.NEW_KEY, note=notes.sign(notes.succession(old.verifier, record.signer.verifier), record.signer))
    record.publish()
    assert places(check(record, old.verifier)) == ["entry/3.json", "checkpoint"]


@pytest.mark.parametrize("old", [0, 1, 255, 256, 300])
def test_a_record_continues_the_checkpoint_that_somebody_kept(tmp_path: Path, old: int) -> None:
    record = published(tmp_path, old)
    kept = record.read("checkpoint")
    for n in range(10):
        record.add(later=n)
    assert check(record.publish(), since=kept).whole


def test_a_record_that_was_rewritten_or_shortened_does_not_continue_it(tmp_path: Path) -> None:
    record = published(tmp_path / "a", 300)
    rewritten = Published(tmp_path / "b", record.signer)
    for n in range(310):
        rewritten.add(comment=n + 1)
    kept = record.read("checkpoint")
    assert "not those" in str(check(rewritten.publish(), since=kept).findings)
    shorter = Published(tmp_path / "c", record.signer)
    shorter.add(comment=0)
    assert "had 300 entries" in str(check(shorter.publish(), since=kept).findings)


@pytest.mark.parametrize(
    "path", ["checkpoint", "key", "tile/0/000", "tile/1/000.p/1", "tile/entries/000", "entry/7.json"]
)
@pytest.mark.parametrize(
    "content", [None, b"", b"\xff\xfe", b"[" * 100_000, b"9" * 5000, b"{}", b"null", b"x" * 2_000_000]
)
def test_damaged_files_are_findings_and_never_a_crash(tmp_path: Path, path: str, content: bytes | None) -> None:
    record = published(tmp_path, 260)
    if content is None:
        (tmp_path / path).unlink()
        (tmp_path / path).mkdir()
    else:
        record.write(path, content)
    assert path in places(verify(Folder(tmp_path)))


def test_a_checkpoint_that_claims_more_than_there_is_ends_soon(tmp_path: Path) -> None:
    record = published(tmp_path, 3)
    claim = notes.Checkpoint(ORIGIN, notes.MAX_SIZE, b"\x00" * 32)
    record.write("checkpoint", notes.sign(claim.text, record.signer).encode())
    report = check(record)
    assert 20 <= len(report.findings) < 60


BODIES = [
    b'{"entry":{},"salt":"%b"}' % (b"0" * 62),
    b'{"entry":{},"salt":1}',
    b'{"entry":{"a":NaN},"salt":"%b"}' % (b"0" * 64),
    b'{"entry":{"a":%b},"salt":"%b"}' % (b"9" * 400, b"0" * 64),
    b'{"entry":{"a":"\\ud800"},"salt":"%b"}' % (b"0" * 64),
    b'{"entry":[],"salt":"%b"}' % (b"0" * 64),
    b'{"entry":{},"more":1,"salt":"%b"}' % (b"0" * 64),
    b'{"entry":{},"entry":{},"salt":"%b"}' % (b"0" * 64),
    b'{"entry": {},"salt":"%b"}' % (b"0" * 64),
]


@pytest.mark.parametrize("body", BODIES)
def test_what_is_not_an_entry_is_refused(body: bytes) -> None:
    with pytest.raises(rules.BodyError):
        rules.read_body(body)


@given(st.binary(max_size=100))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_are_taken_for_an_entry(raw: bytes) -> None:
    with pytest.raises(rules.BodyError):
        rules.read_body(raw)


# By address


def served(folder: Path, gone: int | None = None) -> Web:
    def answer(request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/record/")
        if path == f"entry/{gone}.json":
            return httpx.Response(410)
        found = folder / path
        return httpx.Response(200, content=found.read_bytes()) if found.is_file() else httpx.Response(404)

    return Web("https://tamarani.example", httpx.MockTransport(answer))


def test_a_published_record_is_copied_and_the_copy_is_whole(tmp_path: Path) -> None:
    record = published(tmp_path / "city", 600)
    assert copy(served(record.folder), tmp_path / "copy") == 600
    assert verify(Folder(tmp_path / "copy"), key=record.signer.verifier).whole
    record.add(later=1)
    record.add(rules.ERASURE, entry=600)
    record.publish()
    assert copy(served(record.folder, gone=600), tmp_path / "copy") == 602
    assert verify(Folder(tmp_path / "copy"), key=record.signer.verifier).erased == [600]
    assert verify(served(record.folder, gone=600)).whole


def test_a_copy_that_was_broken_off_is_not_taken_for_one(tmp_path: Path) -> None:
    record = published(tmp_path / "city", 300)
    (record.folder / "tile/entries/000").unlink()
    with pytest.raises(CopyError, match="tile/entries/000"):
        copy(served(record.folder), tmp_path / "copy")
    assert "checkpoint" in places(verify(Folder(tmp_path / "copy")))


def test_a_folder_keeps_one_record(tmp_path: Path) -> None:
    record = published(tmp_path / "city", 3)
    copy(served(record.folder), tmp_path / "copy")
    other = notes.sign(notes.Checkpoint("other.example/record", 3, b"\x00" * 32).text, record.signer)
    record.write("checkpoint", other.encode())
    with pytest.raises(CopyError, match="another record"):
        copy(served(record.folder), tmp_path / "copy")


def test_a_server_that_fails_is_said_to_fail() -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    report = verify(Web("https://tamarani.example/record", httpx.MockTransport(fail)))
    assert [str(finding) for finding in report.findings] == [
        "key: cannot be had: refused",
        "checkpoint: cannot be had: refused",
    ]
    report = verify(Web("https://tamarani.example", httpx.MockTransport(lambda request: httpx.Response(503))))
    assert "answers 503" in str(report.findings)


@pytest.mark.parametrize("place", ["", "/nowhere/at/all", "ftp://a.example", "http://", "https:///record"])
def test_what_can_hold_no_record_is_refused_at_once(place: str) -> None:
    if place == "":
        place = "no such folder"
    with pytest.raises(ValueError, match=r"folder|address"):
        source(place)
