import datetime as dt

from django import template
from django.template.defaultfilters import date as django_date
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

from concertia.core.text import first_of_month, thousands, typeset

register = template.Library()


@register.filter
def fr(text):
    """French typography on text that people typed."""
    return typeset(str(text)) if not isinstance(text, SafeString) else text


@register.filter(name="date", expects_localtime=True, is_safe=False)
def french_date(value, form=None):
    """Django's own, with « 1er » for the first of a month."""
    return first_of_month(django_date(value, form))


@register.filter
def nombre(number):
    return thousands(number)


@register.filter
def pluriel(number, endings="s"):
    """« 0 proposition », « 1 proposition », « 2 propositions »: zero takes the singular."""
    singular, _, plural = endings.rpartition(",")
    return plural if abs(number) >= 2 else singular


@register.filter
def paragraphes(text):
    """Typed text as paragraphs; a single line end is a line break."""
    blocks = [block for block in typeset(str(text or "")).split("\n\n") if block.strip()]
    return format_html_join("", "<p>{}</p>", ((_lines(block),) for block in blocks))


def _lines(block):
    return format_html_join(SafeString("<br>"), "{}", ((conditional_escape(line),) for line in block.split("\n")))


@register.filter
def get(mapping, key):
    return mapping.get(key) if mapping else None


@register.filter
def adresse(line):
    """A typed line as a link when it is an http(s) address, as plain words otherwise."""
    line = line.strip()
    if line.startswith(("https://", "http://")):
        return format_html('<a href="{0}" rel="noopener noreferrer">{0}</a>', line)
    return line


@register.filter
def choix(value):
    """The chosen labels of a canvas field, then what was written under « autre »."""
    if not value:
        return "non précisé"
    return ", ".join([*value["choix"], *([value["autre"]] if value["autre"] else [])])


@register.filter
def moment(iso):
    """An ISO instant as « 12 mars 2025, 18 h 30 »."""
    local = timezone.localtime(dt.datetime.fromisoformat(iso))
    return french_date(local, "j F Y, G \\h i").replace(" h 00", " h")


@register.filter
def unlocalised(number):
    """A number as SVG reads it, whatever the language."""
    return f"{number:.3f}"
