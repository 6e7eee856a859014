"""In whose name somebody acts, as the record will say it."""

import pytest

from participation.domain.people.models import Role
from participation.domain.people.rules import acting
from participation.domain.record.actors import Actor, Grant, Via
from participation.kit.errors import NotAllowed
from tests.cast import Cast


def official(cast: Cast, *places: int) -> Actor:
    return Actor(cast.city.id, 1, Via.WEB, tuple(Grant(Role.OFFICIAL, place) for place in places))


def test_the_record_names_the_place_that_takes_part(cast: Cast) -> None:
    both = official(cast, cast.market, cast.harbour)
    assert acting(both, Role.OFFICIAL, cast.city, [cast.harbour]).place == "harbour"
    assert acting(both, Role.OFFICIAL, cast.city, [cast.market]).place == "market"


def test_the_widest_of_them_comes_first(cast: Cast) -> None:
    whole = official(cast, cast.harbour, cast.city.root.id)
    assert acting(whole, Role.OFFICIAL, cast.city, [cast.harbour]).place == cast.city.root.slug
    assert acting(whole, Role.OFFICIAL, cast.city).place == cast.city.root.slug


def test_a_role_for_another_place_is_none_here(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        acting(official(cast, cast.market), Role.OFFICIAL, cast.city, [cast.harbour])
