"""Notes, keys and checkpoints read and written as C2SP says, and nothing else is taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.domain.record import notes
from participation.domain.record.notes import Checkpoint, NoteError, Signer, VerifierKey

# The example of golang.org/x/mod/sumdb/note, with which every other implementation is tested.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
POEM = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


@pytest.fixture
def signer() -> Signer:
    return Signer.new("tamarani.example/record")


def test_a_note_of_another_implementation_is_verified() -> None:
    note = notes.open_note(POEM.encode())
    assert note.signed_by(VerifierKey.parse(PETER))
    assert str(VerifierKey.parse(PETER)) == PETER


def test_a_checkpoint_is_read_as_it_was_signed(signer: Signer) -> None:
    made = Checkpoint(signer.name, 70_000, b"\x07" * 32)
    note = notes.open_note(notes.sign(made.text, signer).encode())
    assert note.signed_by(signer.verifier)
    assert notes.checkpoint(note) == made
    assert made.text.split("\n")[:2] == ["tamarani.example/record", "70000"]


def test_a_key_survives_its_file(signer: Signer) -> None:
    again = Signer.parse(signer.secret_text())
    assert again.verifier == signer.verifier
    assert VerifierKey.parse(str(signer.verifier)) == signer.verifier


def test_another_key_of_the_same_name_has_not_signed(signer: Signer) -> None:
    note = notes.open_note(notes.sign("a\n", signer).encode())
    assert not note.signed_by(Signer.new(signer.name).verifier)


def test_a_false_signature_beside_a_true_one_is_not_accepted(signer: Signer) -> None:
    other = notes.sign("another text\n", signer).split("\n\n")[1]
    note = notes.open_note((notes.sign("a\n", signer) + other).encode())
    assert not note.signed_by(signer.verifier)


def test_signatures_of_strangers_do_no_harm(signer: Signer) -> None:
    raw = notes.sign("a\n", Signer.new("university.example/witness"), signer)
    assert notes.open_note(raw.encode()).signed_by(signer.verifier)


def test_every_changed_byte_of_a_checkpoint_is_noticed(signer: Signer) -> None:
    raw = notes.sign(Checkpoint(signer.name, 12, b"\x01" * 32).text, signer).encode()
    for place in range(len(raw)):
        changed = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        try:
            note = notes.open_note(changed)
            assert not (note.signed_by(signer.verifier) and notes.checkpoint(note).origin == signer.name), place
        except NoteError:
            continue


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda t: t.encode("utf-8", "replace"))))
def test_whatever_is_not_a_note_is_refused_with_a_reason(raw: bytes) -> None:
    with pytest.raises(NoteError):
        notes.open_note(raw)


@pytest.mark.parametrize("size", ["-1", "01", "1e3", "9223372036854775808", "9" * 5000, "٣", "", " 1"])
def test_a_size_that_no_record_can_have_is_refused(signer: Signer, size: str) -> None:
    text = f"{signer.name}\n{size}\n{'A' * 43}=\n"
    with pytest.raises(NoteError):
        notes.checkpoint(notes.open_note(notes.sign(text, signer).encode()))


@pytest.mark.parametrize("key", ["", "a", "a+b+c", PETER[:-1], PETER.replace("c7", "c8"), "a b+c74f20a3+" + PETER[22:]])
def test_a_mistyped_key_is_refused(key: str) -> None:
    with pytest.raises(NoteError):
        VerifierKey.parse(key)


def test_a_new_key_is_signed_by_both(signer: Signer) -> None:
    new = Signer.new(signer.name)
    text = notes.succession(signer.verifier, new.verifier)
    assert notes.successor(notes.sign(text, signer, new).encode()) == (signer.verifier, new.verifier)
    for alone in (signer, new):
        with pytest.raises(NoteError):
            notes.successor(notes.sign(text, alone).encode())
    with pytest.raises(NoteError):
        notes.checkpoint(notes.open_note(notes.sign(text, signer, new).encode()))
