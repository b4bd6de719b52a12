"""Contributions composed for the tests: fictional people of a fictional town, on a few subjects, by rules.

Never taken from a real consultation. `composed(n)` gives n rows (author, profile, text), the same each time.
"""

import random

SUBJECTS = {
    "guichet": (
        ["Au guichet", "À la mairie", "Quand je viens pour mes papiers", "À l’accueil"],
        ["je veux parler à une personne", "il faut garder un agent humain", "une machine ne comprend pas ma situation"],
        ["surtout pour les personnes âgées", "car l’écran me fait peur", "et pas un robot qui répond"],
    ),
    "donnees": (
        ["Mes données personnelles", "Les informations de santé", "Nos données de cantine"],
        ["doivent rester sur des serveurs publics", "ne doivent pas être vendues", "doivent être protégées"],
        ["avec un contrôle de la CNIL", "et effacées au bout d’un an", "sans sortir d’Europe"],
    ),
    "energie": (
        ["Les centres de calcul", "Ces logiciels", "Entraîner des modèles"],
        ["consomment trop d’électricité", "prennent l’eau de la rivière", "chauffent la planète"],
        ["alors que nous éteignons l’éclairage public", "il faut mesurer leur énergie", "mieux vaut un outil frugal"],
    ),
    "ecole": (
        ["À l’école", "Au collège", "Pour les devoirs des enfants"],
        ["les élèves doivent apprendre à vérifier", "il faut former les enseignants", "la machine fait le travail"],
        ["sinon on ne réfléchit plus", "avec des ateliers pour les parents", "et garder le plaisir d’écrire"],
    ),
    "emploi": (
        ["Les agents municipaux", "Le service comptable", "Nos collègues du secrétariat"],
        ["craignent pour leur poste", "pourraient gagner du temps", "veulent être formés avant"],
        ["et consultés par les élus", "sans suppression d’emploi", "sur les tâches répétitives"],
    ),
}
RARE = (
    "Moi le guichet m’a toujours mal parlé ; une machine, au moins, ne me juge pas.",
    "Mon chat miaule plus juste que votre traducteur automatique de langue des signes.",
)
OPENINGS = (
    "",
    "",
    "Pour moi, ",
    "Franchement, ",
    "Je pense que c’est simple : ",
    "À mon avis, ",
    "Comme beaucoup, je le dis : ",
)
CLOSINGS = (
    "", "", "", " Merci de nous écouter.", " On en a parlé entre voisins, et tout le monde était d’accord.",
    " Ma fille dit le contraire.", " Je ne suis pas spécialiste.", " C’est arrivé l’an dernier à une collègue.",
    " Il faudrait revenir nous dire ce qui a été décidé.", " Et pourquoi pas un vote ?",
)  # fmt: skip
PROFILES = ("habitante", "agent", "élu", "association")


def composed(count, *, seed=7):
    rng = random.Random(seed)  # noqa: S311 -- the same voices each time
    rows = [("p-rare-1", "habitante", RARE[0]), ("p-rare-2", "agent", RARE[1])]
    letter = "Nous demandons un moratoire sur les caméras augmentées dans notre ville avant tout débat public sérieux."
    rows += [(f"p-lettre-{rank % 3}", "association", letter) for rank in range(6)]
    rows.append(("p-vide", "habitante", "…"))
    while len(rows) < count:
        starts, middles, ends = SUBJECTS[rng.choice(sorted(SUBJECTS))]
        opening, start = rng.choice(OPENINGS), rng.choice(starts)
        start = start[0].lower() + start[1:] if opening else start
        text = f"{opening}{start}, {rng.choice(middles)}, {rng.choice(ends)}.{rng.choice(CLOSINGS)}"
        rows.append((f"p{rng.randrange(count)}", rng.choice(PROFILES), text))
    return rows[:count]
