"""Every page that needs no action, seen by somebody who only reads."""
import pytest

PUBLIC = ["/", "/concertations/", "/concertations/VAL-01/", "/concertations/VAL-01/versions/1/", "/concertations/MON-01/",
  "/concertations/VAL-01/comparer/1/2/", "/canevas/", "/compte/connexion/", "/compte/mot-de-passe/oublie/", "/compte/inscription/"]


@pytest.mark.parametrize("scheme", ["light","dark"])
def test_public_pages(people, shape, scheme):
    reader = people(shape=shape, scheme=scheme)
    for a in PUBLIC:
        reader.open(a)
    reader.open("/nulle-part/", status=404)

def test_public_pages_nojs(people):
    reader = people(shape="etroit", script=False)
    for a in PUBLIC:
        reader.open(a)
