"""What stands in an address of the public space."""

from datetime import date


class Day:
    """2027-03-14; a day that no calendar has leads nowhere."""

    regex = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value):
        return date.fromisoformat(value)

    def to_url(self, value):
        return value.isoformat()
