"""When a code counts, who may activate a batch, what replaces what, and which numbers are published."""

import pytest

from participation.domain.people.codes.forms import read_code, read_new_pin
from participation.domain.people.codes.rules import may_activate, may_replace, may_sign_in, published, shown
from participation.domain.people.models import AccessCode, Batch, CodeState
from participation.kit.errors import Invalid
from participation.kit.forms import Reader, Said
from participation.kit.hashing import grouped, with_check_digit
from tests.cast import NOW

NUMBER = with_check_digit("481516234210907")


def a_batch(*, activated: bool = True, stopped: bool = False) -> Batch:
    return Batch(
        issued_by=1,
        activated_by=2 if activated else None,
        activated_at=NOW if activated else None,
        stopped_at=NOW if stopped else None,
    )


def a_code(id: int = 1, state: CodeState = CodeState.VALID, person_id: int = 7, used: bool = False) -> AccessCode:
    return AccessCode(id=id, state=state, person_id=person_id, used=used)


@pytest.mark.parametrize(
    ("code", "batch", "erased", "reason"),
    [
        (a_code(), a_batch(), False, None),
        (a_code(), a_batch(activated=False), False, "batch_waiting"),
        (a_code(), a_batch(stopped=True), False, "batch_stopped"),
        (a_code(state=CodeState.VOID), a_batch(), False, "code_void"),
        (a_code(state=CodeState.REPLACED), a_batch(), False, "code_void"),
        (a_code(), a_batch(), True, "code_erased"),
    ],
)
def test_a_code_counts_only_while_everything_about_it_does(
    code: AccessCode, batch: Batch, erased: bool, reason: str | None
) -> None:
    refusal = may_sign_in(code, batch, erased=erased)
    assert (refusal and refusal.code) == reason


@pytest.mark.parametrize(
    ("batch", "person", "reason"),
    [
        (a_batch(activated=False), 2, None),
        (a_batch(activated=False), 1, "two_people"),
        (a_batch(activated=False), None, "two_people"),
        (a_batch(), 2, "batch_active"),
        (a_batch(activated=False, stopped=True), 2, "batch_stopped"),
    ],
)
def test_two_people_make_a_batch_count(batch: Batch, person: int | None, reason: str | None) -> None:
    refusal = may_activate(batch, person)
    assert (refusal and refusal.code) == reason


@pytest.mark.parametrize(
    ("lost", "fresh", "reason"),
    [
        (a_code(1, used=True), a_code(2), None),
        (a_code(1, CodeState.VOID, 7), a_code(2), None),
        (a_code(1, CodeState.REPLACED), a_code(2), "code_replaced"),
        (a_code(1), a_code(2, used=True), "code_used"),
        (a_code(1), a_code(1), "same_code"),
        (a_code(1), a_code(2, CodeState.VOID), "code_void"),
    ],
)
def test_a_lost_slip_is_replaced_once_and_by_an_unused_one(
    lost: AccessCode, fresh: AccessCode, reason: str | None
) -> None:
    refusal = may_replace(lost, fresh, a_batch())
    assert (refusal and refusal.code) == reason


@pytest.mark.parametrize(("count", "published"), [(0, None), (9, None), (10, 10), (19, 10), (20, 20), (137, 130)])
def test_people_are_published_in_tens(count: int, published: int | None) -> None:
    assert shown(count) == published


@pytest.mark.parametrize(
    "typed",
    [
        NUMBER,
        " ".join(NUMBER[i : i + 4] for i in range(0, 16, 4)),
        "-".join(NUMBER[i : i + 4] for i in range(0, 16, 4)),
        NUMBER.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
        NUMBER.translate(str.maketrans("0123456789", "०१२३४५६७८९")),
        "\u200f" + NUMBER[:8] + "\u00a0\u2013\u200e" + NUMBER[8:] + "\n",
    ],
)
def test_a_code_is_read_as_people_type_it(typed: str) -> None:
    form = Reader(Said({"code": typed, "pin": "١٢٣ ٤٥٦"}))
    code = read_code(form)
    form.finish()
    assert (code.number, code.pin) == (NUMBER, "123456")


SWAPPED = NUMBER[:4] + NUMBER[5] + NUMBER[4] + NUMBER[6:]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Please type the code"),
        ("4815 1623", "16 digits, and this has 8"),
        (NUMBER + "1", "this has 17"),
        (NUMBER[:-1] + "x", "digits only"),
        (SWAPPED, "two are swapped"),
        ("4\x008", "cannot be kept"),
        ("\ud800", "cannot be kept"),
        ("1" * 100_000, "too long"),
        (["1", "2"], "more than once"),
    ],
)
def test_a_mistyped_code_is_told_what_is_wrong(typed: str | list[str], says: str) -> None:
    form = Reader(Said({"code": typed}))
    read_code(form)
    with pytest.raises(Invalid) as refused:
        form.finish()
    assert says in str(refused.value.errors["code"])


@pytest.mark.parametrize(
    ("pin", "again", "field"),
    [
        ("204060", "204060", None),
        ("٢٠٤٠٦٠", "204 060", None),
        ("20406", "20406", "new_pin"),
        ("204060204", "204060204", "new_pin"),
        ("000000", "000000", "new_pin"),
        ("20406a", "20406a", "new_pin"),
        ("204060", "204061", "new_pin_again"),
    ],
)
def test_a_pin_has_six_to_eight_digits_and_is_typed_twice(pin: str, again: str, field: str | None) -> None:
    form = Reader(Said({"new_pin": pin, "new_pin_again": again}))
    read_new_pin(form)
    assert list(form.errors) == ([field] if field else [])


BESIDE = NUMBER[:-1] + str((int(NUMBER[-1]) + 1) % 10)


@pytest.mark.parametrize(
    ("words", "held"),
    [
        (f"mine is {NUMBER}.", True),
        (grouped(NUMBER), True),
        (" ".join(NUMBER), True),
        (f"{NUMBER[:5]}-{NUMBER[5:9]}...{NUMBER[9:]}", True),
        (f"{NUMBER}204060", True),
        (f"in 2027 {grouped(NUMBER)} 204060", True),
        ("".join(chr(0x660 + int(digit)) for digit in NUMBER), True),
        (BESIDE, False),
        (f"{NUMBER[:8]} lamps, {NUMBER[8:]} bins", False),
        ("1,500,000 in 2026 and 2,300,000 in 2027", False),
    ],
)
def test_words_that_hold_a_code_are_known_however_it_is_grouped(words: str, held: bool) -> None:
    assert (published(words) is not None) is held
