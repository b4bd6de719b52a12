"""Grids of one-sentence definitions, written for the measures, for consultations on one topic each.

Each stands for some questions of the « Grand Débat national » as volunteers labelled their answers: the answers are
given by their folder and never copied here; the names on the left are theirs, the words on the right are ours.
"""

TAXES = {
    "Revenus (IRPP)": ("Impôt sur le revenu", "Baisser l'impôt sur le revenu des ménages."),
    "Impôt symbolique pour tous": ("Une contribution de chacun", "Tout le monde paie un impôt, même très petit."),
    "Lutte évasion, fraude, optimisation": (
        "Fraude et évasion",
        "Poursuivre ceux qui fraudent, cachent leur argent.",
    ),
    "P + de tranches IR progressives": ("Progressivité", "Ajouter des tranches pour que l'impôt monte avec le revenu."),
    "Revoir niches": ("Niches fiscales", "Supprimer les niches, les déductions et les exceptions."),
    "Simplifier": ("Simplification", "Rendre les impôts plus simples, moins nombreux, plus faciles à comprendre."),
    "Harmonisation internationale": ("Entente entre pays", "Rapprocher les impôts des pays d'Europe et du monde."),
    "TVA réduite (1ère nécessité)": ("TVA des produits essentiels", "Baisser la TVA sur ce dont chacun a besoin."),
    "TVA (1ère nécessité)": ("TVA des produits essentiels", "Baisser la TVA sur ce dont chacun a besoin."),
    "Taux IR égal pour tous": ("Même taux pour tous", "Appliquer un seul pourcentage à tous les revenus."),
    "Taxer les multinationales, GAFAM": ("Multinationales", "Faire payer les géants d'internet et les grands groupes."),
    "Taxer les riches": ("Grandes fortunes", "Demander plus aux plus riches et rétablir un impôt sur la fortune."),
    "Taxer la finance": ("Finance", "Taxer les banques, la bourse, les dividendes et les revenus du capital."),
    "Refonte fiscalité successions": ("Héritages", "Changer l'impôt sur les successions et les donations."),
    "Cotisations sociales (CSG, CRDS)": ("Cotisations", "Baisser la CSG et les prélèvements sur salaires et pensions."),
    "A Aucun": ("Rien à baisser", "Ne baisser aucun impôt, parce qu'ils servent à tous."),
    "TVA et impôts indirects": ("Taxes à la consommation", "Baisser la TVA en général, payée de même par tous."),
    "Taxe foncière": ("Taxe foncière", "Baisser l'impôt des propriétaires sur leur logement."),
    "Taxe Habitation": ("Taxe d'habitation", "Supprimer l'impôt local que paie chaque occupant."),
}
BENEFITS = {
    "Santé, maladie": ("Santé", "Mieux rembourser les soins, soutenir les hôpitaux et les médecins."),
    "Pauvreté, exclusion, RSA": ("Pauvreté", "Aider ceux qui n'ont presque rien, qui sont à la rue ou exclus."),
    "Dépendance, vieillesse": ("Grand âge", "Accompagner les personnes âgées qui perdent leur autonomie."),
    "aidants à domicile, coaching social": (
        "Aidants",
        "Soutenir ceux qui aident un proche, et l'aide à domicile.",
    ),
    "Handicap, invalidité": ("Handicap", "Aider les personnes handicapées ou invalides."),
    "Chômage": ("Chômage", "Changer l'indemnisation de ceux qui cherchent un travail."),
    "Allocations chômage": ("Chômage", "Changer l'indemnisation de ceux qui cherchent un travail."),
    "Retraite": ("Retraites", "Garantir ou relever les pensions des retraités."),
    "Logement": ("Logement", "Revoir les aides au loyer et l'accès à un logement."),
    "Aides au logement": ("Logement", "Revoir les aides au loyer et l'accès à un logement."),
    "Enfance": ("Enfants et familles", "Revoir ce que touchent les familles pour leurs enfants."),
    "Allocations familiales": ("Enfants et familles", "Revoir ce que touchent les familles pour leurs enfants."),
    "Autres aides liées à l'enfant": (
        "Enfants et familles",
        "Revoir ce que touchent les familles pour leurs enfants.",
    ),
    "Aides aux étrangers, AME": ("Étrangers", "Limiter ce que touchent les étrangers et les sans-papiers."),
    "Y Fusionner, simplifier les aides": (
        "Une seule aide",
        "Remplacer les aides par une seule, simple, automatique.",
    ),
    "Y Lutter contre la fraude": ("Fraude sociale", "Contrôler davantage et punir ceux qui trichent."),
    "Y Imposer une contrepartie": ("Contrepartie", "Demander un travail ou un service en échange de l'aide."),
    "A Aucune": ("Ne rien changer", "Ne toucher à aucune aide, ou ne pas les réduire."),
}
CLIMATE = {
    "Evénements extrêmes (incendie, inondation, sécheresse, tempêtes)": (
        "Catastrophes", "Tempêtes, inondations, sécheresses et incendies plus fréquents."),
    "Modification de l'environnement (biodiversité, paysage)": (
        "Nature abîmée", "Animaux, insectes et plantes qui disparaissent, paysages qui changent."),
    "Canicule, nécessité de la clim": ("Chaleur", "Étés trop chauds, dans les logements et au travail."),
    "Effort écolo": ("Changer ses habitudes", "Des contraintes et des efforts demandés à chacun chaque jour."),
    "Arrivée de migrants climatiques": ("Migrations", "Des populations qui fuient leur pays devenu invivable."),
    "Pollution (air, eau, sol)": ("Pollution", "Air, eau et terre salis par les usines, les voitures, les pesticides."),
    "Maladies, santé": ("Santé", "Allergies, maladies et difficultés à respirer."),
    "Consommation vertueuse (bio, circuit-court, local, éthique)": (
        "Acheter autrement", "Acheter bio, local et de saison, auprès de producteurs proches."),
    "Transports doux ou moins nombreux": ("Déplacements", "Marcher, prendre vélo, bus ou train, moins la voiture."),
    "Tri sélectif, compost, moins de déchets": ("Déchets", "Trier, composter, jeter moins et éviter les emballages."),
    "Réduction consommation alimentaire, vestimentaire": (
        "Consommer moins", "Acheter moins de choses, réparer, réutiliser, ne pas gaspiller."),
    "Réduction consommation énergie, eau": ("Énergie et eau", "Économiser électricité, chauffage et eau chez soi."),
}  # fmt: skip
SPENDING = {
    "A Aucun": ("Pas plus d'impôts", "Refuser de payer plus, car on paie déjà trop ou l'argent est mal employé."),
    "Écologie, environnement": ("Écologie", "Protéger la nature et le climat, changer d'énergie."),
    "Éducation": ("Éducation", "L'école, l'université et leurs enseignants."),
    "Dépendance, vieillesse": ("Grand âge", "Accompagner les personnes âgées qui perdent leur autonomie."),
    "Aménager le territoire, infrastructures": ("Territoires", "Équiper les campagnes, entretenir routes et réseaux."),
    "Pauvreté et solidarité": ("Solidarité", "Aider ceux qui ont le moins, réduire les inégalités."),
    "Economie, aide aux entreprises": ("Économie", "Soutenir les entreprises, l'industrie et leurs emplois."),
    "Santé": ("Santé", "Les soins, les médecins, le remboursement des maladies."),
    "Y Toutes": ("Toutes les politiques", "Accepter de payer plus pour l'ensemble des services publics."),
    "Transports": ("Transports", "Les trains, les bus et les transports en commun."),
    "Y Lutte fraude": ("Fraude", "Poursuivre d'abord ceux qui ne paient pas ce qu'ils doivent."),
    "Défense": ("Défense", "L'armée et la défense du pays."),
    "Emploi, formation pro": ("Emploi", "Le travail, l'apprentissage et la formation des adultes."),
    "Hôpital": ("Hôpital", "Les hôpitaux, les urgences, les maternités et leur personnel."),
    "Sécurité": ("Sécurité", "La police, la gendarmerie et la protection des personnes."),
    "Justice": ("Justice", "Les tribunaux, les juges et leurs délais."),
    "Logement": ("Logement", "Construire des logements et aider à se loger."),
    "Y Remboursement dette": ("Dette", "Rembourser la dette publique."),
}
INFORMATION = {
    "Par l'école": ("À l'école", "Apprendre aux élèves à quoi servent les impôts."),
    "Par site Internet": ("Sur internet", "Un site ou une application où chacun regarde les comptes."),
    "Transparence": ("Transparence", "Ne rien cacher de l'argent public ni des avantages des élus."),
    "Détail des dépenses, comptes": ("Comptes détaillés", "Publier chaque dépense, poste par poste."),
    "Par médias": ("Télévision et journaux", "Des émissions, des articles et des campagnes pour expliquer."),
    "Comparaisons internationales": ("Autres pays", "Comparer avec ce que paient et reçoivent nos voisins."),
    "Pédagogie, visualisation": ("Pédagogie", "Expliquer simplement, avec des schémas et des mots clairs."),
    "Impôts fléchés": ("Choix du citoyen", "Laisser chacun décider à quoi va une part de son impôt."),
    "Bilan régulier, fréquent": ("Bilan régulier", "Rendre compte chaque année, par exemple avec l'avis d'imposition."),
    "Bilan individuel": ("Bilan personnel", "Dire à chacun ce qu'il a payé et ce qu'il a reçu."),
}
GRIDS = {
    "impôts": (("QUXVlc3Rpb246MTYz", "QUXVlc3Rpb246MTY0"), TAXES),
    "aides": (("QUXVlc3Rpb246MTY1", "QUXVlc3Rpb246MjA1"), BENEFITS),
    "climat": (("QUXVlc3Rpb246MTQ3", "QUXVlc3Rpb246MTQ5"), CLIMATE),
    "dépenses": (("QUXVlc3Rpb246MTY2",), SPENDING),
    "information": (("QUXVlc3Rpb246MTYy",), INFORMATION),
}
