"""Contributions made up for the tests: nobody wrote them. Five subjects, each with its own things, said in few ways."""

import numpy as np

SUBJECTS = {
    "vélo": (
        "les pistes cyclables|les arceaux à vélo|les bandes cyclables|le garage à vélos|les cyclistes"
        "|le pont aux vélos|la voie verte|les trottinettes|les casques|le vélo électrique"
        "|la prime au vélo|les carrefours|les sas vélo|le pédibus|les rustines|la vélorue"
        "|les porte-bagages|les freins|le stationnement des vélos|la selle|le guidon"
    ),
    "cantine": (
        "les repas de la cantine|le menu bio|les goûters de l'école|les légumes de saison|le cuisinier"
        "|les fromages|la viande locale|les fruits|le pain du boulanger|les allergies|le tarif du repas"
        "|la vaisselle|les barquettes|le gaspillage alimentaire|la diététicienne|le réfectoire"
        "|les portions|les yaourts|le potager de l'école|la soupe"
    ),
    "médiathèque": (
        "les horaires de la médiathèque|le prêt de livres|les bibliothécaires|les romans"
        "|les bandes dessinées|la salle de lecture|les magazines|les jeux vidéo|le bibliobus"
        "|les liseuses|les contes du mercredi|l'abonnement|les étagères|les archives|les dictionnaires"
        "|la poésie|les ateliers d'écriture|les disques|le coin des petits"
    ),
    "éclairage": (
        "les lampadaires|l'éclairage public|les ampoules|la lumière la nuit|les chauves-souris"
        "|les étoiles|les détecteurs de présence|les vitrines allumées|le noir complet"
        "|les ruelles sombres|la facture d'électricité|les réverbères|la lune|les hiboux"
        "|l'extinction après minuit|les néons|les enseignes|les papillons de nuit"
    ),
    "déchets": (
        "les poubelles jaunes|le tri des déchets|la déchetterie|les encombrants|le composteur|le verre"
        "|les rats|le ramassage du lundi|les sacs plastiques|la ressourcerie|les mégots"
        "|les dépôts sauvages|les couvercles|les canettes|les épluchures|la taxe d'ordures|les éboueurs"
        "|les bacs gris|le broyeur|les emballages"
    ),
}
WAYS = (
    "{0} et {1} : voilà ce qui manque, avec {2}, {3}, {4} et {5}.",
    "Pourquoi oublier {0} ? {1}, {2}, {3}. Et puis {4}, {5}.",
    "Chez nous, {0}. Je pense à {1}, à {2}. On verra pour {3}, {4} ou {5}.",
    "D'abord {0}, {1}. Ensuite {2} avec {3}. Enfin {4}, {5}.",
)


def made_up(count, *, seed=0):
    """`count` distinct texts and the subject of each."""
    rng = np.random.default_rng(seed)
    things = {name: text.split("|") for name, text in SUBJECTS.items()}
    names = list(SUBJECTS)
    texts, subjects, seen = [], [], set()
    while len(texts) < count:
        name = names[rng.integers(len(names))]
        text = WAYS[rng.integers(len(WAYS))].format(*rng.permutation(things[name])[:6])
        if text not in seen:
            seen.add(text)
            texts.append(text)
            subjects.append(name)
    return texts, subjects
