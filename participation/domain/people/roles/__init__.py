"""Roles: wanted by one administrator, and given or taken when another one confirms it."""
