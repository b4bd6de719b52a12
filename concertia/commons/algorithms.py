"""The algorithms at work in this site, one sheet each, with the fields of Etalab's inventory of public algorithms.

A sheet names the code that it describes: a test reads every import that an app makes of `concertia.engine` and fails
when no sheet covers it. `yearly` names a count of the last twelve months that the page makes from the tables, or is
blank when nothing counts. No sheet describes a method that this version does not run.
"""

from __future__ import annotations

from dataclasses import dataclass

CHARTER = "Mission d’intérêt public des collectivités engagées par la charte ; aucune décision individuelle."
NOT_COUNTED = "Non compté : ce site ne garde aucune trace de ces demandes."
EVERYBODY = "Toute personne qui lit ce site."
CONTRIBUTORS = "Les personnes qui ont contribué, et celles qui travaillent sur leurs contributions."


@dataclass(frozen=True)
class Algorithm:
    slug: str
    name: str
    purpose: str
    moment: str
    automation: str
    basis: str
    public: str
    data: str
    kind: str
    operations: tuple[str, ...]
    limits: str
    code: tuple[str, ...]  # modules, or files of an app
    yearly: str = ""


SHEETS = (
    Algorithm(
        slug="lecture-des-canevas",
        name="Lire un canevas déposé",
        purpose="Proposer les réponses d’un document Word ou LibreOffice déjà rempli, pour ne pas les retaper.",
        moment="Quand une personne habilitée dépose un document.",
        automation="Partielle : chaque champ lu est montré à côté du document ; une personne relit et publie.",
        basis=CHARTER,
        public="Les rédacteurs d’un territoire et l’équipe nationale.",
        data="Le document déposé, et lui seul ; lu dans un processus séparé, sans réseau.",
        kind="Règles écrites à la main, sans apprentissage.",
        operations=(
            "Ouvrir l’archive en refusant ce qui est dangereux ou démesuré.",
            "Trouver les dix-neuf intitulés du canevas, même un peu modifiés.",
            "Attribuer à chacun le texte et les cases qui le suivent, et convertir dates et nombres.",
            "Ranger chaque champ parmi « lu », « à confirmer » (avec la phrase et sa place) ou « non trouvé ».",
        ),
        limits="Un document très remanié donne des champs à confirmer ou non trouvés ; rien n’est deviné.",
        code=("concertia.engine.canvas",),
        yearly="documents",
    ),
    Algorithm(
        slug="ecriture-des-documents",
        name="Écrire les documents à emporter",
        purpose="Donner une version publiée ou une charte signée en Word, LibreOffice, PDF ou JSON.",
        moment="Quand une personne demande le document.",
        automation="Entière : le même contenu donne les mêmes octets.",
        basis=CHARTER,
        public=EVERYBODY,
        data="La version publiée, ou le texte signé, tels qu’ils sont figés.",
        kind="Mise en forme par règles.",
        operations=("Placer chaque réponse sous son intitulé.", "Baliser le PDF pour les aides techniques (PDF/UA-1)."),
        limits="La mise en page du PDF ne peut pas être changée par qui le lit ; la page en porte le même texte.",
        code=("concertia.engine.canvas.writer", "concertia.engine.canvas.schema", "concertia.engine.documents.charter"),
    ),
    Algorithm(
        slug="masquage",
        name="Masquer une adresse ou un nom",
        purpose="Ne montrer nulle part l’adresse de la personne référente ni le nom d’un intervenant sans son accord.",
        moment="À la publication, puis à chaque lecture d’une version publiée.",
        automation="Entière ; la personne qui publie voit avant quels noms ne seront pas montrés.",
        basis="Protection des données personnelles (RGPD, articles 5 et 6.1.a) ; aucune décision individuelle.",
        public="La personne référente et les intervenants d’une concertation.",
        data="L’adresse et les noms écrits dans le canevas par le territoire.",
        kind="Recherche exacte de mots, sans apprentissage.",
        operations=(
            "Chercher l’adresse, même codée dans un lien, et les noms de deux mots ou plus, quelle que soit la casse.",
            "Remplacer chacun par « [adresse non publiée] » ou « [nom non publié] ».",
        ),
        limits="Un surnom, une initiale, un prénom seul ou une faute de frappe ne sont pas reconnus.",
        code=("concertia.engine.privacy.masking",),
        yearly="publications",
    ),
    Algorithm(
        slug="comparaison-de-versions",
        name="Comparer deux versions publiées",
        purpose="Montrer les mots ajoutés et les mots retirés d’une version à l’autre.",
        moment="Quand une personne ouvre la page de comparaison.",
        automation="Entière ; les deux versions restent lisibles.",
        basis=CHARTER,
        public=EVERYBODY,
        data="Les deux versions publiées.",
        kind="Plus longues suites communes de mots (bibliothèque difflib de Python).",
        operations=(
            "Couper chaque texte en mots ; en phrases, ou pas du tout, quand la comparaison serait trop longue.",
            "Marquer ce qui n’est que dans l’ancienne, et ce qui n’est que dans la nouvelle.",
        ),
        limits="Un passage déplacé est montré comme retiré à un endroit et ajouté à un autre.",
        code=("concertia.engine.text.difference",),
    ),
    Algorithm(
        slug="recherche-de-collectivites",
        name="Trouver une collectivité",
        purpose="Retrouver une collectivité par son nom, son ancien nom, son code ou son SIREN, fautes pardonnées.",
        moment="Quand une personne cherche sa collectivité pour l’engager.",
        automation="Entière ; la personne choisit dans la liste proposée.",
        basis=CHARTER,
        public="Toute personne qui veut engager sa collectivité.",
        data="Les mots tapés, et le Code officiel géographique fourni avec le logiciel. Les mots ne sont pas gardés.",
        kind="Index de mots, distance entre écritures, pondération par rareté et par population.",
        operations=(
            "Ôter accents, articles et mots d’adresse ; développer « St » en « Saint ».",
            "Garder les noms qui contiennent ces mots, leur début, ou une écriture proche.",
            "Classer par ressemblance, puis par population.",
        ),
        limits="Un nom d’usage absent de la liste officielle n’est pas trouvé ; un formulaire libre est proposé.",
        code=("concertia.engine.text.names", "concertia/territories/places.py"),
    ),
    Algorithm(
        slug="recherche-et-classement",
        name="Chercher et classer les concertations",
        purpose="Trouver les concertations publiées qui parlent de ce que l’on cherche.",
        moment="Quand une personne cherche, ou ouvre la liste.",
        automation="Entière ; sans mots cherchés, l’ordre est celui des dates de publication.",
        basis=CHARTER,
        public=EVERYBODY,
        data="Les mots tapés et les versions publiées. Les mots ne sont pas gardés.",
        kind="Recherche plein texte : racines des mots français (Snowball), rang BM25 sur SQLite, densité des mots sur "
        "PostgreSQL.",
        operations=(
            "Ôter les mots trop courants et ramener chaque mot à sa racine, avec et sans accents.",
            "Garder les concertations qui contiennent tout ce qui est cherché.",
            "Classer par fréquence et rareté des mots ; ceux de la question ou du titre comptent davantage.",
        ),
        limits="Les synonymes ne sont pas trouvés. Le rang dépend des mots, jamais du territoire ni de qui cherche.",
        code=("concertia.engine.text.words", "concertia/commons/search.py"),
    ),
    Algorithm(
        slug="choix-des-extraits",
        name="Choisir l’extrait montré dans un résultat",
        purpose="Montrer, sous chaque résultat, le passage qui contient ce que l’on cherche.",
        moment="Quand une recherche donne des résultats.",
        automation="Entière ; l’extrait est une tranche exacte du texte publié et mène à la page entière.",
        basis=CHARTER,
        public=EVERYBODY,
        data="Les mots cherchés et les textes publiés.",
        kind="Comptage de mots.",
        operations=(
            "Compter, dans chaque passage, combien de mots cherchés différents il contient.",
            "Montrer le premier de ceux qui en contiennent le plus, coupé entre deux mots.",
        ),
        limits="Le passage le plus fourni n’est pas toujours le plus juste : il ne résume pas la concertation.",
        code=("concertia.engine.text.words", "concertia/commons/excerpts.py"),
    ),
    Algorithm(
        slug="parole-de-l-accueil",
        name="Choisir la parole de la page d’accueil",
        purpose="Ouvrir la page d’accueil sur des mots publiés par un territoire.",
        moment="Quand la page d’accueil est composée.",
        automation="Entière ; personne ne la choisit à la main.",
        basis=CHARTER,
        public=EVERYBODY,
        data="Les points de vigilance publiés.",
        kind="Tri par date.",
        operations=("Prendre la concertation publiée en dernier, et le premier de ses points de vigilance.",),
        limits="Elle ne représente pas l’ensemble des paroles : c’est la dernière publiée.",
        code=("concertia/commons/actions/inventory.py", "concertia/commons/views/inventory.py"),
    ),
    Algorithm(
        slug="lecture-des-contributions",
        name="Lire un fichier de contributions",
        purpose="Tirer d’un tableau, d’un compte rendu, d’une transcription ou d’un courriel ce que chacun a écrit.",
        moment="Quand une personne habilitée verse un fichier.",
        automation="Partielle : la personne voit ce qui est lu et ce qui ne l’est pas, ligne par ligne, puis verse.",
        basis=CHARTER,
        public=CONTRIBUTORS,
        data="Le fichier versé, et lui seul ; lu dans un processus séparé, sans réseau. D’un auteur, une empreinte.",
        kind="Règles écrites à la main ; reconnaissance statistique de la langue.",
        operations=(
            "Reconnaître le genre du fichier, son encodage, ses colonnes.",
            "Garder à part, avec sa place et sa raison, ce qui n’est pas une contribution.",
            "Vérifier que lignes lues et lignes mises à part font le compte.",
        ),
        limits="Une colonne mal nommée est mal devinée : la personne la choisit. La langue d’un texte court est "
        "incertaine.",
        code=("concertia.engine.readers", "concertia.engine.contributions"),
    ),
    Algorithm(
        slug="themes-proposes",
        name="Proposer des thèmes, un ordre de lecture et des campagnes",
        purpose="Aider une personne à lire beaucoup de contributions sans en perdre aucune.",
        moment="Quand une personne habilitée lance une analyse.",
        automation="Partielle : ce sont des propositions. Des personnes nomment, fusionnent, séparent, déplacent et "
        "codent ; tout est noté et peut être annulé. Aucun effet sur la place d’une personne.",
        basis=CHARTER,
        public=CONTRIBUTORS,
        data="Les textes versés, sans nom ni adresse ; sur cette machine, sans réseau.",
        kind="Mots et morceaux de mots pondérés (TF-IDF, SVD), encodeur de phrases local facultatif, graphe de voisins "
        "et partition de Leiden, choix de la finesse par la stabilité.",
        operations=(
            "Mettre à part ce qui n’a aucun mot ; réunir les textes identiques ou presque.",
            "Comparer les textes par leurs mots et, si l’encodeur est là, par leur sens.",
            "Regrouper les voisins, garder la finesse qui change le moins d’un tirage à l’autre, dire cette stabilité.",
            "Mettre en tête de lecture ce qui est rare et loin de tout, ou dit par quelques-uns à l’écart des autres.",
            "Vérifier que thèmes, redites, signaux faibles et écartés font le total de ce qui est lu.",
        ),
        limits="Sur un seul sujet, les regroupements trouvent peu : l’écran le dit et invite à coder. Un envoi groupé "
        "est une question posée à une personne, jamais une accusation. Les moteurs ont été réglés sur peu de jeux.",
        code=(
            *("concertia.engine.text.analysis", "concertia.engine.text.encoder", "concertia.engine.text.units"),
            "concertia.engine.executors",
        ),
    ),
    Algorithm(
        slug="codes-suggeres",
        name="Suggérer des codes et mesurer l’accord entre codeurs",
        purpose="Coder plus vite, en commençant par ce qui apprend le plus, et savoir si deux personnes lisent pareil.",
        moment="Quand une personne code avec une grille, ou compare deux codages.",
        automation="Partielle : trois codes sont proposés, une personne choisit ; son choix n’est jamais remplacé.",
        basis=CHARTER,
        public=CONTRIBUTORS,
        data="Les textes, les mots de la grille et les choix faits par des personnes.",
        kind="Proximité aux définitions, régression logistique apprise des choix, apprentissage actif ; α de "
        "Krippendorff, κ de Cohen et AC1 de Gwet avec leurs intervalles.",
        operations=(
            "Comparer chaque texte aux définitions et exemples de la grille.",
            "Apprendre des choix déjà faits, code par code.",
            "Proposer ensuite les textes les plus incertains et les plus différents.",
            "Mesurer l’accord corrigé du hasard, avec son intervalle, et montrer les désaccords côte à côte.",
        ),
        limits="Sur un seul sujet, le bon code est parmi les trois environ trois fois sur quatre au début. Aucune "
        "confiance n’est affichée texte par texte.",
        code=("concertia.engine.coding",),
    ),
    Algorithm(
        slug="citations-et-verification",
        name="Proposer des citations et vérifier une synthèse",
        purpose="Écrire une synthèse dont chaque phrase mène à ce qui a été dit.",
        moment="Quand une personne compose une synthèse.",
        automation="Partielle : les citations sont proposées, acceptées une à une ; la vérification marque, elle ne "
        "récrit rien.",
        basis=CHARTER,
        public=CONTRIBUTORS,
        data="Les textes versés, les thèmes et leurs comptes.",
        kind="Vote proportionnel glouton sur les personnes ; comparaison signe pour signe ; comptage.",
        operations=(
            "Choisir des citations qui couvrent les personnes, avec une voix en désaccord et une voix rare.",
            "Relire chaque phrase : citation exacte, source présente, nombre égal au compte.",
        ),
        limits="Un désaccord est reconnu à quelques tournures, sans être compris. La vérification ne dit pas si une "
        "phrase est juste, seulement qu’elle a ses sources.",
        code=("concertia.engine.text.synthesis",),
    ),
    Algorithm(
        slug="points-du-canevas",
        name="Proposer des points du canevas",
        purpose="Aider à porter dans le canevas ce que des personnes ont dit, avec leurs mots.",
        moment="Quand une personne habilitée porte un thème dans le canevas.",
        automation="Partielle : des citations sont montrées avec la nature que leurs tournures laissent penser ; une "
        "personne reprend un point et l’écrit à sa façon, ou n’en reprend aucun.",
        basis=CHARTER,
        public=CONTRIBUTORS,
        data="Les citations proposées pour un thème.",
        kind="Recherche de tournures, dans un ordre fixe : mise en garde, proposition, obstacle, espoir.",
        operations=(
            "Chercher dans chaque citation les tournures de chaque nature ; la première qui s’y trouve l’emporte.",
            "Ne rien proposer pour une citation qui n’en a aucune.",
        ),
        limits="L’ironie, les paroles rapportées et la plupart des phrases lui échappent. Fait pour le français.",
        code=("concertia.engine.text.nature",),
    ),
    Algorithm(
        slug="documents-d-analyse",
        name="Écrire les documents d’une analyse",
        purpose="Rendre une analyse dans les formats que chacun ouvre, sans révéler une personne.",
        moment="Quand une personne habilitée demande un document.",
        automation="Entière ; seules les citations relues par une personne y figurent.",
        basis=CHARTER,
        public=CONTRIBUTORS,
        data="L’analyse, et les textes relus ; les petits effectifs sont cachés.",
        kind="Mise en page ; suppression des petites cases d’un tableau croisé.",
        operations=(
            "Composer le même contenu en PDF balisé, ODT, DOCX, classeur, page, tableaux et projet REFI-QDA.",
            "Cacher les cases de moins de cinq personnes, et celles qui permettraient de les retrouver.",
        ),
        limits="Deux tableaux publiés à des dates différentes peuvent, ensemble, en dire plus que chacun.",
        code=("concertia.engine.reports", "concertia.engine.privacy.small_cells"),
    ),
    Algorithm(
        slug="verrou-des-connexions",
        name="Ralentir les connexions répétées et les envois en nombre",
        purpose="Empêcher de deviner un mot de passe ou d’inonder une boîte de courriels.",
        moment="Après trop d’échecs de connexion d’un compte depuis une adresse, ou trop d’envois en une heure.",
        automation="Entière et temporaire : le refus est dit, et se lève seul ; l’administrateur peut le lever avant.",
        basis="Sécurité du traitement (RGPD, article 32).",
        public="Les personnes qui se connectent ou qui écrivent par ce site.",
        data="Compte essayé, adresse IP et heure des échecs, gardés un jour ; nombre de messages de l’heure.",
        kind="Comptage sur une durée.",
        operations=(
            "Compter les échecs d’un compte depuis une adresse, et les messages d’une heure.",
            "Au-delà du seuil, faire attendre.",
        ),
        limits="Une faute de frappe répétée fait attendre aussi la bonne personne.",
        code=("concertia/config/settings.py", "concertia/territories/actions/contact.py"),
    ),
)
WITHOUT_ALGORITHM = ("concertia.engine.notes",)  # plain data: a code and its parameters


def covered(module: str) -> bool:
    """Whether a sheet speaks of this module of the engine, or of a package that holds it."""
    named = [*WITHOUT_ALGORITHM, *(code for sheet in SHEETS for code in sheet.code)]
    return any(module == code or module.startswith(f"{code}.") for code in named)
