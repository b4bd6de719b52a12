"""Dates as French writes them."""

from django.utils.formats import date_format

from concertia.core.text import first_of_month


def in_words(day, form="j F Y") -> str:
    """« 1er mars 2026 », « 2 mars 2026 »; another form as Django writes it."""
    return first_of_month(date_format(day, form))
