"""A refusal without a next step cannot be written."""

from typing import Any

import pytest

from participation.channels.http.refusing import messages, refused
from participation.kit import errors
from participation.kit.errors import Conflict, Invalid, NotFound, Refusal
from participation.kit.i18n import _

WHY, NOW = _("This has closed."), _("Please come back tomorrow.")
KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Refusal)]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in (Invalid, NotFound)])
def test_a_refusal_without_a_next_step_cannot_be_written(kind: Any) -> None:
    with pytest.raises(TypeError):
        kind("closed", WHY)
    assert kind("closed", WHY, NOW).next_step == NOW


def test_what_is_not_there_and_what_is_wrong_say_what_to_do_by_themselves() -> None:
    assert "check the address" in str(NotFound().next_step)
    assert "once more" in str(Invalid({"title": WHY}).next_step)


def test_a_refusal_beside_a_form_keeps_its_next_step() -> None:
    assert messages(Conflict("closed", WHY, NOW)) == {"form": WHY, "next": NOW}
    again = refused("code", Conflict("closed", WHY, NOW))
    assert messages(again) == {"code": WHY, "next": NOW}
    assert again.next_step == NOW
