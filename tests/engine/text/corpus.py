"""Contributions made up for the tests: nobody wrote them. Five subjects, each with its own words, mixed at random."""

import numpy as np

SUBJECTS = {
    "vélo": (
        [
            "Les pistes cyclables",
            "Les arceaux à vélo",
            "Les bandes cyclables",
            "Le garage à vélos",
            "La piste cyclable",
        ],
        ["manquent près de la gare", "s'arrêtent devant le pont", "sont mal éclairées en hiver", "restent dangereuses"],
        ["il faut protéger les cyclistes", "je roule à vélo tous les jours", "un vélo coûte moins qu'une voiture"],
    ),
    "cantine": (
        ["Les repas de la cantine", "Le menu de la cantine", "Les goûters de l'école", "Les légumes de la cantine"],
        [
            "coûtent trop cher aux familles",
            "devraient venir de producteurs bio",
            "finissent à la poubelle",
            "sont fades",
        ],
        ["nos enfants mangent mal", "un repas chaud compte", "le cuisinier fait ce qu'il peut"],
    ),
    "médiathèque": (
        ["Les horaires de la médiathèque", "Le prêt de livres", "Les bibliothécaires", "Les romans de la bibliothèque"],
        ["méritent mieux le dimanche", "aident les lecteurs", "gagneraient à être étendus le soir", "sont précieux"],
        ["lire est un plaisir", "les étudiants cherchent une salle calme", "on emprunte des livres en famille"],
    ),
    "éclairage": (
        ["Les lampadaires de la rue", "L'éclairage public", "Les ampoules des lampadaires", "La lumière la nuit"],
        ["restent allumés jusqu'au matin", "gênent les chauves-souris", "consomment trop d'électricité", "éblouissent"],
        ["on ne voit plus les étoiles", "il fait noir en rentrant", "éteindre après minuit suffirait"],
    ),
    "déchets": (
        ["Les poubelles jaunes", "Le tri des déchets", "La déchetterie", "Les encombrants sur le trottoir"],
        ["débordent le lundi", "attirent les rats", "demandent un ramassage régulier", "ne sont pas triés"],
        ["le composteur du quartier est plein", "le verre traîne par terre", "le plastique vole partout"],
    ),
}


def made_up(count, *, seed=0):
    """`count` distinct texts and the subject of each."""
    rng = np.random.default_rng(seed)
    names = list(SUBJECTS)
    texts, subjects, seen = [], [], set()
    while len(texts) < count:
        name = names[rng.integers(len(names))]
        heads, bodies, tails = SUBJECTS[name]
        place = f" au numéro {rng.integers(1, 400)}" if rng.random() < 0.3 else ""
        one, two = rng.permutation(heads)[:2]
        does, also = rng.permutation(bodies)[:2]
        text = f"{one} {does} et {also}{place}. {two} aussi, {rng.choice(tails)}."
        if text not in seen:
            seen.add(text)
            texts.append(text)
            subjects.append(name)
    return texts, subjects
