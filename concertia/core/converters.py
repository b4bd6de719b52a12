class PublicId:
    """A consultation's public id: the territory's short code and a number, VAL-01."""

    regex = "[A-Z][A-Z0-9]{2,4}-[0-9]{2,5}"

    def to_python(self, value):
        return value

    def to_url(self, value):
        return str(value)
