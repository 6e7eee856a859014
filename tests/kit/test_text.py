"""What somebody sends has to say something: a text without anything to see is empty, whatever it is made of."""

import pytest

from participation.domain.consultations.forms import read_comment
from participation.kit.errors import Invalid
from participation.kit.forms import Said
from participation.kit.text import in_a_row


@pytest.mark.parametrize(
    "nothing",
    [
        "\u200b",
        "\u200d\u200d",
        "\u00ad",
        "\u2060 \u200e",
        "\u3164",
        "\u2800\u2800",
        "\u115f\u1160",
        "\u00a0\n\u3000",
        "\ufe0f",
    ],
    ids=ascii,
)
def test_a_comment_without_anything_to_see_is_not_published(nothing: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_comment(Said({"stance": "question", "body": nothing}))
    assert set(refused.value.errors) == {"body"}


@pytest.mark.parametrize("something", ["?", "8", "👍🏽", "हाँ", "می‌خواهم", "왜", "⠓⠊", "…"])
def test_little_is_something(something: str) -> None:
    assert read_comment(Said({"stance": "question", "body": something})).body == something


def test_sentences_stand_in_a_row_as_their_script_wants() -> None:
    assert in_a_row("Voting is over.", "The result comes.") == "Voting is over. The result comes."
    assert in_a_row("投票已结束。", "结果即将公布。") == "投票已结束。结果即将公布。"
    assert in_a_row("", "Alone.", "") == "Alone."
