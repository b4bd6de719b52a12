import pytest

from concertia.collection import demonstration
from concertia.collection.models import Contribution
from tests import factories


@pytest.mark.django_db
def test_demonstration_has_what_the_screens_show():
    territory = factories.a_territory()
    referent = factories.a_user(territory)
    demonstration.load(factories.a_draft(territory, referent), by=referent)
    rows = Contribution.objects.filter(use="participation")
    assert (rows.count(), rows.exclude(author="").values("author").distinct().count()) == (126, 109)
    assert rows.values("profile").distinct().count() == 6
    assert rows.exclude(said_at=None).count() == 126
    assert rows.to_read().count() == demonstration.LEFT_TO_READ
    assert [row.mask_reason for row in rows if row.is_masked] == ["propos injurieux"]
    assert not any(words in row.shown() for row in rows for words in demonstration.HIDDEN)
    assert Contribution.objects.filter(use="context").count() == 3
