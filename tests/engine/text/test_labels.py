"""Names of themes: phrases that people wrote, and that are phrases."""

import numpy as np
import pytest

from concertia.engine.text.labels import labels_of


def named(*texts):
    return labels_of(texts, np.zeros(len(texts), dtype=int), np.ones(len(texts)), count=1)[0]


@pytest.mark.parametrize(
    ("texts", "name"),
    [
        (["Le logement à entraîner", "Un logement à entraîner"], "logement"),
        (["Notre outil invente", "Un outil invente"], "outil"),
        (["À la cantine et au lycée", "La cantine et au lycée"], "cantine"),
        (["La facture d’eau", "Une facture d'eau"], "facture d'eau"),
        (["Le contact humain", "Un contact humain au guichet"], "contact humain"),
    ],
)
def test_a_name_is_a_noun_phrase(texts, name):
    assert named(*texts).name == name
