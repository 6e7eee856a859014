"""The tables of the first release."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A change that waits for a lock makes everybody behind it wait: rather fail, and be run again.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "choice_code",
        sa.Column("ballot_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.LargeBinary(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("ballot_id", "code", name=op.f("pk_choice_code")),
    )
    op.create_table(
        "choice_sheet",
        sa.Column("ballot_id", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.LargeBinary(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("holder", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("ballot_id", "sheet", name=op.f("pk_choice_sheet")),
    )
    op.create_index(op.f("ix_choice_sheet_holder"), "choice_sheet", ["holder"], unique=False)
    op.create_table(
        "city",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=True),
        sa.Column("names", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("languages", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("required_languages", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("handing_out", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("checking_tables", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("gates", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("holidays", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("short_number", sa.Text(), nullable=True),
        sa.Column("phones", sa.Text(), server_default="number", nullable=False),
        sa.Column("synthesis", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column(
            "spoken_languages", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False
        ),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_city")),
        sa.UniqueConstraint("host", name=op.f("uq_city_host")),
        sa.UniqueConstraint("slug", name=op.f("uq_city_slug")),
    )
    op.create_table(
        "vote",
        sa.Column("ballot_id", sa.Integer(), nullable=False),
        sa.Column("voter", sa.LargeBinary(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("choice", sa.SmallInteger(), nullable=False),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("ballot_id", "voter", name=op.f("pk_vote")),
    )
    op.create_table(
        "vote_carried",
        sa.Column("ballot_id", sa.Integer(), nullable=False),
        sa.Column("entry", sa.LargeBinary(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("voter", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("returned", sa.LargeBinary(), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("delegate", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("ballot_id", "entry", name=op.f("pk_vote_carried")),
    )
    op.create_index(op.f("ix_vote_carried_voter"), "vote_carried", ["voter"], unique=False)
    op.create_table(
        "vote_receipt",
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("ballot_id", sa.Integer(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("receipt", "ballot_id", name=op.f("pk_vote_receipt")),
        postgresql_partition_by="LIST (ballot_id)",
    )
    op.create_table(
        "vote_repeat",
        sa.Column("ballot_id", sa.Integer(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("ballot_id", "token", name=op.f("pk_vote_repeat")),
    )
    op.create_table(
        "listed_name",
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_listed_name_city_id")),
        sa.PrimaryKeyConstraint("city_id", "digest", name=op.f("pk_listed_name")),
    )
    op.create_table(
        "missed_call",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("gateway", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("rang_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("next_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("booked", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_missed_call_city_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_missed_call")),
    )
    op.create_index(op.f("ix_missed_call_rang_at"), "missed_call", ["rang_at"], unique=False)
    op.create_index(
        "uq_missed_call_waiting",
        "missed_call",
        ["city_id", "digest"],
        unique=True,
        postgresql_where=sa.text("sealed is not null"),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("pin_hash", sa.Text(), nullable=True),
        sa.Column("pin_wrong", sa.Integer(), server_default="0", nullable=False),
        sa.Column("pin_free_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("erased_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_person_city_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    op.create_table(
        "phone_cost",
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("gateway", sa.Text(), nullable=False),
        sa.Column("project", sa.Integer(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("cost", sa.Numeric(precision=14, scale=4), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_phone_cost_city_id")),
        sa.PrimaryKeyConstraint("city_id", "month", "gateway", "project", name=op.f("pk_phone_cost")),
    )
    op.create_table(
        "phone_message",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_phone_message_city_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_phone_message")),
    )
    op.create_index(op.f("ix_phone_message_on"), "phone_message", ["on"], unique=False)
    op.create_table(
        "phone_session",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("steps", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("owner", sa.LargeBinary(), nullable=True),
        sa.Column("ends_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_phone_session_city_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_phone_session")),
        prefixes=["UNLOGGED"],
    )
    op.create_index(op.f("ix_phone_session_ends_at"), "phone_session", ["ends_at"], unique=False)
    op.create_index(op.f("ix_phone_session_owner"), "phone_session", ["owner"], unique=False)
    op.create_table(
        "place",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("names", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("boundary", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint("population >= 0", name=op.f("ck_place_population")),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_place_city_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["place.id"], name=op.f("fk_place_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
        sa.UniqueConstraint("city_id", "slug", name=op.f("uq_place_city_id_slug")),
    )
    op.create_index(op.f("ix_place_parent_id"), "place", ["parent_id"], unique=False)
    op.create_table(
        "project",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=True),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        sa.Column("cost_amount", sa.BigInteger(), nullable=True),
        sa.Column("influence", sa.Text(), nullable=True),
        sa.Column("agreements_stated", sa.Boolean(), nullable=False),
        sa.Column("open_comments", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("parts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("published_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("owed", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("decided_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_project_city_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["project.id"], name=op.f("fk_project_programme_id")),
        sa.ForeignKeyConstraint(["successor_id"], ["project.id"], name=op.f("fk_project_successor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
        sa.UniqueConstraint("city_id", "number", name=op.f("uq_project_city_id_number")),
        sa.UniqueConstraint("city_id", "slug", name=op.f("uq_project_city_id_slug")),
    )
    op.create_index(
        "ix_project_newest",
        "project",
        ["city_id", "published_at", "id"],
        unique=False,
        postgresql_where=sa.text("state <> 'draft'"),
    )
    op.create_index(op.f("ix_project_programme_id"), "project", ["programme_id"], unique=False)
    op.create_table(
        "questionnaire",
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_questionnaire_city_id")),
        sa.PrimaryKeyConstraint("city_id", "kind", "version", name=op.f("pk_questionnaire")),
    )
    op.create_table(
        "questionnaire_copy",
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_questionnaire_copy_city_id")),
        sa.PrimaryKeyConstraint("city_id", "digest", name=op.f("pk_questionnaire_copy")),
    )
    op.create_table(
        "record_checkpoint",
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_record_checkpoint_city_id")),
        sa.PrimaryKeyConstraint("city_id", "size", name=op.f("pk_record_checkpoint")),
    )
    op.create_table(
        "record_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=True),
        sa.Column("subject_id", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_record_entry_city_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_entry")),
        sa.UniqueConstraint("city_id", "number", name=op.f("uq_record_entry_city_id_number")),
    )
    op.create_index(
        "ix_record_entry_about", "record_entry", ["city_id", "subject_kind", "subject_id", "id"], unique=False
    )
    op.create_index(
        "ix_record_entry_unsealed",
        "record_entry",
        ["city_id", "id"],
        unique=False,
        postgresql_where=sa.text("number is null"),
    )
    op.create_table(
        "record_log",
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("vkey", sa.Text(), nullable=False),
        sa.Column("started_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_record_log_city_id")),
        sa.PrimaryKeyConstraint("city_id", name=op.f("pk_record_log")),
        sa.UniqueConstraint("origin", name=op.f("uq_record_log_origin")),
    )
    op.create_table(
        "record_tile",
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_record_tile_city_id")),
        sa.PrimaryKeyConstraint("city_id", "level", "number", name=op.f("pk_record_tile")),
    )
    op.create_table(
        "record_words",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_record_words_city_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_words")),
    )
    op.create_index("ix_record_words_about", "record_words", ["city_id", "subject_kind", "subject_id"], unique=False)
    op.create_table(
        "repeat",
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("answer", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_repeat_city_id")),
        sa.PrimaryKeyConstraint("city_id", "token", name=op.f("pk_repeat")),
    )
    op.create_index(op.f("ix_repeat_at"), "repeat", ["at"], unique=False)
    op.create_table(
        "sentence",
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_sentence_city_id")),
        sa.PrimaryKeyConstraint("city_id", "language", "said", name=op.f("pk_sentence")),
    )
    op.create_table(
        "subscription",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("heard", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_subscription_city_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
        sa.UniqueConstraint("city_id", "digest", name=op.f("uq_subscription_city_id_digest")),
    )
    op.create_table(
        "text_message",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("gateway", sa.Text(), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("next_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_text_message_city_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_message")),
        sa.UniqueConstraint("answers", name=op.f("uq_text_message_answers")),
    )
    op.create_index(op.f("ix_text_message_next_at"), "text_message", ["next_at"], unique=False)
    op.create_table(
        "wrong_guess",
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source", sa.LargeBinary(), nullable=False),
        sa.Column("minute", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_wrong_guess_city_id")),
        sa.PrimaryKeyConstraint("city_id", "kind", "source", "minute", name=op.f("pk_wrong_guess")),
    )
    op.create_table(
        "agreement",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("binding", sa.Boolean(), nullable=False),
        sa.Column("names", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("marks", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_agreement_city_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_agreement_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
    )
    op.create_index(op.f("ix_agreement_project_id"), "agreement", ["project_id"], unique=False)
    op.create_table(
        "answer_talk",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("question", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_answer_talk_city_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_answer_talk_project_id")),
        sa.PrimaryKeyConstraint("project_id", "about", name=op.f("pk_answer_talk")),
    )
    op.create_table(
        "assessment",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("questionnaire", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("submitted_by", sa.BigInteger(), nullable=True),
        sa.Column("submitted_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("published", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_assessment_city_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_assessment_project_id")),
        sa.ForeignKeyConstraint(["submitted_by"], ["person.id"], name=op.f("fk_assessment_submitted_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
        sa.UniqueConstraint("project_id", "kind", name=op.f("uq_assessment_project_id_kind")),
    )
    op.create_table(
        "assessment_suggestion",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("chosen", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("words", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("origin", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_assessment_suggestion_city_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_assessment_suggestion_project_id")),
        sa.PrimaryKeyConstraint("project_id", "about", name=op.f("pk_assessment_suggestion")),
    )
    op.create_table(
        "batch",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("handed_out_by", sa.Text(), nullable=False),
        sa.Column("printed", sa.Integer(), nullable=False),
        sa.Column("handed_out", sa.Integer(), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.Column("issued_by", sa.BigInteger(), nullable=False),
        sa.Column("issued_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("activated_by", sa.BigInteger(), nullable=True),
        sa.Column("activated_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("stopped_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("recorded_used", sa.Integer(), nullable=True),
        sa.CheckConstraint("activated_by is null or activated_by <> issued_by", name=op.f("ck_batch_two_people")),
        sa.CheckConstraint("handed_out <= printed and returned <= printed", name=op.f("ck_batch_counts")),
        sa.ForeignKeyConstraint(["activated_by"], ["person.id"], name=op.f("fk_batch_activated_by")),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_batch_city_id")),
        sa.ForeignKeyConstraint(["district_id"], ["place.id"], name=op.f("fk_batch_district_id")),
        sa.ForeignKeyConstraint(["issued_by"], ["person.id"], name=op.f("fk_batch_issued_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
        sa.UniqueConstraint("city_id", "number", name=op.f("uq_batch_city_id_number")),
    )
    op.create_table(
        "check_round",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("listed_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("drawn_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("root", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_check_round_city_id")),
        sa.ForeignKeyConstraint(["record_id"], ["record_entry.id"], name=op.f("fk_check_round_record_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_round")),
        sa.UniqueConstraint("city_id", "number", name=op.f("uq_check_round_city_id_number")),
    )
    op.create_table(
        "clip",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("tongue", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_clip_city_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_clip_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clip")),
        sa.UniqueConstraint("project_id", "tongue", name=op.f("uq_clip_project_id_tongue")),
    )
    op.create_table(
        "comment_count",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("stance", sa.Text(), nullable=False),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("signed", sa.Boolean(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_comment_count_city_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_comment_count_project_id")),
        sa.PrimaryKeyConstraint("project_id", "stance", "via", "signed", name=op.f("pk_comment_count")),
    )
    op.create_table(
        "data_link",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("to_project_id", sa.Integer(), nullable=False),
        sa.Column("what", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("announced_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("ended_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("project_id <> to_project_id", name=op.f("ck_data_link_two_projects")),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_data_link_city_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_data_link_project_id")),
        sa.ForeignKeyConstraint(["to_project_id"], ["project.id"], name=op.f("fk_data_link_to_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_link")),
    )
    op.create_index(
        "ix_data_link_running",
        "data_link",
        ["project_id", "to_project_id"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_index(op.f("ix_data_link_to_project_id"), "data_link", ["to_project_id"], unique=False)
    op.create_table(
        "delegate",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("resident_id", sa.BigInteger(), nullable=True),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("described", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("interests", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("proposed_by", sa.BigInteger(), nullable=False),
        sa.Column("proposed_place", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("objections_until", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("appointed_by", sa.BigInteger(), nullable=True),
        sa.Column("appointed_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("ends_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("state_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint("appointed_by is null or appointed_by <> proposed_by", name=op.f("ck_delegate_two_people")),
        sa.ForeignKeyConstraint(["appointed_by"], ["person.id"], name=op.f("fk_delegate_appointed_by")),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_delegate_city_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_delegate_person_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_delegate_place_id")),
        sa.ForeignKeyConstraint(["proposed_by"], ["person.id"], name=op.f("fk_delegate_proposed_by")),
        sa.ForeignKeyConstraint(["resident_id"], ["person.id"], name=op.f("fk_delegate_resident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegate")),
    )
    op.create_index(op.f("ix_delegate_person_id"), "delegate", ["person_id"], unique=False)
    op.create_index(op.f("ix_delegate_resident_id"), "delegate", ["resident_id"], unique=False)
    op.create_table(
        "document",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("titles", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("alternatives", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("whole_in", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("editions", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("published_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("marks", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_document_city_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_document_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("project_id", "number", name=op.f("uq_document_project_id_number")),
    )
    op.create_table(
        "easy_read",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("sentences", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_easy_read_city_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_easy_read_project_id")),
        sa.PrimaryKeyConstraint("project_id", "language", name=op.f("pk_easy_read")),
    )
    op.create_table(
        "election_period",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("names", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=False),
        sa.Column("proposed_by", sa.BigInteger(), nullable=False),
        sa.Column("proposed_place", sa.Text(), nullable=True),
        sa.Column("proposed_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("removal_by", sa.BigInteger(), nullable=True),
        sa.Column("removal_place", sa.Text(), nullable=True),
        sa.Column("removal_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("removed_by", sa.BigInteger(), nullable=True),
        sa.Column("removed_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint(
            "confirmed_by is null or confirmed_by <> proposed_by", name=op.f("ck_election_period_two_people")
        ),
        sa.CheckConstraint(
            "removed_at is null or (removal_by is not null and removed_by is not null and removed_by <> removal_by)",
            name=op.f("ck_election_period_two_people_remove"),
        ),
        sa.CheckConstraint("until_day >= from_day", name=op.f("ck_election_period_days")),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_election_period_city_id")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["person.id"], name=op.f("fk_election_period_confirmed_by")),
        sa.ForeignKeyConstraint(["proposed_by"], ["person.id"], name=op.f("fk_election_period_proposed_by")),
        sa.ForeignKeyConstraint(["removal_by"], ["person.id"], name=op.f("fk_election_period_removal_by")),
        sa.ForeignKeyConstraint(["removed_by"], ["person.id"], name=op.f("fk_election_period_removed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_election_period")),
    )
    op.create_index(op.f("ix_election_period_city_id"), "election_period", ["city_id"], unique=False)
    op.create_table(
        "followed",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("subscription_id", sa.BigInteger(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_followed_city_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_followed_project_id")),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscription.id"], name=op.f("fk_followed_subscription_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_followed")),
        sa.UniqueConstraint(
            "subscription_id",
            "project_id",
            name=op.f("uq_followed_subscription_id_project_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index("ix_followed_project", "followed", ["project_id"], unique=False)
    op.create_table(
        "indicator",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("names", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("units", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("marks", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("baseline", sa.Numeric(precision=18, scale=3), nullable=False),
        sa.Column("baseline_on", sa.Date(), nullable=False),
        sa.Column("target", sa.Numeric(precision=18, scale=3), nullable=False),
        sa.Column("target_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_indicator_city_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_indicator_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator")),
    )
    op.create_index(op.f("ix_indicator_project_id"), "indicator", ["project_id"], unique=False)
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("role_ends_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("made_place", sa.Text(), nullable=False),
        sa.Column("made_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_place", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("used_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint("confirmed_by is null or confirmed_by <> made_by", name=op.f("ck_invitation_two_people")),
        sa.CheckConstraint("used_at is null or confirmed_by is not null", name=op.f("ck_invitation_confirmed")),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_invitation_city_id")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["person.id"], name=op.f("fk_invitation_confirmed_by")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_invitation_made_by")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_invitation_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("digest", name=op.f("uq_invitation_digest")),
    )
    op.create_table(
        "join_word",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("ends_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_join_word_city_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_join_word_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_join_word")),
        sa.UniqueConstraint("city_id", "digest", name=op.f("uq_join_word_city_id_digest")),
    )
    op.create_index(op.f("ix_join_word_ends_at"), "join_word", ["ends_at"], unique=False)
    op.create_table(
        "kiosk",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("stands", sa.Text(), nullable=False),
        sa.Column("paper", sa.Text(), server_default="", nullable=False),
        sa.Column("code_digest", sa.LargeBinary(), nullable=True),
        sa.Column("code_until", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("token_digest", sa.LargeBinary(), nullable=True),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("enrolled_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("ended_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("used_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("help_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_kiosk_city_id")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_kiosk_made_by")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_kiosk_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kiosk")),
        sa.UniqueConstraint("code_digest", name=op.f("uq_kiosk_code_digest")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_kiosk_token_digest")),
    )
    op.create_index(op.f("ix_kiosk_city_id"), "kiosk", ["city_id"], unique=False)
    op.create_table(
        "letter",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("subscription_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("made_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("done_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_letter_city_id")),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscription.id"], name=op.f("fk_letter_subscription_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("subscription_id", "day", name=op.f("uq_letter_subscription_id_day")),
    )
    op.create_index(
        "ix_letter_done", "letter", ["done_at"], unique=False, postgresql_where=sa.text("done_at is not null")
    )
    op.create_index(
        "ix_letter_due", "letter", ["next_at"], unique=False, postgresql_where=sa.text("state in ('queued', 'sending')")
    )
    op.create_table(
        "lost_word",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("ends_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_lost_word_city_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_lost_word_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_lost_word")),
        sa.UniqueConstraint("city_id", "digest", name=op.f("uq_lost_word_city_id_digest")),
    )
    op.create_index(op.f("ix_lost_word_ends_at"), "lost_word", ["ends_at"], unique=False)
    op.create_table(
        "meeting",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("settlement", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("starts_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("ends_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("venue", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("agenda", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("access", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("spoken", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("also_spoken", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("online", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("announced_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("changed_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("minuted_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("attended", sa.Integer(), nullable=True),
        sa.Column("minutes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("decisions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("marks", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("whole_in", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("attended is null or attended = 0 or attended >= 10", name=op.f("ck_meeting_attended")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_meeting_dates")),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_meeting_city_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_meeting_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
    )
    op.create_index("ix_meeting_dates", "meeting", ["city_id", "starts_at", "id"], unique=False)
    op.create_table(
        "moderation_decision",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("about_id", sa.BigInteger(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_moderation_decision_city_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_moderation_decision_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_decision")),
    )
    op.create_index("ix_moderation_decision_about", "moderation_decision", ["kind", "about_id"], unique=False)
    op.create_table(
        "notice",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("seen_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_notice_city_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_index(op.f("ix_notice_person_id"), "notice", ["person_id"], unique=False)
    op.create_table(
        "notice_code",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("outline", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_notice_code_city_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_notice_code_project_id")),
        sa.PrimaryKeyConstraint("project_id", name=op.f("pk_notice_code")),
    )
    op.create_table(
        "odk_form",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("fixed", sa.LargeBinary(), nullable=False),
        sa.Column("said", sa.LargeBinary(), nullable=False),
        sa.Column("statements", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("consent_version", sa.Integer(), nullable=False),
        sa.Column("xml", sa.Text(), nullable=True),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("media", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("made_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_odk_form_city_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_odk_form_project_id")),
        sa.PrimaryKeyConstraint("project_id", "version", name=op.f("pk_odk_form")),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("names", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("gains", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("payer", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("declared_on", sa.Date(), nullable=True),
        sa.Column("registered_by", sa.BigInteger(), nullable=True),
        sa.Column("registered_place", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_organisation_city_id")),
        sa.ForeignKeyConstraint(["registered_by"], ["person.id"], name=op.f("fk_organisation_registered_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    op.create_index(op.f("ix_organisation_city_id"), "organisation", ["city_id"], unique=False)
    op.create_table(
        "phone",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("shared", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("seen_in", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_phone_city_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_phone_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone")),
        sa.UniqueConstraint("city_id", "digest", name=op.f("uq_phone_city_id_digest")),
        sa.UniqueConstraint("person_id", name=op.f("uq_phone_person_id")),
    )
    op.create_table(
        "precondition",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("condition", sa.Text(), nullable=False),
        sa.Column("words", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_precondition_city_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_precondition_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_precondition")),
    )
    op.create_index("ix_precondition_newest", "precondition", ["project_id", "condition", "id"], unique=False)
    op.create_table(
        "project_district",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_project_district_city_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_project_district_place_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_project_district_project_id")),
        sa.PrimaryKeyConstraint("project_id", "place_id", name=op.f("pk_project_district")),
    )
    op.create_index(op.f("ix_project_district_place_id"), "project_district", ["place_id"], unique=False)
    op.create_table(
        "project_text",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("decided", sa.Text(), nullable=False),
        sa.Column("open", sa.Text(), nullable=False),
        sa.Column("payer", sa.Text(), nullable=False),
        sa.Column("supplier", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("plain", sa.Text(), nullable=False),
        sa.Column("marks", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("search", postgresql.TSVECTOR(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_project_text_city_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_project_text_project_id")),
        sa.PrimaryKeyConstraint("project_id", "language", name=op.f("pk_project_text")),
    )
    op.create_index("ix_project_text_search", "project_text", ["search"], unique=False, postgresql_using="gin")
    op.create_table(
        "project_version",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_project_version_city_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_project_version_project_id")),
        sa.PrimaryKeyConstraint("project_id", "version", name=op.f("pk_project_version")),
    )
    op.create_table(
        "pseudonym",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_pseudonym_city_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_pseudonym_person_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_pseudonym_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pseudonym")),
        sa.UniqueConstraint("project_id", "number", name=op.f("uq_pseudonym_project_id_number")),
        sa.UniqueConstraint("project_id", "person_id", name=op.f("uq_pseudonym_project_id_person_id")),
        sa.UniqueConstraint("project_id", "source", name=op.f("uq_pseudonym_project_id_source")),
    )
    op.create_index("ix_pseudonym_person", "pseudonym", ["person_id"], unique=False)
    op.create_table(
        "recording",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("reply_to", sa.BigInteger(), nullable=True),
        sa.Column("stance", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("said_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("gateway", sa.Text(), nullable=False),
        sa.Column("remote", sa.LargeBinary(), nullable=True),
        sa.Column("key", sa.LargeBinary(), nullable=True),
        sa.Column("digest", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_recording_city_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_recording_person_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_recording_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording")),
        sa.UniqueConstraint("receipt", name=op.f("uq_recording_receipt")),
    )
    op.create_index(op.f("ix_recording_next_at"), "recording", ["next_at"], unique=False)
    op.create_index(op.f("ix_recording_person_id"), "recording", ["person_id"], unique=False)
    op.create_index(op.f("ix_recording_said_at"), "recording", ["said_at"], unique=False)
    op.create_index(
        "ix_recording_waiting",
        "recording",
        ["project_id", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'kept'"),
    )
    op.create_table(
        "residence",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_residence_city_id")),
        sa.ForeignKeyConstraint(["district_id"], ["place.id"], name=op.f("fk_residence_district_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_residence_person_id")),
        sa.PrimaryKeyConstraint("person_id", "since", name=op.f("pk_residence")),
    )
    op.create_table(
        "role_grant",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("granted_by", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_by", sa.BigInteger(), nullable=True),
        sa.Column("granted_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("ends_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("taken_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("taken_by", sa.BigInteger(), nullable=True),
        sa.Column("taken_confirmed_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "taken_at is null or taken_by is not distinct from person_id or (role = 'delegate' and taken_by is not null) or (taken_by is not null and taken_confirmed_by is not null and taken_confirmed_by <> taken_by)",
            name=op.f("ck_role_grant_two_people_take"),
        ),
        sa.CheckConstraint(
            "granted_by is null or (confirmed_by is not null and confirmed_by <> granted_by)",
            name=op.f("ck_role_grant_two_people"),
        ),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_role_grant_city_id")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["person.id"], name=op.f("fk_role_grant_confirmed_by")),
        sa.ForeignKeyConstraint(["granted_by"], ["person.id"], name=op.f("fk_role_grant_granted_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_grant_person_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_role_grant_place_id")),
        sa.ForeignKeyConstraint(["taken_by"], ["person.id"], name=op.f("fk_role_grant_taken_by")),
        sa.ForeignKeyConstraint(["taken_confirmed_by"], ["person.id"], name=op.f("fk_role_grant_taken_confirmed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
    )
    op.create_index(op.f("ix_role_grant_person_id"), "role_grant", ["person_id"], unique=False)
    op.create_table(
        "sign_in",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("staff", sa.Boolean(), nullable=False),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("started_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("ends_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_sign_in_city_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sign_in_person_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_sign_in")),
    )
    op.create_index(op.f("ix_sign_in_person_id"), "sign_in", ["person_id"], unique=False)
    op.create_table(
        "sound",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("opus_digest", sa.Text(), nullable=False),
        sa.Column("opus_size", sa.Integer(), nullable=False),
        sa.Column("mp3_digest", sa.Text(), nullable=False),
        sa.Column("mp3_size", sa.Integer(), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_sound_city_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_sound_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sound")),
        sa.UniqueConstraint(
            "project_id",
            "city_id",
            "part",
            "language",
            "kind",
            name="uq_sound_part",
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(
        "ix_sound_city_id", "sound", ["city_id"], unique=False, postgresql_where=sa.text("project_id is null")
    )
    op.create_table(
        "spoken_script",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_spoken_script_city_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_spoken_script_project_id")),
        sa.PrimaryKeyConstraint("project_id", "language", name=op.f("pk_spoken_script")),
    )
    op.create_table(
        "staff_credential",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("totp_secret", sa.LargeBinary(), nullable=False),
        sa.Column("totp_step", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_staff_credential_city_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_staff_credential_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_staff_credential")),
        sa.UniqueConstraint("city_id", "login", name=op.f("uq_staff_credential_city_id_login")),
    )
    op.create_table(
        "step",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("announced_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("opens_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("closes_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("opened_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("ended_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("allows", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("owed", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint("closes_at > opens_at", name=op.f("ck_step_dates")),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_step_city_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_step_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step")),
        sa.UniqueConstraint("project_id", "kind", name=op.f("uq_step_project_id_kind")),
    )
    op.create_index("ix_step_due", "step", ["opens_at"], unique=False, postgresql_where=sa.text("opened_at is null"))
    op.create_table(
        "translation_proposal",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("of", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_translation_proposal_city_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_translation_proposal_project_id")),
        sa.PrimaryKeyConstraint("project_id", "key", "language", name=op.f("pk_translation_proposal")),
    )
    op.create_index(
        "ix_translation_proposal_due",
        "translation_proposal",
        ["next_at"],
        unique=False,
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.create_table(
        "urgent_use",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("law", sa.Text(), nullable=False),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("proposed_by", sa.BigInteger(), nullable=False),
        sa.Column("proposed_place", sa.Text(), nullable=True),
        sa.Column("proposed_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("opened_by", sa.BigInteger(), nullable=True),
        sa.Column("opened_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("owed", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("review_due", sa.Date(), nullable=True),
        sa.Column("needed", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("given", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reviewed_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint(
            "opened_at is null or (opened_by is not null and opened_by <> proposed_by and review_due is not null)",
            name=op.f("ck_urgent_use_two_people"),
        ),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_urgent_use_city_id")),
        sa.ForeignKeyConstraint(["opened_by"], ["person.id"], name=op.f("fk_urgent_use_opened_by")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_urgent_use_project_id")),
        sa.ForeignKeyConstraint(["proposed_by"], ["person.id"], name=op.f("fk_urgent_use_proposed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_urgent_use")),
    )
    op.create_index("ix_urgent_use_newest", "urgent_use", ["city_id", "opened_at", "id"], unique=False)
    op.create_index(op.f("ix_urgent_use_project_id"), "urgent_use", ["project_id"], unique=False)
    op.create_index(
        "uq_urgent_use_waiting",
        "urgent_use",
        ["project_id"],
        unique=True,
        postgresql_where=sa.text("opened_at is null"),
    )
    op.create_table(
        "access_code",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("used", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_access_code_batch_id")),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_access_code_city_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_access_code_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_code")),
        sa.UniqueConstraint("batch_id", "serial", name=op.f("uq_access_code_batch_id_serial")),
        sa.UniqueConstraint("digest", name=op.f("uq_access_code_digest")),
    )
    op.create_index(op.f("ix_access_code_person_id"), "access_code", ["person_id"], unique=False)
    op.create_table(
        "assessment_answer",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("chosen", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("words", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("marks", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("ground", sa.Text(), nullable=True),
        sa.Column("office", sa.Text(), nullable=True),
        sa.Column("internal_until", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_assessment_answer_city_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_assessment_answer_organisation_id")
        ),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_assessment_answer_project_id")),
        sa.PrimaryKeyConstraint("project_id", "about", name=op.f("pk_assessment_answer")),
    )
    op.create_table(
        "assessment_version",
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("questionnaire", sa.Integer(), nullable=False),
        sa.Column("asked", sa.LargeBinary(), nullable=False),
        sa.Column("answers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("score", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name=op.f("fk_assessment_version_assessment_id")),
        sa.ForeignKeyConstraint(
            ["city_id", "asked"],
            ["questionnaire_copy.city_id", "questionnaire_copy.digest"],
            name=op.f("fk_assessment_version_city_id_asked"),
        ),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_assessment_version_city_id")),
        sa.PrimaryKeyConstraint("assessment_id", "number", name=op.f("pk_assessment_version")),
    )
    op.create_table(
        "assessment_words",
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("fact", sa.Boolean(), nullable=False),
        sa.Column("words", postgresql.TSVECTOR(), nullable=False),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name=op.f("fk_assessment_words_assessment_id")),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_assessment_words_city_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_assessment_words_project_id")),
        sa.PrimaryKeyConstraint("assessment_id", "question", "language", name=op.f("pk_assessment_words")),
    )
    op.create_index("ix_assessment_words_words", "assessment_words", ["words"], unique=False, postgresql_using="gin")
    op.create_table(
        "ballot",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("step_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("questions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("marks", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("quorum", sa.Integer(), nullable=False),
        sa.Column("binding", sa.Boolean(), nullable=False),
        sa.Column("districts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("opens_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("closes_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("grace_hours", sa.Integer(), server_default="0", nullable=False),
        sa.Column("sheets", sa.Integer(), server_default="0", nullable=False),
        sa.Column("result", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("announced_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("counted_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("cancel_reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("key_destroyed_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_ballot_city_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_ballot_project_id")),
        sa.ForeignKeyConstraint(["step_id"], ["step.id"], name=op.f("fk_ballot_step_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot")),
    )
    op.create_index(op.f("ix_ballot_project_id"), "ballot", ["project_id"], unique=False)
    op.create_index(
        "uq_ballot_running", "ballot", ["step_id"], unique=True, postgresql_where=sa.text("state <> 'cancelled'")
    )
    op.create_table(
        "check_list",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("delegate_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("to_draw", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_check_list_city_id")),
        sa.ForeignKeyConstraint(["delegate_id"], ["delegate.id"], name=op.f("fk_check_list_delegate_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_check_list_place_id")),
        sa.ForeignKeyConstraint(["round_id"], ["check_round.id"], name=op.f("fk_check_list_round_id")),
        sa.PrimaryKeyConstraint("round_id", "delegate_id", "number", name=op.f("pk_check_list")),
    )
    op.create_table(
        "comment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("pseudonym_id", sa.BigInteger(), nullable=True),
        sa.Column("about", sa.Text(), nullable=True),
        sa.Column("office", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("stance", sa.Text(), nullable=True),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("hidden_reason", sa.Text(), nullable=True),
        sa.Column("agrees", sa.Integer(), nullable=False),
        sa.Column("disagrees", sa.Integer(), nullable=False),
        sa.Column("passes", sa.Integer(), nullable=False),
        sa.Column("replies", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.Column("entry_id", sa.BigInteger(), nullable=True),
        sa.Column("carrier", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_comment_city_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["comment.id"], name=op.f("fk_comment_parent_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_comment_project_id")),
        sa.ForeignKeyConstraint(["pseudonym_id"], ["pseudonym.id"], name=op.f("fk_comment_pseudonym_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
        sa.UniqueConstraint("project_id", "source", name=op.f("uq_comment_project_id_source")),
        sa.UniqueConstraint("receipt", name=op.f("uq_comment_receipt")),
    )
    op.create_index(
        "ix_comment_about",
        "comment",
        ["project_id", "about", "created_at", "id"],
        unique=False,
        postgresql_where=sa.text("about is not null and parent_id is null"),
    )
    op.create_index(
        "ix_comment_agreed",
        "comment",
        ["project_id", "agrees", "id"],
        unique=False,
        postgresql_where=sa.text("parent_id is null"),
    )
    op.create_index("ix_comment_arrival", "comment", ["project_id", "id"], unique=False)
    op.create_index(
        "ix_comment_disputed",
        "comment",
        ["project_id", sa.literal_column("least(agrees, disagrees)"), "id"],
        unique=False,
        postgresql_where=sa.text("parent_id is null"),
    )
    op.create_index(
        "ix_comment_entry", "comment", ["entry_id"], unique=False, postgresql_where=sa.text("entry_id is not null")
    )
    op.create_index(
        "ix_comment_held", "comment", ["project_id", "id"], unique=False, postgresql_where=sa.text("status = 'held'")
    )
    op.create_index(
        "ix_comment_hidden",
        "comment",
        ["project_id", "id"],
        unique=False,
        postgresql_where=sa.text("status = 'hidden'"),
    )
    op.create_index(
        "ix_comment_newest",
        "comment",
        ["project_id", "created_at", "id"],
        unique=False,
        postgresql_where=sa.text("parent_id is null"),
    )
    op.create_index(
        "ix_comment_office",
        "comment",
        ["parent_id", "id"],
        unique=False,
        postgresql_where=sa.text("office is not null"),
    )
    op.create_index(
        "ix_comment_parent",
        "comment",
        ["parent_id", "id"],
        unique=False,
        postgresql_where=sa.text("parent_id is not null"),
    )
    op.create_index(op.f("ix_comment_pseudonym_id"), "comment", ["pseudonym_id"], unique=False)
    op.create_table(
        "delegate_number",
        sa.Column("delegate_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_delegate_number_city_id")),
        sa.ForeignKeyConstraint(["delegate_id"], ["delegate.id"], name=op.f("fk_delegate_number_delegate_id")),
        sa.PrimaryKeyConstraint("delegate_id", "year", name=op.f("pk_delegate_number")),
        sa.UniqueConstraint("city_id", "year", "number", name=op.f("uq_delegate_number_city_id_year_number")),
    )
    op.create_table(
        "device",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("delegate_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(), nullable=True),
        sa.Column("digest_ha1", sa.LargeBinary(), nullable=True),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("enrolled_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(token_digest is null) = (kind = 'office')", name=op.f("ck_device_nobody_signs_in_as_an_office")
        ),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_device_city_id")),
        sa.ForeignKeyConstraint(["delegate_id"], ["delegate.id"], name=op.f("fk_device_delegate_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sa.UniqueConstraint("public_id", name=op.f("uq_device_public_id")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_device_token_digest")),
    )
    op.create_index(op.f("ix_device_delegate_id"), "device", ["delegate_id"], unique=False)
    op.create_index(
        "ix_device_office", "device", ["delegate_id"], unique=True, postgresql_where=sa.text("kind = 'office'")
    )
    op.create_table(
        "document_edition",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("pictures", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_document_edition_city_id")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_document_edition_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_edition")),
        sa.UniqueConstraint("document_id", "number", name=op.f("uq_document_edition_document_id_number")),
    )
    op.create_index("ix_document_edition_digest", "document_edition", ["digest"], unique=False)
    op.create_table(
        "document_words",
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("words", postgresql.TSVECTOR(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_document_words_city_id")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_document_words_document_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_document_words_project_id")),
        sa.PrimaryKeyConstraint("document_id", "language", name=op.f("pk_document_words")),
    )
    op.create_index("ix_document_words_words", "document_words", ["words"], unique=False, postgresql_using="gin")
    op.create_table(
        "enrolment",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("delegate_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("expires_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("used_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_enrolment_city_id")),
        sa.ForeignKeyConstraint(["delegate_id"], ["delegate.id"], name=op.f("fk_enrolment_delegate_id")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_enrolment_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment")),
        sa.UniqueConstraint("digest", name=op.f("uq_enrolment_digest")),
    )
    op.create_index(op.f("ix_enrolment_delegate_id"), "enrolment", ["delegate_id"], unique=False)
    op.create_table(
        "filing",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("given_by", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("given_place", sa.Text(), nullable=True),
        sa.Column("made_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("ends_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("stopped_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=True),
        sa.Column("stance", sa.Text(), nullable=True),
        sa.Column("words", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("gains", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("payer", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("score", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("handed_in_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("decided_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("published_by", sa.BigInteger(), nullable=True),
        sa.Column("registered_by", sa.BigInteger(), nullable=True),
        sa.Column("outside", sa.Boolean(), nullable=False),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint(
            "not outside or (published_by is not null and registered_by is not null and published_by <> registered_by and not given_by @> to_jsonb(published_by))",
            name=op.f("ck_filing_two_people"),
        ),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_filing_city_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_filing_organisation_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_filing_project_id")),
        sa.ForeignKeyConstraint(["published_by"], ["person.id"], name=op.f("fk_filing_published_by")),
        sa.ForeignKeyConstraint(["registered_by"], ["person.id"], name=op.f("fk_filing_registered_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filing")),
        sa.UniqueConstraint("digest", name=op.f("uq_filing_digest")),
    )
    op.create_index(op.f("ix_filing_organisation_id"), "filing", ["organisation_id"], unique=False)
    op.create_index("ix_filing_project_id_state", "filing", ["project_id", "state"], unique=False)
    op.create_table(
        "meeting_change",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("cancels", sa.Boolean(), nullable=False),
        sa.Column("started_before", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("ended_before", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("place_before", sa.Integer(), nullable=False),
        sa.Column("venue_before", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("marks", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_meeting_change_city_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_meeting_change_meeting_id")),
        sa.ForeignKeyConstraint(["place_before"], ["place.id"], name=op.f("fk_meeting_change_place_before")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_change")),
    )
    op.create_index(op.f("ix_meeting_change_meeting_id"), "meeting_change", ["meeting_id"], unique=False)
    op.create_table(
        "meeting_project",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_meeting_project_city_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_meeting_project_meeting_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_meeting_project_project_id")),
        sa.PrimaryKeyConstraint("meeting_id", "project_id", name=op.f("pk_meeting_project")),
    )
    op.create_index(op.f("ix_meeting_project_project_id"), "meeting_project", ["project_id"], unique=False)
    op.create_table(
        "objection",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("delegate_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("upheld", sa.Boolean(), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_objection_city_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_objection_decided_by")),
        sa.ForeignKeyConstraint(["delegate_id"], ["delegate.id"], name=op.f("fk_objection_delegate_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
        sa.UniqueConstraint("receipt", name=op.f("uq_objection_receipt")),
    )
    op.create_index(op.f("ix_objection_delegate_id"), "objection", ["delegate_id"], unique=False)
    op.create_table(
        "paper_batch",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("delegate_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("consent_version", sa.Integer(), nullable=False),
        sa.Column("places", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("statements", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("carried_by", sa.Text(), nullable=False),
        sa.Column("printed", sa.Integer(), nullable=False),
        sa.Column("printed_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_paper_batch_city_id")),
        sa.ForeignKeyConstraint(["delegate_id"], ["delegate.id"], name=op.f("fk_paper_batch_delegate_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_paper_batch_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_batch")),
    )
    op.create_index(op.f("ix_paper_batch_city_id"), "paper_batch", ["city_id"], unique=False)
    op.create_table(
        "phone_link",
        sa.Column("phone_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("linked_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_phone_link_city_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_phone_link_person_id")),
        sa.ForeignKeyConstraint(["phone_id"], ["phone.id"], name=op.f("fk_phone_link_phone_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("phone_id", "person_id", name=op.f("pk_phone_link")),
    )
    op.create_index(op.f("ix_phone_link_person_id"), "phone_link", ["person_id"], unique=False)
    op.create_table(
        "role_change",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("grant_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("ends_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("proposed_by", sa.BigInteger(), nullable=False),
        sa.Column("proposed_place", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_role_change_city_id")),
        sa.ForeignKeyConstraint(["grant_id"], ["role_grant.id"], name=op.f("fk_role_change_grant_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_change_person_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_role_change_place_id")),
        sa.ForeignKeyConstraint(["proposed_by"], ["person.id"], name=op.f("fk_role_change_proposed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_change")),
        sa.UniqueConstraint("grant_id", name=op.f("uq_role_change_grant_id")),
    )
    op.create_index(op.f("ix_role_change_person_id"), "role_change", ["person_id"], unique=False)
    op.create_table(
        "step_extension",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("step_id", sa.Integer(), nullable=False),
        sa.Column("closed_before", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("closes_now", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("marks", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_step_extension_city_id")),
        sa.ForeignKeyConstraint(["step_id"], ["step.id"], name=op.f("fk_step_extension_step_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step_extension")),
    )
    op.create_index(op.f("ix_step_extension_step_id"), "step_extension", ["step_id"], unique=False)
    op.create_table(
        "assessment_withheld",
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("opened_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["assessment_id", "number"],
            ["assessment_version.assessment_id", "assessment_version.number"],
            name=op.f("fk_assessment_withheld_assessment_id_number"),
        ),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_assessment_withheld_city_id")),
        sa.PrimaryKeyConstraint("assessment_id", "number", "question", name=op.f("pk_assessment_withheld")),
    )
    op.create_index(
        "ix_assessment_withheld_due",
        "assessment_withheld",
        ["city_id", "until"],
        unique=False,
        postgresql_where=sa.text("opened_at is null"),
    )
    op.create_table(
        "choice_batch",
        sa.Column("ballot_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("printed", sa.Integer(), nullable=False),
        sa.Column("printed_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("stopped_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballot.id"], name=op.f("fk_choice_batch_ballot_id")),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_choice_batch_city_id")),
        sa.PrimaryKeyConstraint("ballot_id", "number", name=op.f("pk_choice_batch")),
    )
    op.create_table(
        "comment_words",
        sa.Column("comment_id", sa.BigInteger(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("words", postgresql.TSVECTOR(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_comment_words_city_id")),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_comment_words_comment_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_comment_words_project_id")),
        sa.PrimaryKeyConstraint("comment_id", name=op.f("pk_comment_words")),
    )
    op.create_index(
        "ix_comment_words_words",
        "comment_words",
        ["words"],
        unique=False,
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )
    op.create_table(
        "entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("delegate_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("pseudonym_id", sa.BigInteger(), nullable=True),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("age", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("consent", sa.Text(), nullable=True),
        sa.Column("consent_version", sa.Integer(), nullable=False),
        sa.Column("consent_language", sa.Text(), nullable=False),
        sa.Column("witnessed", sa.Boolean(), nullable=False),
        sa.Column("free", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("received_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("state_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("kept", sa.LargeBinary(), nullable=True),
        sa.Column("contact", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_entry_city_id")),
        sa.ForeignKeyConstraint(["delegate_id"], ["delegate.id"], name=op.f("fk_entry_delegate_id")),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_entry_device_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_entry_place_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_entry_project_id")),
        sa.ForeignKeyConstraint(["pseudonym_id"], ["pseudonym.id"], name=op.f("fk_entry_pseudonym_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
        sa.UniqueConstraint("device_id", "client_id", name=op.f("uq_entry_device_id_client_id")),
        sa.UniqueConstraint("receipt", name=op.f("uq_entry_receipt")),
    )
    op.create_index("ix_entry_delegate", "entry", ["delegate_id", "id"], unique=False)
    op.create_index("ix_entry_project", "entry", ["project_id", "id"], unique=False)
    op.create_index(op.f("ix_entry_pseudonym_id"), "entry", ["pseudonym_id"], unique=False)
    op.create_index(
        "ix_entry_waiting",
        "entry",
        ["city_id", "id"],
        unique=False,
        postgresql_where=sa.text("state in ('held', 'disputed')"),
    )
    op.create_table(
        "filing_answer",
        sa.Column("filing_id", sa.Integer(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("chosen", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("words", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_filing_answer_city_id")),
        sa.ForeignKeyConstraint(["filing_id"], ["filing.id"], name=op.f("fk_filing_answer_filing_id")),
        sa.PrimaryKeyConstraint("filing_id", "about", name=op.f("pk_filing_answer")),
    )
    op.create_table(
        "filing_words",
        sa.Column("filing_id", sa.Integer(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("question", sa.Text(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("words", postgresql.TSVECTOR(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_filing_words_city_id")),
        sa.ForeignKeyConstraint(["filing_id"], ["filing.id"], name=op.f("fk_filing_words_filing_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_filing_words_project_id")),
        sa.PrimaryKeyConstraint("filing_id", "about", "language", name=op.f("pk_filing_words")),
    )
    op.create_index("ix_filing_words_words", "filing_words", ["words"], unique=False, postgresql_using="gin")
    op.create_table(
        "outcome",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("ballot_id", sa.Integer(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("departs", sa.Boolean(), nullable=False),
        sa.Column("decided", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("follows", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("result_note", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("marks", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        sa.Column("again_opens_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("again_closes_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("handed_in_by", sa.BigInteger(), nullable=True),
        sa.Column("handed_in_place", sa.Text(), nullable=True),
        sa.Column("handed_in_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("published_by", sa.BigInteger(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("published_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state <> 'published' or (handed_in_by is not null and published_by is not null and published_by <> handed_in_by)",
            name=op.f("ck_outcome_two_people"),
        ),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballot.id"], name=op.f("fk_outcome_ballot_id")),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_outcome_city_id")),
        sa.ForeignKeyConstraint(["handed_in_by"], ["person.id"], name=op.f("fk_outcome_handed_in_by")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_outcome_project_id")),
        sa.ForeignKeyConstraint(["published_by"], ["person.id"], name=op.f("fk_outcome_published_by")),
        sa.ForeignKeyConstraint(["successor_id"], ["project.id"], name=op.f("fk_outcome_successor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome")),
    )
    op.create_index(op.f("ix_outcome_project_id"), "outcome", ["project_id"], unique=False)
    op.create_index(
        "uq_outcome_draft", "outcome", ["project_id"], unique=True, postgresql_where=sa.text("state <> 'published'")
    )
    op.create_table(
        "paper_sheet",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("first_read_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("photograph", sa.Text(), nullable=True),
        sa.Column("photograph_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("photograph_seen", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["paper_batch.id"], name=op.f("fk_paper_sheet_batch_id")),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_paper_sheet_city_id")),
        sa.PrimaryKeyConstraint("batch_id", "serial", name=op.f("pk_paper_sheet")),
        sa.UniqueConstraint("receipt", name=op.f("uq_paper_sheet_receipt")),
    )
    op.create_index(
        "ix_paper_sheet_waiting",
        "paper_sheet",
        ["city_id"],
        unique=False,
        postgresql_where=sa.text("state in ('read', 'differs')"),
    )
    op.create_table(
        "reaction",
        sa.Column("comment_id", sa.BigInteger(), nullable=False),
        sa.Column("pseudonym_id", sa.BigInteger(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.Column("entry_id", sa.BigInteger(), nullable=True),
        sa.Column("apart", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_reaction_city_id")),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_reaction_comment_id")),
        sa.ForeignKeyConstraint(["pseudonym_id"], ["pseudonym.id"], name=op.f("fk_reaction_pseudonym_id")),
        sa.PrimaryKeyConstraint("comment_id", "pseudonym_id", name=op.f("pk_reaction")),
    )
    op.create_index("ix_reaction_apart", "reaction", ["comment_id"], unique=False, postgresql_where=sa.text("apart"))
    op.create_index(
        "ix_reaction_brought",
        "reaction",
        ["comment_id"],
        unique=False,
        postgresql_where=sa.text("entry_id is not null and not apart"),
    )
    op.create_index(
        "ix_reaction_entry", "reaction", ["entry_id"], unique=False, postgresql_where=sa.text("entry_id is not null")
    )
    op.create_index("ix_reaction_pseudonym", "reaction", ["pseudonym_id"], unique=False)
    op.create_index(
        "uq_reaction_receipt", "reaction", ["receipt"], unique=True, postgresql_where=sa.text("receipt is not null")
    )
    op.create_table(
        "reserved_receipt",
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("used", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_reserved_receipt_city_id")),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_reserved_receipt_device_id")),
        sa.PrimaryKeyConstraint("receipt", name=op.f("pk_reserved_receipt")),
    )
    op.create_index(op.f("ix_reserved_receipt_device_id"), "reserved_receipt", ["device_id"], unique=False)
    op.create_table(
        "check_case",
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("delegate_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("drawn_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("asked_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("how", sa.Text(), nullable=True),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("looks", sa.Integer(), server_default="0", nullable=False),
        sa.Column("caller_id", sa.BigInteger(), nullable=True),
        sa.Column("tried_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("looking", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("visitor_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("acted_on", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(["caller_id"], ["person.id"], name=op.f("fk_check_case_caller_id")),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_check_case_city_id")),
        sa.ForeignKeyConstraint(["delegate_id"], ["delegate.id"], name=op.f("fk_check_case_delegate_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_check_case_entry_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_check_case_place_id")),
        sa.ForeignKeyConstraint(["visitor_id"], ["delegate.id"], name=op.f("fk_check_case_visitor_id")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_check_case")),
    )
    op.create_index("ix_check_case_delegate", "check_case", ["delegate_id", "number"], unique=False)
    op.create_index(
        "ix_check_case_new",
        "check_case",
        ["city_id", "entry_id"],
        unique=False,
        postgresql_where=sa.text("state in ('no', 'absent') and not acted_on"),
    )
    op.create_index(
        "ix_check_case_open",
        "check_case",
        ["city_id", "entry_id"],
        unique=False,
        postgresql_where=sa.text("answered_at is null"),
    )
    op.create_table(
        "check_mark",
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("delegate_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_check_mark_city_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_check_mark_entry_id")),
        sa.ForeignKeyConstraint(["round_id"], ["check_round.id"], name=op.f("fk_check_mark_round_id")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_check_mark")),
    )
    op.create_index("ix_check_mark_list", "check_mark", ["round_id", "delegate_id", "number"], unique=False)
    op.create_table(
        "commitment",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("outcome_id", sa.Integer(), nullable=False),
        sa.Column("names", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("marks", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_commitment_city_id")),
        sa.ForeignKeyConstraint(["outcome_id"], ["outcome.id"], name=op.f("fk_commitment_outcome_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment")),
    )
    op.create_index(op.f("ix_commitment_outcome_id"), "commitment", ["outcome_id"], unique=False)
    op.create_table(
        "entry_meeting",
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("attended", sa.Integer(), nullable=False),
        sa.Column("points", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("dissent", sa.Text(), nullable=False),
        sa.Column("hands", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_entry_meeting_city_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_entry_meeting_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_entry_meeting")),
    )
    op.create_table(
        "outcome_correction",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("outcome_id", sa.Integer(), nullable=False),
        sa.Column("said", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("made", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("handed_in_by", sa.BigInteger(), nullable=True),
        sa.Column("handed_in_place", sa.Text(), nullable=True),
        sa.Column("handed_in_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("published_by", sa.BigInteger(), nullable=True),
        sa.Column("published_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint(
            "published_at is null or (handed_in_by is not null and published_by is not null and published_by <> handed_in_by)",
            name=op.f("ck_outcome_correction_two_people"),
        ),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_outcome_correction_city_id")),
        sa.ForeignKeyConstraint(["handed_in_by"], ["person.id"], name=op.f("fk_outcome_correction_handed_in_by")),
        sa.ForeignKeyConstraint(["outcome_id"], ["outcome.id"], name=op.f("fk_outcome_correction_outcome_id")),
        sa.ForeignKeyConstraint(["published_by"], ["person.id"], name=op.f("fk_outcome_correction_published_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_correction")),
    )
    op.create_index(op.f("ix_outcome_correction_outcome_id"), "outcome_correction", ["outcome_id"], unique=False)
    op.create_index(
        "uq_outcome_correction_open",
        "outcome_correction",
        ["outcome_id"],
        unique=True,
        postgresql_where=sa.text("published_at is null"),
    )
    op.create_table(
        "paper_reading",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id", "serial"],
            ["paper_sheet.batch_id", "paper_sheet.serial"],
            name=op.f("fk_paper_reading_batch_id_serial"),
        ),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_paper_reading_city_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_paper_reading_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_reading")),
        sa.UniqueConstraint("batch_id", "serial", "person_id", name=op.f("uq_paper_reading_batch_id_serial_person_id")),
    )
    op.create_table(
        "theme",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("outcome_id", sa.Integer(), nullable=False),
        sa.Column("names", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("disposition", sa.Text(), nullable=False),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("marks", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["city.id"], name=op.f("fk_theme_city_id")),
        sa.ForeignKeyConstraint(["outcome_id"], ["outcome.id"], name=op.f("fk_theme_outcome_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme")),
    )
    op.create_index(op.f("ix_theme_outcome_id"), "theme", ["outcome_id"], unique=False)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index(op.f("ix_theme_outcome_id"), table_name="theme")
    op.drop_table("theme")
    op.drop_table("paper_reading")
    op.drop_index(
        "uq_outcome_correction_open", table_name="outcome_correction", postgresql_where=sa.text("published_at is null")
    )
    op.drop_index(op.f("ix_outcome_correction_outcome_id"), table_name="outcome_correction")
    op.drop_table("outcome_correction")
    op.drop_table("entry_meeting")
    op.drop_index(op.f("ix_commitment_outcome_id"), table_name="commitment")
    op.drop_table("commitment")
    op.drop_index("ix_check_mark_list", table_name="check_mark")
    op.drop_table("check_mark")
    op.drop_index("ix_check_case_open", table_name="check_case", postgresql_where=sa.text("answered_at is null"))
    op.drop_index(
        "ix_check_case_new",
        table_name="check_case",
        postgresql_where=sa.text("state in ('no', 'absent') and not acted_on"),
    )
    op.drop_index("ix_check_case_delegate", table_name="check_case")
    op.drop_table("check_case")
    op.drop_index(op.f("ix_reserved_receipt_device_id"), table_name="reserved_receipt")
    op.drop_table("reserved_receipt")
    op.drop_index("uq_reaction_receipt", table_name="reaction", postgresql_where=sa.text("receipt is not null"))
    op.drop_index("ix_reaction_pseudonym", table_name="reaction")
    op.drop_index("ix_reaction_entry", table_name="reaction", postgresql_where=sa.text("entry_id is not null"))
    op.drop_index(
        "ix_reaction_brought", table_name="reaction", postgresql_where=sa.text("entry_id is not null and not apart")
    )
    op.drop_index("ix_reaction_apart", table_name="reaction", postgresql_where=sa.text("apart"))
    op.drop_table("reaction")
    op.drop_index(
        "ix_paper_sheet_waiting", table_name="paper_sheet", postgresql_where=sa.text("state in ('read', 'differs')")
    )
    op.drop_table("paper_sheet")
    op.drop_index("uq_outcome_draft", table_name="outcome", postgresql_where=sa.text("state <> 'published'"))
    op.drop_index(op.f("ix_outcome_project_id"), table_name="outcome")
    op.drop_table("outcome")
    op.drop_index("ix_filing_words_words", table_name="filing_words", postgresql_using="gin")
    op.drop_table("filing_words")
    op.drop_table("filing_answer")
    op.drop_index("ix_entry_waiting", table_name="entry", postgresql_where=sa.text("state in ('held', 'disputed')"))
    op.drop_index(op.f("ix_entry_pseudonym_id"), table_name="entry")
    op.drop_index("ix_entry_project", table_name="entry")
    op.drop_index("ix_entry_delegate", table_name="entry")
    op.drop_table("entry")
    op.drop_index(
        "ix_comment_words_words",
        table_name="comment_words",
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )
    op.drop_table("comment_words")
    op.drop_table("choice_batch")
    op.drop_index(
        "ix_assessment_withheld_due", table_name="assessment_withheld", postgresql_where=sa.text("opened_at is null")
    )
    op.drop_table("assessment_withheld")
    op.drop_index(op.f("ix_step_extension_step_id"), table_name="step_extension")
    op.drop_table("step_extension")
    op.drop_index(op.f("ix_role_change_person_id"), table_name="role_change")
    op.drop_table("role_change")
    op.drop_index(op.f("ix_phone_link_person_id"), table_name="phone_link")
    op.drop_table("phone_link")
    op.drop_index(op.f("ix_paper_batch_city_id"), table_name="paper_batch")
    op.drop_table("paper_batch")
    op.drop_index(op.f("ix_objection_delegate_id"), table_name="objection")
    op.drop_table("objection")
    op.drop_index(op.f("ix_meeting_project_project_id"), table_name="meeting_project")
    op.drop_table("meeting_project")
    op.drop_index(op.f("ix_meeting_change_meeting_id"), table_name="meeting_change")
    op.drop_table("meeting_change")
    op.drop_index("ix_filing_project_id_state", table_name="filing")
    op.drop_index(op.f("ix_filing_organisation_id"), table_name="filing")
    op.drop_table("filing")
    op.drop_index(op.f("ix_enrolment_delegate_id"), table_name="enrolment")
    op.drop_table("enrolment")
    op.drop_index("ix_document_words_words", table_name="document_words", postgresql_using="gin")
    op.drop_table("document_words")
    op.drop_index("ix_document_edition_digest", table_name="document_edition")
    op.drop_table("document_edition")
    op.drop_index("ix_device_office", table_name="device", postgresql_where=sa.text("kind = 'office'"))
    op.drop_index(op.f("ix_device_delegate_id"), table_name="device")
    op.drop_table("device")
    op.drop_table("delegate_number")
    op.drop_index(op.f("ix_comment_pseudonym_id"), table_name="comment")
    op.drop_index("ix_comment_parent", table_name="comment", postgresql_where=sa.text("parent_id is not null"))
    op.drop_index("ix_comment_office", table_name="comment", postgresql_where=sa.text("office is not null"))
    op.drop_index("ix_comment_newest", table_name="comment", postgresql_where=sa.text("parent_id is null"))
    op.drop_index("ix_comment_hidden", table_name="comment", postgresql_where=sa.text("status = 'hidden'"))
    op.drop_index("ix_comment_held", table_name="comment", postgresql_where=sa.text("status = 'held'"))
    op.drop_index("ix_comment_entry", table_name="comment", postgresql_where=sa.text("entry_id is not null"))
    op.drop_index("ix_comment_disputed", table_name="comment", postgresql_where=sa.text("parent_id is null"))
    op.drop_index("ix_comment_arrival", table_name="comment")
    op.drop_index("ix_comment_agreed", table_name="comment", postgresql_where=sa.text("parent_id is null"))
    op.drop_index(
        "ix_comment_about", table_name="comment", postgresql_where=sa.text("about is not null and parent_id is null")
    )
    op.drop_table("comment")
    op.drop_table("check_list")
    op.drop_index("uq_ballot_running", table_name="ballot", postgresql_where=sa.text("state <> 'cancelled'"))
    op.drop_index(op.f("ix_ballot_project_id"), table_name="ballot")
    op.drop_table("ballot")
    op.drop_index("ix_assessment_words_words", table_name="assessment_words", postgresql_using="gin")
    op.drop_table("assessment_words")
    op.drop_table("assessment_version")
    op.drop_table("assessment_answer")
    op.drop_index(op.f("ix_access_code_person_id"), table_name="access_code")
    op.drop_table("access_code")
    op.drop_index("uq_urgent_use_waiting", table_name="urgent_use", postgresql_where=sa.text("opened_at is null"))
    op.drop_index(op.f("ix_urgent_use_project_id"), table_name="urgent_use")
    op.drop_index("ix_urgent_use_newest", table_name="urgent_use")
    op.drop_table("urgent_use")
    op.drop_index(
        "ix_translation_proposal_due", table_name="translation_proposal", postgresql_where=sa.text("state = 'queued'")
    )
    op.drop_table("translation_proposal")
    op.drop_index("ix_step_due", table_name="step", postgresql_where=sa.text("opened_at is null"))
    op.drop_table("step")
    op.drop_table("staff_credential")
    op.drop_table("spoken_script")
    op.drop_index("ix_sound_city_id", table_name="sound", postgresql_where=sa.text("project_id is null"))
    op.drop_table("sound")
    op.drop_index(op.f("ix_sign_in_person_id"), table_name="sign_in")
    op.drop_table("sign_in")
    op.drop_index(op.f("ix_role_grant_person_id"), table_name="role_grant")
    op.drop_table("role_grant")
    op.drop_table("residence")
    op.drop_index("ix_recording_waiting", table_name="recording", postgresql_where=sa.text("state = 'kept'"))
    op.drop_index(op.f("ix_recording_said_at"), table_name="recording")
    op.drop_index(op.f("ix_recording_person_id"), table_name="recording")
    op.drop_index(op.f("ix_recording_next_at"), table_name="recording")
    op.drop_table("recording")
    op.drop_index("ix_pseudonym_person", table_name="pseudonym")
    op.drop_table("pseudonym")
    op.drop_table("project_version")
    op.drop_index("ix_project_text_search", table_name="project_text", postgresql_using="gin")
    op.drop_table("project_text")
    op.drop_index(op.f("ix_project_district_place_id"), table_name="project_district")
    op.drop_table("project_district")
    op.drop_index("ix_precondition_newest", table_name="precondition")
    op.drop_table("precondition")
    op.drop_table("phone")
    op.drop_index(op.f("ix_organisation_city_id"), table_name="organisation")
    op.drop_table("organisation")
    op.drop_table("odk_form")
    op.drop_table("notice_code")
    op.drop_index(op.f("ix_notice_person_id"), table_name="notice")
    op.drop_table("notice")
    op.drop_index("ix_moderation_decision_about", table_name="moderation_decision")
    op.drop_table("moderation_decision")
    op.drop_index("ix_meeting_dates", table_name="meeting")
    op.drop_table("meeting")
    op.drop_index(op.f("ix_lost_word_ends_at"), table_name="lost_word")
    op.drop_table("lost_word")
    op.drop_index("ix_letter_due", table_name="letter", postgresql_where=sa.text("state in ('queued', 'sending')"))
    op.drop_index("ix_letter_done", table_name="letter", postgresql_where=sa.text("done_at is not null"))
    op.drop_table("letter")
    op.drop_index(op.f("ix_kiosk_city_id"), table_name="kiosk")
    op.drop_table("kiosk")
    op.drop_index(op.f("ix_join_word_ends_at"), table_name="join_word")
    op.drop_table("join_word")
    op.drop_table("invitation")
    op.drop_index(op.f("ix_indicator_project_id"), table_name="indicator")
    op.drop_table("indicator")
    op.drop_index("ix_followed_project", table_name="followed")
    op.drop_table("followed")
    op.drop_index(op.f("ix_election_period_city_id"), table_name="election_period")
    op.drop_table("election_period")
    op.drop_table("easy_read")
    op.drop_table("document")
    op.drop_index(op.f("ix_delegate_resident_id"), table_name="delegate")
    op.drop_index(op.f("ix_delegate_person_id"), table_name="delegate")
    op.drop_table("delegate")
    op.drop_index(op.f("ix_data_link_to_project_id"), table_name="data_link")
    op.drop_index("ix_data_link_running", table_name="data_link", postgresql_where=sa.text("ended_at is null"))
    op.drop_table("data_link")
    op.drop_table("comment_count")
    op.drop_table("clip")
    op.drop_table("check_round")
    op.drop_table("batch")
    op.drop_table("assessment_suggestion")
    op.drop_table("assessment")
    op.drop_table("answer_talk")
    op.drop_index(op.f("ix_agreement_project_id"), table_name="agreement")
    op.drop_table("agreement")
    op.drop_table("wrong_guess")
    op.drop_index(op.f("ix_text_message_next_at"), table_name="text_message")
    op.drop_table("text_message")
    op.drop_table("subscription")
    op.drop_table("sentence")
    op.drop_index(op.f("ix_repeat_at"), table_name="repeat")
    op.drop_table("repeat")
    op.drop_index("ix_record_words_about", table_name="record_words")
    op.drop_table("record_words")
    op.drop_table("record_tile")
    op.drop_table("record_log")
    op.drop_index("ix_record_entry_unsealed", table_name="record_entry", postgresql_where=sa.text("number is null"))
    op.drop_index("ix_record_entry_about", table_name="record_entry")
    op.drop_table("record_entry")
    op.drop_table("record_checkpoint")
    op.drop_table("questionnaire_copy")
    op.drop_table("questionnaire")
    op.drop_index(op.f("ix_project_programme_id"), table_name="project")
    op.drop_index("ix_project_newest", table_name="project", postgresql_where=sa.text("state <> 'draft'"))
    op.drop_table("project")
    op.drop_index(op.f("ix_place_parent_id"), table_name="place")
    op.drop_table("place")
    op.drop_index(op.f("ix_phone_session_owner"), table_name="phone_session")
    op.drop_index(op.f("ix_phone_session_ends_at"), table_name="phone_session")
    op.drop_table("phone_session")
    op.drop_index(op.f("ix_phone_message_on"), table_name="phone_message")
    op.drop_table("phone_message")
    op.drop_table("phone_cost")
    op.drop_table("person")
    op.drop_index("uq_missed_call_waiting", table_name="missed_call", postgresql_where=sa.text("sealed is not null"))
    op.drop_index(op.f("ix_missed_call_rang_at"), table_name="missed_call")
    op.drop_table("missed_call")
    op.drop_table("listed_name")
    op.drop_table("vote_repeat")
    op.drop_table("vote_receipt")
    op.drop_index(op.f("ix_vote_carried_voter"), table_name="vote_carried")
    op.drop_table("vote_carried")
    op.drop_table("vote")
    op.drop_table("city")
    op.drop_index(op.f("ix_choice_sheet_holder"), table_name="choice_sheet")
    op.drop_table("choice_sheet")
    op.drop_table("choice_code")
