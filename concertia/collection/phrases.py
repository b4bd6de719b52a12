"""What the readers of contributions and the measures of agreement say, in French. No Django here: the command line
speaks it too, and `ON_SCREEN` holds what a page says otherwise."""

from __future__ import annotations

from concertia.core.text import shortened, told
from concertia.engine.notes import Note
from concertia.engine.readers.reading import Place

SENTENCES: dict[str, str] = {
    # --- a file refused: what is wrong, then what to do
    "file.empty": "Ce fichier est vide. Vérifiez qu’il s’ouvre chez vous, puis donnez-le à nouveau.",
    "file.too_large": "Ce fichier pèse {megabytes} Mo, la limite est de {limit} Mo. Coupez-le en plusieurs fichiers.",
    "file.unreadable": "Le fichier « {name} » ne s’ouvre pas : vérifiez son nom, son dossier et vos droits de lecture.",
    "file.encrypted": "Ce fichier est protégé par un mot de passe. Enregistrez-le sans mot de passe, puis recommencez.",
    "file.damaged": "Ce fichier est abîmé ou incomplet. Ouvrez l’original, enregistrez-le à nouveau, puis recommencez.",
    "file.old_word": "Ce document est au format Word 97 (.doc). Enregistrez-le en .docx ou .odt, puis recommencez.",
    "file.outlook": "Ce fichier est un message d’Outlook (.msg). Enregistrez-le en .eml ou en texte, puis recommencez.",
    "file.other_office": "Ce fichier vient d’un ancien logiciel de bureautique. Enregistrez-le en .xlsx, .ods, .csv, "
    ".docx ou .odt.",
    "file.pdf": "Ce fichier est un PDF. Donnez le tableau ou le document d’origine.",
    "file.image": "Ce fichier est une image ({format}). Donnez le tableau ou le document d’origine.",
    "file.rtf": "Ce fichier est au format RTF. Enregistrez-le en .docx, .odt ou .txt, puis recommencez.",
    "file.html": "Ce fichier est une page web, même s’il porte le nom d’un tableau. Ouvrez-le dans un tableur, "
    "enregistrez-le en .xlsx, .ods ou .csv, puis recommencez.",
    "file.xml": "Ce fichier est un document XML. Exportez les contributions en .csv, .xlsx ou .json.",
    "file.unknown": "Ce fichier n’est pas un texte lisible, ni un tableau ou un document connus. Formats lus : csv, "
    "xlsx, "
    "xls, ods, json, docx, odt, txt, vtt, srt, eml, zip.",
    "archive.other_kind": "Ce fichier est un {kind}. Formats lus : csv, xlsx, xls, ods, json, docx, odt, txt, vtt, "
    "srt, eml, zip.",
    "archive.nested": "Ce fichier contient une autre archive, qui n’est pas ouverte. Donnez ses fichiers à part.",
    "archive.unsafe_name": "Ce fichier cherche à écrire hors de son dossier : il est refusé.",
    "archive.symlink": "Ce fichier contient un lien vers un autre fichier : il est refusé.",
    "archive.duplicate_names": "Ce fichier contient deux fois la même partie : il est refusé. Enregistrez-le à "
    "nouveau.",
    "archive.too_many_entries": "Ce fichier contient plus de {limit} parties : il est refusé.",
    "archive.bomb": "Ce fichier se déploie au-delà de {limit} Mo : il est refusé. Coupez-le en plusieurs fichiers, ou "
    "donnez-le en .csv.",
    "bundle.empty": "Il n’y a aucun fichier à lire dans ce dossier ou cette archive.",
    "document.doctype": "Ce document contient une définition (DTD) : il est refusé. Enregistrez-le à nouveau.",
    "document.damaged_xml": "Le texte de ce document est abîmé. Ouvrez l’original, enregistrez-le à nouveau.",
    "document.too_deep": "Ce document est imbriqué sur plus de {limit} niveaux : il est refusé.",
    "document.too_long": "Ce document est trop long (plus de {limit} Mo de texte, ou de 10 000 paragraphes). "
    "Coupez-le, "
    "ou mettez les contributions dans un tableau.",
    "document.not_word": "Ce fichier ressemble à un .docx mais n’a pas de texte Word. Enregistrez-le à nouveau.",
    "document.not_odt": "Ce fichier ressemble à un .odt mais n’a pas de texte. Enregistrez-le à nouveau.",
    "table.no_rows": "Ce fichier n’a aucune contribution : il n’y a rien sous les titres des colonnes.",
    "table.no_text_column": "Aucune colonne ne ressemble à un texte. Dites laquelle lire, avec --text. Colonnes : "
    "{columns}.",
    "table.too_many_cells": "Ce classeur compte plus de {limit} millions de cellules, peut-être à cause d’une cellule "
    "remplie très loin. Gardez les lignes utiles, ou enregistrez-le en .csv.",
    "table.too_many_rows": "Ce fichier compte plus de {limit} lignes. Coupez-le en plusieurs fichiers, analysés l’un "
    "après l’autre.",
    "column.unknown": "La colonne « {column} » n’existe pas. Colonnes : {columns}.",
    "sheet.unknown": "La feuille « {sheet} » n’existe pas. Feuilles : {sheets}.",
    "json.invalid": "Ce JSON est mal formé à la ligne {line}, colonne {column} : il est peut-être coupé. Exportez-le à "
    "nouveau.",
    "json.too_deep": "Ce JSON est imbriqué sur trop de niveaux : il est refusé.",
    "json.no_list": "Ce JSON ne contient pas de liste de contributions.",
    "json.too_many_columns": "Ce JSON donne plus de {limit} colonnes : il est refusé.",
    "polis.votes": "Ce fichier est celui des votes de Polis, il n’a pas de textes. Donnez comments.csv, ou analysez "
    "les "
    "votes avec « concertia opinion ».",
    "polis.not_votes": "Ce fichier n’est pas celui des votes de Polis. Donnez participants-votes.csv ou votes.csv.",
    "polis.too_many_votes": "Ce tableau de votes compte plus de {limit} millions de cases : il est refusé.",
    "mail.too_many": "Ce fichier compte plus de {limit} mails. Exportez-les en plusieurs fois.",
    "reading.too_long": "La lecture a été arrêtée après {seconds} secondes. Coupez le fichier en plusieurs, ou "
    "enregistrez-le en .csv, puis recommencez.",
    "reading.too_much_memory": "La lecture demandait plus de {limit} Mo de mémoire : elle a été arrêtée. Coupez le "
    "fichier en plusieurs, ou enregistrez-le en .csv, puis recommencez.",
    "reading.interrupted": "La lecture s’est interrompue. Réessayez ; si cela recommence, ouvrez le fichier dans son "
    "logiciel et enregistrez-le à nouveau.",
    "reading.unavailable": "Le programme qui lit les fichiers n’a pas pu démarrer sur cette machine. Prévenez la "
    "personne qui l’administre.",
    # --- why a line is kept aside
    "row.open_quote": "Un guillemet ouvert n’est jamais fermé.",
    "row.too_many_cells": "Cette ligne a {cells} cellules pour {expected} colonnes : un séparateur est sans doute "
    "dans le "
    "texte.",
    "row.too_few_cells": "Cette ligne a {cells} cellule{cells:|s} pour {expected} colonnes : le texte manque.",
    "row.header_again": "Cette ligne répète les titres des colonnes.",
    "row.above_header": "Cette ligne est au-dessus des titres des colonnes.",
    "row.no_text": "Il n’y a pas de texte.",
    "row.merged_text": "Cette ligne n’a pas de texte à elle : sa cellule est fusionnée avec une autre.",
    "row.too_long": "Ce texte compte {letters} signes, la limite est de {limit}. Coupez-le en plusieurs contributions.",
    "row.quoted": "C’est le message auquel ce mail répond, ou qu’il transfère.",
    "row.only_quoted": "Ce mail n’ajoute rien au message auquel il répond, ou qu’il transfère.",
    "row.signature": "C’est la signature d’un mail.",
    "row.private": "C’est un message privé, adressé à une seule personne.",
    "row.chat_event": "Cette ligne n’a pas d’auteur : elle dit ce qui se passe dans la réunion.",
    "row.no_text_in_sheet": "La feuille « {sheet} » n’a pas de colonne de texte.",
    "row.other_sheet": "La feuille « {sheet} » n’est pas celle des contributions.",
    "row.withdrawn": "La proposition a été retirée par son auteur.",
    "row.moderated_out": "Le commentaire a été écarté par la modération de Polis.",
    "row.not_an_object": "Cet élément de la liste n’est pas fait comme les autres.",
    "row.invalid_json": "Cette ligne n’est pas du JSON.",
    "row.subtitle_header": "C’est l’en-tête ou une note du fichier de sous-titres.",
    "row.no_time": "Ce passage n’a pas d’heure.",
    "row.heading": "C’est un titre du document.",
    "row.before_speech": "Ce passage vient avant la première prise de parole.",
    "row.beside_speech": "C’est une case d’un tableau, à côté des prises de parole.",
    "row.speech_label": "C’est un intitulé du compte rendu (« Présents », « Décision »…), pas une prise de parole.",
    "row.no_speaker": "Personne n’est dit parler ici : ce passage suit un titre, un intitulé ou un tableau.",
    "row.left_out": "Laissé de côté : animation.",
    "row.beside_table": "Ce passage est à côté du tableau des contributions.",
    "votes.cells": "Cette ligne n’a pas le bon nombre de cellules.",
    "votes.value": "Un vote n’est ni 1, ni 0, ni −1.",
    # --- remarks on the whole file
    "file.other_ending": "Le nom finit par « {ending} » mais le contenu est du {kind} : il a été lu comme tel.",
    "encoding.faults": "{count} caractère{count:|s} illisible{count:|s}, le premier à la ligne {line} : {count:il est "
    "remplacé|ils sont remplacés} par « � ».",
    "encoding.mangled": "{count} suite{count:|s} comme « Ã© » : les accents étaient déjà abîmés dans le fichier.",
    "text.nul_removed": "{count} caractère{count:|s} nul{count:|s} retiré{count:|s}, le premier à la ligne {line}.",
    "text.html_removed": "Les balises de page web ont été ôtées de {count} contribution{count:|s}.",
    "text.by_line": "Chaque ligne du texte est lue comme une contribution.",
    "text.by_block": "Chaque paragraphe, séparé par une ligne vide, est lu comme une contribution.",
    "table.column_twice": "Deux colonnes s’appellent « {column} » : la seconde est lue sous le nom « {column} (2) ».",
    "table.no_header": "Les colonnes n’ont pas de titre : elles sont appelées {columns}.",
    "table.two_line_header": "Les titres des colonnes tiennent sur deux lignes, à partir de la ligne {line} : ils sont "
    "réunis, « groupe › colonne ».",
    "table.other_texts": "{count} autre{count:|s} colonne{count:|s} de texte {count:n’est pas analysée|ne sont pas "
    "analysées} : {columns}.",
    "table.short_rows": "{count} ligne{count:|s} {count:a|ont} moins de cellules que de colonnes, leur texte est lu : "
    "ligne{count:|s} {lines}.",
    "sheet.hidden": "La feuille « {sheet} » est masquée dans le classeur.",
    "column.ignored": "Ce fichier n’a pas de colonnes : celles demandées n’y sont pas cherchées.",
    "json.surrogates": "{count} contribution{count:|s} {count:contient|contiennent} des caractères impossibles, "
    "remplacés par « � ».",
    "speech.turns": "Transcription reconnue : {count} prise{count:|s} de parole.",
    "speech.beside": "{count} ligne{count:|s} {count:n’est pas une prise|ne sont pas des prises} de parole : "
    "{count:elle|chacune} est laissée de côté avec sa raison. Un paragraphe sans nom continue la prise de parole "
    "qui le précède.",
    "chat.messages": "Discussion de visioconférence reconnue : {count} message{count:|s}.",
    "mail.attachments": "{count} pièce{count:|s} jointe{count:|s} aux mails {count:n’est pas lue : donnez-la à part si "
    "elle compte|ne sont pas lues : donnez-les à part si elles comptent}.",
    "document.tracked_changes": "Ce document porte {count} modification{count:|s} suivie{count:|s} : les ajouts sont "
    "lus, les suppressions non.",
    "document.unread_parts": "Ce document contient {count} partie{count:|s} insérée{count:|s} qui "
    "{count:n’a pas été lue|n’ont pas été lues}.",
    "document.macros_ignored": "Ce document contient des macros : elles n’ont pas été exécutées.",
    "document.footnote": "Une note de bas de page n’est pas lue comme contribution : « {text} ».",
    # --- a measure of agreement that cannot be taken
    "agreement.empty": "Il n’y a aucun codage à comparer.",
    "agreement.uneven_rows": "La ligne {line} n’a pas autant de codeurs que la première.",
    "agreement.unknown_code": "Le code « {found} » n’est pas dans la grille.",
    "agreement.two_coders": "Le κ de Cohen compare deux codeurs, il y en a {coders}. Prenez l’α de Krippendorff ou le "
    "κ de Fleiss.",
    "agreement.no_pair": "Aucune contribution n’a été codée par deux personnes : l’accord ne se mesure pas encore.",
    "agreement.no_order": "Ces codes n’ont pas d’ordre : déclarez-les dans l’ordre, ou prenez une mesure sans ordre.",
    "agreement.not_numbers": "Ces codes ne sont pas des nombres : l’échelle d’intervalles ne s’applique pas.",
    "agreement.weights": "La pondération « {weights} » n’existe pas : none, linear ou quadratic.",
    "agreement.level": "L’échelle « {level} » n’existe pas : nominal, ordinal ou interval.",
    "agreement.distance": "La distance « {distance} » n’existe pas : masi ou jaccard.",
    "agreement.too_many_sets": "Plus de {limit} combinaisons de codes différentes : réduisez la grille.",
    "agreement.lengths": "Les deux classements n’ont pas la même longueur : {first} et {second}.",
    "agreement.replicates": "Il faut au moins deux tirages pour un intervalle.",
    # --- votes
    "votes.turned": "Les signes des votes étaient inversés (−1 pour d’accord) : ils ont été remis à l’endroit.",
}
ON_SCREEN: dict[str, str] = {
    "table.no_text_column": "Aucune colonne ne ressemble à un texte. Dites plus bas laquelle lire. Colonnes : "
    "{columns}.",
    "polis.votes": "Ce fichier est celui des votes de Polis, il n’a pas de textes. Déposez comments.csv.",
    "table.too_many_rows": "Ce fichier compte plus de {limit} lignes. Coupez-le en plusieurs fichiers.",
}
ABOUT_CONTEXT: dict[str, str] = {
    "table.no_rows": "Ce fichier n’a aucun passage : il n’y a rien sous les titres des colonnes.",
    "file.xml": "Ce fichier est un document XML. Exportez les passages en .csv, .xlsx ou .json.",
    "document.too_long": "Ce document est trop long (plus de {limit} Mo de texte, ou de 10 000 paragraphes). "
    "Coupez-le, ou mettez les passages dans un tableau.",
    "json.no_list": "Ce JSON ne contient pas de liste de passages.",
    "row.too_long": "Ce texte compte {letters} signes, la limite est de {limit}. Coupez-le en plusieurs passages.",
    "row.other_sheet": "La feuille « {sheet} » n’est pas celle des passages.",
    "row.beside_table": "Ce passage est à côté du tableau lu.",
    "row.no_speaker": "Ce passage suit un titre, un intitulé ou un tableau, avant la prise de parole suivante.",
    "row.private": "C’est un message privé, adressé à un seul destinataire.",
    "text.html_removed": "Les balises de page web ont été ôtées de {count} passage{count:|s}.",
    "text.by_line": "Chaque ligne du texte est lue comme un passage.",
    "text.by_block": "Chaque paragraphe, séparé par une ligne vide, est lu comme un passage.",
    "json.surrogates": "{count} passage{count:|s} {count:contient|contiennent} des caractères impossibles, "
    "remplacés par « � ».",
    "document.footnote": "Une note de bas de page n’est pas lue comme passage : « {text} ».",
}
PARAGRAPHS = (".docx", ".docm", ".dotx", ".odt", ".ott")  # their « line » is the rank of a paragraph


def sentence(note: Note) -> str:
    """The French sentence of a note of the readers; long values are cut; it begins with the file, among several."""
    return _said(note, SENTENCES[note.code])


def sentence_on_screen(note: Note) -> str:
    """The same where a person has a page before them, not a terminal."""
    return _said(note, ON_SCREEN.get(note.code) or SENTENCES[note.code])


def sentence_about_context(note: Note) -> str:
    """The same about what is never counted as participation: it has neither contributions nor persons."""
    return _said(note, ABOUT_CONTEXT[note.code]) if note.code in ABOUT_CONTEXT else sentence_on_screen(note)


def place_sentence(place: Place, *, whole: str = "", moment: str = "") -> str:
    """Where something stands, in words; the file is told when it is one among several of `whole`.

    >>> place_sentence(Place("seances.zip/a.docx", line=3), whole="seances.zip")
    'a.docx, paragraphe 3'
    >>> place_sentence(Place("avis.xlsx", sheet="Réponses", line=12), whole="avis.xlsx")
    'feuille « Réponses », ligne 12'
    """
    own = place.file.removeprefix(f"{whole}/")
    parts = [own] if own and own != whole else []
    is_document = own.lower().endswith(PARAGRAPHS)
    if place.sheet:
        parts.append(place.sheet if is_document else f"feuille « {shortened(place.sheet)} »")
    if place.line:
        parts.append(f"{'paragraphe' if is_document and not place.sheet else 'ligne'} {place.line}")
    if moment:
        parts.append(f"à {moment}")
    return ", ".join(parts) or own


def _said(note: Note, sentence: str) -> str:
    said = told(sentence, note.params)
    return f"{shortened(note.params['file'])} : {said}" if "file" in note.params else said
