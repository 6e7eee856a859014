"""Translations by a machine: asked for by an official, brought by the worker, and nobody's words until an official takes them over."""
