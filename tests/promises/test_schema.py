"""The database that an installation has is the one that the code expects."""

from pathlib import Path

from participation.kit import migrations, schema


async def test_the_migrations_make_exactly_the_tables_of_the_models(real_database_url: str) -> None:
    await migrations.check(real_database_url)


async def test_an_up_to_date_database_is_at_the_newest_migration_and_migrating_again_does_nothing(
    real_database_url: str,
) -> None:
    await migrations.upgrade(real_database_url)
    assert await schema.current(real_database_url) == schema.newest()


def test_every_migration_gives_up_rather_than_make_everybody_wait_for_a_lock() -> None:
    for migration in (schema.FOLDER / "versions").glob("*.py"):
        assert "SET LOCAL lock_timeout" in migration.read_text(), migration.name


def test_migrations_are_numbered_without_a_gap() -> None:
    numbers = sorted(Path(migration).name[:4] for migration in (schema.FOLDER / "versions").glob("*.py"))
    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]
