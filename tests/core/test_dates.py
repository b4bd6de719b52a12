"""Dates on every page, as French writes them."""

import datetime as dt

from django.template import engines


def shown(form, day):
    return engines["django"].from_string(f"{{{{ day|date:'{form}' }}}}").render({"day": day})


def test_the_first_of_a_month_is_written_as_such():
    assert shown("j F Y", dt.date(2026, 11, 1)) == "1er novembre 2026"
    assert shown("j F Y", dt.date(2026, 11, 11)) == "11 novembre 2026"
    assert shown("d/m/Y", dt.date(2026, 11, 1)) == "01/11/2026"
    assert shown("j F Y à H:i", dt.datetime(2026, 11, 1, 1, 1)) == "1er novembre 2026 à 01:01"
    assert shown("j F Y", None) == ""
