"""Officials see how far each language is, translate one text beside another, and a change of the source is noticed."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from participation.domain.ladder import operations as ladder
from participation.domain.ladder.decisions import operations as decisions
from participation.domain.ladder.languages import queries
from participation.domain.ladder.languages.rules import Standing, tally
from participation.domain.outcomes import operations as outcomes
from participation.domain.people.models import Role
from participation.domain.projects import operations
from participation.domain.projects.agreements.operations import add_agreement
from participation.domain.projects.assessments.models import Answer
from participation.domain.projects.forms import AgreementSaid, Extension
from participation.domain.projects.models import Project, ProjectText, StepExtension, StepKind
from participation.domain.projects.steps.operations import extend_step
from participation.domain.record.models import RecordEntry
from participation.kit.database import Database, Session
from participation.kit.errors import Invalid
from tests.browsing import Browser, browser, forms, sign_in_as
from tests.cast import DAY, NOW, Cast, staff
from tests.deciding import DECIDED, counted, decided, said
from tests.drafting import IN_SWAHILI, WORDS, complete, drafted, publish, with_vote
from tests.promises.promised import statements
from tests.voting import ask

DESK = "/staff/projects/flood-sirens/languages"


@pytest.fixture
async def omar(visitor: Browser, app: Any, cast: Cast) -> Browser:
    await sign_in_as(visitor, app, cast.omar)
    return visitor


@pytest.fixture
async def sirens(session: Session, cast: Cast, tmp_path: Path) -> Project:
    """Public, in English and Swahili; its consultation opens in ten days."""
    project = await publish(session, cast, await complete(session, cast), tmp_path)
    await session.commit()
    return project


async def edit(session: Session, cast: Cast, project: Project, language: str, **texts: str) -> None:
    project = await operations.open_for_edit(session, city=cast.city, slug="flood-sirens", actor=cast.omar)
    words = (IN_SWAHILI if language == "sw" else WORDS) | texts
    everything: dict[str, Any] = {"city": cast.city, "project": project, "actor": cast.omar, "at": NOW}
    await operations.save_texts(session, version=project.version, language=language, texts=words, **everything)
    await session.commit()


async def standing(session: Session, project: Project, key: str, language: str) -> Standing:
    number = sa.inspect(project).identity[0]
    session.expire_all()
    found = {saying.key: saying for saying in await queries.sayings(session, number)}
    return found[key].standing(language)


async def text(session: Session, project: Project, language: str, field: str) -> str:
    number = sa.inspect(project).identity[0]
    wanted = sa.select(getattr(ProjectText, field))
    wanted = wanted.where(ProjectText.project_id == number, ProjectText.language == language)
    return str(await session.scalar(wanted))


async def test_each_language_says_how_far_it_is_the_required_ones_first(omar: Browser, sirens: Project) -> None:
    page = await omar.get(DESK)
    assert page.text.index(f"{DESK}/en") < page.text.index(f"{DESK}/sw") < page.text.index(f"{DESK}/ar")
    assert page.text.count("Complete</span>") == 2
    assert "10 missing" in page.text
    assert "8 of 8" in (await omar.get("/staff/projects/flood-sirens")).text


async def test_an_official_translates_text_by_text_with_the_source_beside_the_field(
    omar: Browser, session: Session, sirens: Project
) -> None:
    await omar.get(f"{DESK}/ar")
    assert "What is left" in omar.page.text
    page = await omar.get(f"{DESK}/ar/project.title?from=sw")
    assert IN_SWAHILI["title"].replace("'", "&#39;") in page.text
    page = await omar.send({"text": "صفارات الفيضان"})
    assert str(page.url).endswith("/ar/project.summary?from=sw"), "on to the next that is missing"
    assert await standing(session, sirens, "project.title", "ar") is Standing.WHOLE
    marks = await session.scalar(sa.select(ProjectText.marks).where(ProjectText.language == "ar"))
    assert marks["title"]["from"] == "sw"
    assert marks["title"]["how"] == "person"


async def test_when_the_source_changes_its_translations_are_out_of_date_until_somebody_saves_them(
    omar: Browser, session: Session, cast: Cast, sirens: Project
) -> None:
    await edit(session, cast, sirens, "en", contact="Disaster Office, telephone 5070")
    assert await standing(session, sirens, "project.contact", "sw") is Standing.STALE
    assert await standing(session, sirens, "project.contact", "en") is Standing.WHOLE
    assert "1 out of date" in (await omar.get(DESK)).text
    page = await omar.get("/sw/projects/flood-sirens")
    assert page.text.count("(Tafsiri hii") == 1
    page = await omar.get(f"{DESK}/sw/project.contact")
    assert "What it was translated from has changed since." in page.text
    page = await omar.send({})
    assert str(page.url).endswith(f"{DESK}/sw"), "nothing else is left"
    assert await standing(session, sirens, "project.contact", "sw") is Standing.WHOLE
    assert "(Tafsiri hii" not in (await omar.get("/sw/projects/flood-sirens")).text
    kind, facts = (await session.execute(sa.select(RecordEntry.kind, RecordEntry.body))).all()[-1]
    assert kind == "translation_confirmed"
    assert '"contact"' in str(facts)


async def test_a_consultation_does_not_open_on_translations_that_are_out_of_date(
    session: Session, cast: Cast, omar: Browser, sirens: Project
) -> None:
    await edit(session, cast, sirens, "en", open="Nothing any more.")
    assert await ladder.open_due(session, city=cast.city, at=NOW + 11 * DAY) == []
    await session.commit()
    page = await omar.get("/staff/projects/flood-sirens")
    assert 'href="/staff/projects/flood-sirens/texts/sw#open"' in page.text
    await omar.get(f"{DESK}/sw/project.open")
    await omar.send({"text": "Hakuna tena."})
    session.expire_all()
    assert len(await ladder.open_due(session, city=cast.city, at=NOW + 11 * DAY)) == 1


async def test_two_translators_at_once_lose_nothing(
    omar: Browser, app: Any, session: Session, cast: Cast, sirens: Project
) -> None:
    oksana = browser(app)
    await sign_in_as(oksana, app, cast.oksana)
    await omar.get(f"{DESK}/ar/project.title")
    await oksana.get(f"{DESK}/ar/project.summary")
    await oksana.send({"text": "تسع صفارات"})
    await omar.send({"text": "صفارات"})
    assert await text(session, sirens, "ar", "title") == "صفارات"
    assert await text(session, sirens, "ar", "summary") == "تسع صفارات"
    await omar.get(f"{DESK}/ar/project.payer")
    await oksana.get(f"{DESK}/ar/project.payer")
    await oksana.send({"text": "المدينة"})
    page = await omar.send({"text": "البنك"})
    assert page.status_code == 409
    assert "المدينة" in page.text
    assert "البنك" in page.text
    assert await text(session, sirens, "ar", "payer") == "المدينة"
    await omar.send({"text": "المدينة والبنك"})
    assert await text(session, sirens, "ar", "payer") == "المدينة والبنك"


async def test_what_was_translated_while_the_source_changed_is_out_of_date_at_once(
    omar: Browser, session: Session, cast: Cast, sirens: Project
) -> None:
    await omar.get(f"{DESK}/ar/project.payer")
    await edit(session, cast, sirens, "en", payer="The bank pays.")
    await omar.send({"text": "المدينة"})
    assert await standing(session, sirens, "project.payer", "ar") is Standing.STALE


async def test_the_form_of_all_texts_and_this_one_do_not_overwrite_each_other(
    omar: Browser, app: Any, session: Session, cast: Cast, sirens: Project
) -> None:
    oksana = browser(app)
    await sign_in_as(oksana, app, cast.oksana)
    await oksana.get("/staff/projects/flood-sirens/texts/sw")
    await omar.get(f"{DESK}/sw/project.payer")
    await omar.send({"text": "Benki inalipa."})
    page = await oksana.send({"payer": "Jiji linalipa."})
    assert page.status_code == 409
    assert await text(session, sirens, "sw", "payer") == "Benki inalipa."


@pytest.mark.parametrize(
    ("key", "words", "said"),
    [
        ("project.summary", "neno " * 151, "151 words"),
        ("project.title", "j" * 161, "This is too long"),
        ("project.title", "  ", "Please fill this in."),
        ("project.title", "\ufffd", "This holds a character that cannot be kept."),
    ],
)
async def test_the_limits_are_those_of_every_other_form(
    omar: Browser, session: Session, sirens: Project, key: str, words: str, said: str
) -> None:
    await omar.get(f"{DESK}/sw/{key}")
    page = await omar.send({"text": words})
    assert page.status_code == 422
    assert said in page.text
    assert await text(session, sirens, "sw", key.partition(".")[2]) == IN_SWAHILI[key.partition(".")[2]]


@pytest.mark.parametrize("missing", ["from", "read", "seen"])
async def test_a_form_that_lacks_something_changes_nothing(
    omar: Browser, session: Session, sirens: Project, missing: str
) -> None:
    await omar.get(f"{DESK}/sw/project.payer")
    page = await omar.send({"text": "Benki", missing: ""})
    assert page.status_code in (409, 422)
    assert await text(session, sirens, "sw", "payer") == IN_SWAHILI["payer"]


@pytest.mark.parametrize("path", ["/xx", "/ru", "/sw/project.nothing", "/sw/outcome.1.decided", "/sw/project.search"])
async def test_there_is_no_such_text_or_language(omar: Browser, sirens: Project, path: str) -> None:
    assert (await omar.get(DESK + path)).status_code == 404


@pytest.mark.parametrize("path", ["", "/sw", "/sw/project.title"])
async def test_only_officials_of_the_place_see_these_pages(
    visitor: Browser, app: Any, cast: Cast, session: Session, sirens: Project, path: str
) -> None:
    assert "sign-in" in str((await visitor.get(DESK + path)).url)
    local = await staff(session, cast.city, [Role.OFFICIAL], cast.harbour)
    await session.commit()
    for actor in (cast.amina, cast.mariam, cast.ada, local):
        await sign_in_as(visitor, app, actor)
        assert (await visitor.get(DESK + path)).status_code == 403


async def test_agreements_and_reasons_are_texts_too(
    omar: Browser, session: Session, cast: Cast, sirens: Project
) -> None:
    project = await operations.open_for_edit(session, city=cast.city, slug="flood-sirens", actor=cast.omar)
    everything: dict[str, Any] = {"city": cast.city, "project": project, "actor": cast.omar, "at": NOW}
    signed = await add_agreement(session, said=AgreementSaid(NOW.date(), True, {"en": "With a bank"}), **everything)
    longer = Extension(NOW + 60 * DAY, {"en": "It rained.", "sw": "Mvua."})
    await extend_step(session, kind=StepKind.CONSULTATION, said=longer, **everything)
    await session.commit()
    number = await session.scalar(sa.select(StepExtension.id))
    await omar.get(f"{DESK}/sw/agreement.{signed.id}")
    await omar.send({"text": "Na benki"})
    assert await standing(session, sirens, f"agreement.{signed.id}", "sw") is Standing.WHOLE
    assert "Na benki" in (await omar.get("/sw/projects/flood-sirens")).text
    page = await omar.get(f"{DESK}/sw/extension.{number}")
    assert "This was announced in these words" in page.text
    await omar.get(f"{DESK}/ar/extension.{number}")
    await omar.send({"text": "هطل المطر"})
    assert "هطل المطر" in (await omar.get("/ar/projects/flood-sirens")).text
    kinds = (await session.scalars(sa.select(RecordEntry.kind).order_by(RecordEntry.id))).all()
    assert kinds[-2:] == ["project_edited", "translation_added"]


async def test_the_question_of_a_ballot_is_translated_until_it_is_announced(
    omar: Browser, session: Session, cast: Cast, tmp_path: Path
) -> None:
    project = await complete(session, cast)
    await with_vote(session, cast, project, opens=50 * DAY, closes=60 * DAY)
    await session.commit()
    key = next(one.key for one in await queries.sayings(session, project.id) if one.key.startswith("ballot."))
    await omar.get(f"{DESK}/ar/{key}")
    await omar.send({"text": "هل نريد صفارات؟"})
    assert await standing(session, project, key, "ar") is Standing.WHOLE
    await omar.get("/staff/projects/flood-sirens/ballot")
    await omar.send({"questions.en": "Shall there be nine sirens?", "questions.sw": "Je, king'ora kiwepo?"})
    assert await standing(session, project, key, "sw") is Standing.STALE
    project = await operations.open_for_edit(session, city=cast.city, slug="flood-sirens", actor=cast.omar)
    await publish(session, cast, project, tmp_path)
    await session.commit()
    page = await omar.get("/staff/projects/flood-sirens")
    assert "The ballot and the rule by which it is counted" in page.text, (
        "it is announced when its translation is right"
    )
    await omar.get(f"{DESK}/sw/{key}")
    await omar.send({})
    await omar.get("/staff/projects/flood-sirens/ballot")
    page = await omar.send({"announce": "1"})
    assert page.status_code == 200
    assert "This was announced in these words" in (await omar.get(f"{DESK}/ar/{key}")).text


async def test_answers_of_assessments_are_texts_but_not_what_is_kept_internal(
    omar: Browser, session: Session, cast: Cast, sirens: Project
) -> None:
    for about, ground in (("problem/problem", None), ("risk/worst", "security")):
        session.add(
            Answer(
                project_id=sirens.id,
                about=about,
                city_id=cast.city.id,
                chosen=[],
                words={"en": f"Words of {about}"},
                ground=ground,
            )
        )
    await session.commit()
    page = await omar.get(f"{DESK}/sw")
    assert "Words of problem/problem" in page.text
    assert "Words of risk/worst" not in page.text
    await omar.get(f"{DESK}/sw/answer.problem.problem")
    await omar.send({"text": "Mafuriko"})
    words, version = (
        await session.execute(sa.select(Answer.words, Answer.version).where(Answer.ground.is_(None)))
    ).one()
    assert words["sw"] == "Mafuriko"
    assert version == 2
    assert (await omar.get(f"{DESK}/sw/answer.risk.worst")).status_code == 404


async def test_a_project_in_plain_words(omar: Browser, session: Session, sirens: Project) -> None:
    assert (await omar.get("/en/projects/flood-sirens/plain")).status_code == 404
    assert "In plain words" not in (await omar.get("/en/projects/flood-sirens")).text
    await omar.get("/staff/projects/flood-sirens/texts/en")
    await omar.send({"plain": "A siren is loud.\n\nIt warns you."})
    page = await omar.get("/en/projects/flood-sirens")
    assert "/en/projects/flood-sirens/plain" in page.text
    page = await omar.get("/sw/projects/flood-sirens/plain")
    assert "It warns you." in page.text
    assert 'lang="en"' in page.text
    assert await standing(session, sirens, "project.plain", "sw") is Standing.MISSING
    sayings = await queries.sayings(session, sa.inspect(sirens).identity[0])
    assert tally(sayings, "en").complete
    assert tally(sayings, "sw").missing == 1


async def test_residents_see_in_which_languages_a_project_is_complete(
    omar: Browser, session: Session, cast: Cast, sirens: Project
) -> None:
    def languages(page: str) -> str:
        return page.split("Complete in:")[1].split("</p>")[0] if "Complete in:" in page else ""

    shown = languages((await omar.get("/en/projects/flood-sirens")).text)
    assert "English" in shown
    assert "Kiswahili" in shown
    await edit(session, cast, sirens, "en", payer="The bank pays.")
    shown = languages((await omar.get("/en/projects/flood-sirens")).text)
    assert "English" in shown
    assert "Kiswahili" not in shown


async def test_saving_a_text_takes_at_most_twelve_statements(
    omar: Browser, database: Database, session: Session, sirens: Project
) -> None:
    for path in ("", "/sw", "/sw?show=all", "/ar/project.payer"):
        with statements(database) as asked:
            await omar.get(DESK + path)
        assert len(asked) <= 6, (path, asked)
    with statements(database) as asked:
        await omar.client.post(str(omar.page.url), data=await _filled(omar, "المدينة"))
    assert len(asked) <= 12, asked
    assert await text(session, sirens, "ar", "payer") == "المدينة"


async def _filled(omar: Browser, words: str) -> dict[str, str]:
    return dict(forms(omar.page.text)[-1].fields) | {"text": words}


async def test_a_draft_is_translated_before_it_is_published(omar: Browser, session: Session, cast: Cast) -> None:
    project = await drafted(session, cast)
    await session.commit()
    await omar.get(f"{DESK}/sw/project.title")
    await omar.send({"text": "Ving'ora"})
    assert await standing(session, project, "project.title", "sw") is Standing.WHOLE
    assert (await session.scalars(sa.select(RecordEntry.kind))).all() == []


async def test_a_decision_that_is_public_is_translated_as_a_correction_that_everybody_can_read(
    app: Any, omar: Browser, database: Database, session: Session, cast: Cast, tmp_path: Path
) -> None:
    asked = await ask(session, cast, tmp_path)
    await counted(session, cast, asked, **{"for": 12})
    project = await operations.open_for_edit(session, city=cast.city, slug="lamps", actor=cast.omar)
    outcome = await decided(session, cast, asked, project)
    theme, promise = outcome.themes[0].id, outcome.commitments[0].id
    number = outcome.id
    await session.commit()
    desk = "/staff/projects/lamps/languages"
    for key, words in (
        (f"outcome.{number}.decided", "يحصل السوق على 180 مصباحًا."),
        (f"theme.{theme}.names", "ضوء لقاعة السمك"),
        (f"commitment.{promise}.names", "مصابيح في القاعة"),
    ):
        await omar.get(f"{desk}/ar/{key}")
        page = await omar.send({"text": words})
        assert page.status_code == 200
        assert words not in (await omar.get("/ar/projects/lamps/outcome")).text
    oksana = browser(app)
    await sign_in_as(oksana, app, cast.oksana)
    assert words in (await oksana.get(f"/staff/projects/lamps/outcome/{number}")).text
    await oksana.send({"publish": "1"})
    assert words in (await omar.get("/ar/projects/lamps/outcome")).text
    kinds = (await session.scalars(sa.select(RecordEntry.kind).order_by(RecordEntry.id))).all()
    assert kinds[-1] == "outcome_corrected"
    await omar.get(f"/staff/projects/lamps/outcome/{number}")
    await omar.send({"decided.en": "The market gets 190 lamps."})
    await oksana.get(f"/staff/projects/lamps/outcome/{number}")
    await oksana.send({"publish": "1"})
    await oksana.client.aclose()
    page = await omar.get("/ar/projects/lamps/outcome")
    assert "قد تكون هذه الترجمة أقدم" in page.text
    await omar.get(f"{desk}/ar/outcome.{number}.decided")
    with statements(database) as asked_for:
        await omar.client.post(str(omar.page.url), data=dict(forms(omar.page.text)[-1].fields))
    assert len(asked_for) <= 12, asked_for
    page = await omar.get("/ar/projects/lamps/outcome")
    assert "قد تكون هذه الترجمة أقدم" not in page.text
    assert (await session.scalars(sa.select(RecordEntry.kind).order_by(RecordEntry.id))).all()[
        -1
    ] == "translation_confirmed"


async def test_a_decision_is_not_published_on_translations_that_are_out_of_date(
    session: Session, cast: Cast, tmp_path: Path
) -> None:
    asked = await ask(session, cast, tmp_path)
    await counted(session, cast, asked, **{"for": 12})
    project = await operations.open_for_edit(session, city=cast.city, slug="lamps", actor=cast.omar)
    everything: dict[str, Any] = {"city": cast.city, "project": project, "actor": cast.omar, "at": DECIDED}
    await outcomes.save(session, said=said(), **everything)
    changed = {"en": "The vote was clear, and the council agreed.", "sw": "Kura ilikuwa wazi."}
    outcome = await outcomes.save(session, said=said(reasons=changed), **everything)
    with pytest.raises(Invalid) as refused:
        await decisions.hand_in(session, outcome=outcome, **everything)
    assert list(refused.value.errors) == ["reasons.sw"]
