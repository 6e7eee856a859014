"""Consultations that were held with Polis, brought in from its export."""
