import pytest
from django.test import Client


def test_a_host_that_is_not_ours_gets_a_page_in_french(db):
    response = Client().get("/", headers={"host": "ailleurs.example"})
    assert response.status_code == 400
    assert "Demande incomprise" in response.content.decode()


@pytest.mark.parametrize("path", ["/nulle-part/", "/espace/concertations/VAL-01/", "/concertations/ABC-99/"])
def test_an_address_that_leads_nowhere_says_so(path, db):
    response = Client().get(path, follow=True)
    assert response.status_code in (200, 404)
    assert "Traceback" not in response.content.decode()


def test_a_stale_form_says_what_to_do(db):
    response = Client(enforce_csrf_checks=True).post("/engager/autre/", {"name": "A"})
    assert response.status_code == 403
    assert "Formulaire périmé" in response.content.decode()
