"""What an administrator says about phones."""

from participation.domain.people.phones.rules import Assurance
from participation.kit.forms import Fields, Reader


def read_assurance(fields: Fields) -> Assurance:
    form = Reader(fields)
    assurance = form.one_of("phones", Assurance)
    form.finish()
    return assurance
