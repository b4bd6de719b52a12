"""What stands in addresses, registered once for every app."""

from django.urls import register_converter

CODE = "[A-Z][A-Z0-9]{2,4}"


class ShortCode:
    """The code that a territory chose once, VAL: nothing else is looked for."""

    regex = CODE

    def to_python(self, value):
        return value

    def to_url(self, value):
        return str(value)


class PublicId(ShortCode):
    """A consultation's public id: the territory's short code and a number, VAL-01."""

    regex = CODE + "-[0-9]{2,5}"


register_converter(PublicId, "public_id")
register_converter(ShortCode, "short_code")
