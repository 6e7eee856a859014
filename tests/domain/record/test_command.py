"""`participation record`: exit status 0 for whole, 1 for not whole, 2 and one line for bad arguments."""

import sys
from pathlib import Path

import pytest

from participation import cli
from tests.domain.record.publishing import published


def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["participation", "record", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    said = capsys.readouterr()
    return int(ended.value.code or 0), said.out, said.err


def test_a_whole_copy_with_a_key_from_elsewhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    record = published(tmp_path / "copy", 7)
    key = str(record.signer.verifier)
    status, out, _ = run(capsys, monkeypatch, "verify", "--key", key, str(record.folder))
    assert status == 0
    assert "The record tamarani.example/record is whole: 7 entries." in out
    assert "same place" not in out
    (tmp_path / "key.txt").write_text(key + "\n")
    assert run(capsys, monkeypatch, "verify", "--key", str(tmp_path / "key.txt"), str(record.folder))[0] == 0
    status, out, _ = run(capsys, monkeypatch, "verify", str(record.folder))
    assert status == 0
    assert "The key came from the same place" in out


def test_a_changed_entry_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    record = published(tmp_path, 7)
    record.flip("entry/5.json", 40)
    status, out, _ = run(capsys, monkeypatch, "verify", str(tmp_path))
    assert status == 1
    assert out.startswith("entry/5.json: was changed")
    assert "NOT whole" in out


@pytest.mark.parametrize(
    "arguments",
    [
        ("verify",),
        ("verify", "/nowhere/at/all"),
        ("verify", "--key", "nonsense", "."),
        ("verify", "--key", "a+b+c", "."),
        ("verify", "--since", "/nowhere/at/all", "."),
        ("copy", "ftp://a.example", "copy"),
        ("copy", "http://127.0.0.1:9", "copy"),
    ],
)
def test_bad_arguments_are_one_line(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    status, out, err = run(capsys, monkeypatch, *arguments)
    assert (status, out) == (2, "")
    assert err.startswith("participation: ")
    assert err.count("\n") == 1
