"""What is known of a number, and whom it speaks for."""

from datetime import date

import pytest

from participation.domain.people.phones.rules import Known, Linked


@pytest.mark.parametrize(("pins", "with_pin"), [((), False), ((False,), False), ((True,), True), ((False, True), True)])
def test_a_number_has_a_pin_as_soon_as_one_of_its_people_has(pins: tuple[bool, ...], with_pin: bool) -> None:
    linked = tuple(Linked(person, has_pin) for person, has_pin in enumerate(pins, 1))
    known = Known(1, b"digest", "en", len(linked) > 1, date(2027, 3, 1), None, linked)
    assert known.with_pin is with_pin
