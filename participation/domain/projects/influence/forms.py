"""What an official chooses as the level of influence."""

from participation.domain.projects.models import Influence
from participation.kit.forms import Fields, Reader


def read_influence(fields: Fields) -> Influence:
    form = Reader(fields)
    chosen = form.one_of("influence", Influence)
    form.finish()
    return chosen
