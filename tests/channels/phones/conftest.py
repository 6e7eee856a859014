"""What tests of phones stand on: a handset."""

from typing import Any

import pytest

from tests.phoning import Handset


@pytest.fixture
def phone(app: Any) -> Handset:
    return Handset(app)
