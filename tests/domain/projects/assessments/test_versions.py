"""What is asked is kept with what is answered; two versions are told apart question by question."""

import json
from dataclasses import replace

import pytest

from participation.domain.projects.assessments.forms import Broken, read_questionnaire
from participation.domain.projects.assessments.kept.forms import digest, written
from participation.domain.projects.assessments.queries import shipped, shipped_digest, shipped_one
from participation.domain.projects.assessments.rules import Questionnaire
from participation.domain.projects.assessments.versions.rules import compared

PUBLIC = {"chosen": [], "words": {"en": "Thirty days."}, "source": "city"}
CLOSED = {"ground": "security", "office": "Digital Office", "until": "2027-08-31", "hash": "a"}


@pytest.mark.parametrize("kind", shipped())
def test_a_questionnaire_that_is_kept_reads_as_it_was(kind: str) -> None:
    asked = shipped_one(kind)
    content = json.dumps(written(asked))
    assert read_questionnaire(content) == asked
    assert digest(json.loads(content)) == shipped_digest(kind)


def test_whatever_changes_in_a_questionnaire_gives_it_another_hash() -> None:
    asked = shipped_one("risk")
    section = asked.sections[0]
    question = replace(section.questions[0], help={"en": "Say more."})
    changed = replace(
        asked, sections=(replace(section, questions=(question, *section.questions[1:])), *asked.sections[1:])
    )
    assert digest(written(changed)) != digest(written(asked))


def test_no_section_takes_the_name_of_another_page() -> None:
    content = written(shipped_one("risk"))
    content["sections"][0]["id"] = "versions"
    with pytest.raises(Broken) as refused:
        read_questionnaire(json.dumps(content))
    assert str(refused.value.message) == "/sections/0/id: No section can have this name."


def asked() -> Questionnaire:
    return shipped_one("data-protection")


def test_what_differs_comes_first_each_in_the_order_of_the_questions() -> None:
    before = {"data": PUBLIC, "kept": PUBLIC, "sharing": PUBLIC, "law": PUBLIC}
    after = before | {"kept": PUBLIC | {"source": "supplier"}, "law": PUBLIC | {"words": {"en": "None."}}}
    pairs = compared((asked(), before), (asked(), after))
    assert [(pair.id, pair.differs) for pair in pairs] == [
        ("kept", True),
        ("law", True),
        ("data", False),
        ("sharing", False),
    ]


def test_two_hashes_of_what_is_kept_internal_say_nothing() -> None:
    later = CLOSED | {"hash": "b"}
    (pair,) = compared((asked(), {"kept": CLOSED}), (asked(), {"kept": later}))
    assert not pair.differs
    (pair,) = compared((asked(), {"kept": CLOSED}), (asked(), {"kept": later | {"until": "2028-01-31"}}))
    assert pair.differs


def test_a_question_that_only_one_of_them_asks_is_shown_too() -> None:
    old = asked()
    gone = next(one for one in old.questions if one.id == "kept")
    new = replace(
        old,
        sections=tuple(
            replace(one, questions=tuple(each for each in one.questions if each is not gone)) for one in old.sections
        ),
    )
    (pair,) = compared((old, {"kept": PUBLIC}), (new, {}))
    assert (pair.question, pair.after.question, pair.differs) == (gone, None, True)


def test_another_wording_is_a_difference_though_the_answer_is_the_same() -> None:
    old = asked()
    section = old.sections[0]
    questions = tuple(
        replace(one, text={"en": "For how long?"}) if one.id == "kept" else one for one in section.questions
    )
    new = replace(old, sections=(replace(section, questions=questions), *old.sections[1:]))
    (pair,) = compared((old, {"kept": PUBLIC}), (new, {"kept": PUBLIC}))
    assert pair.differs
    assert pair.reworded
