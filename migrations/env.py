"""Alembic's way to our tables: on the connection that `participation.kit.migrations` hands over."""

import pkgutil
from importlib import import_module

from alembic import context

import participation
from participation.kit.database import Base

for module in pkgutil.walk_packages(participation.__path__, "participation."):
    if module.name.endswith(".models") or module.name == "participation.kit.repeats":
        import_module(module.name)

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
with context.begin_transaction():
    context.run_migrations()
