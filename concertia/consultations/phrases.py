"""The engine's codes in French. No Django here: the command line speaks the same words."""

from __future__ import annotations

from concertia.engine.canvas.fields import BY_KEY
from concertia.engine.canvas.reading import Place
from concertia.engine.notes import Note

SENTENCES: dict[str, str] = {
    # --- a file refused: what is wrong, then what to do
    "file.empty": "Ce fichier est vide. Vérifiez qu’il s’ouvre chez vous, puis déposez-le à nouveau.",
    "file.too_large": "Ce fichier pèse {megabytes} Mo, la limite est de {limit} Mo. Retirez ses images, puis recommencez.",
    "file.encrypted": "Ce document est protégé par un mot de passe. Enregistrez-le sans mot de passe, puis déposez-le.",
    "file.old_word": "Ce document est au format Word 97 (.doc). Ouvrez-le, enregistrez-le en .docx ou .odt, puis déposez-le.",
    "file.other_office": "Ce fichier vient d’un ancien logiciel de bureautique. Enregistrez le canevas en .docx ou .odt.",
    "file.pdf": "Ce fichier est un PDF, on ne peut pas y lire les réponses. Déposez le document Word ou LibreOffice d’origine.",
    "file.image": "Ce fichier est une image ({format}). Déposez le document Word ou LibreOffice d’origine.",
    "file.rtf": "Ce fichier est au format RTF. Ouvrez-le, enregistrez-le en .docx ou .odt, puis déposez-le.",
    "file.html": "Ce fichier est une page web. Enregistrez le canevas en .docx ou .odt, puis déposez-le.",
    "file.text": "Ce fichier est du texte simple. Enregistrez le canevas en .docx ou .odt, puis déposez-le.",
    "file.flat_xml": "Ce fichier est un document XML à plat. Enregistrez le canevas en .docx ou .odt, puis déposez-le.",
    "file.unknown": "Ce fichier n’est ni un .docx ni un .odt. Enregistrez le canevas dans l’un de ces formats, puis déposez-le.",
    "file.damaged": "Ce fichier est abîmé ou incomplet. Ouvrez l’original, enregistrez-le à nouveau, puis déposez-le.",
    "archive.other_kind": "Ce fichier est un {kind}, pas un document de texte. Déposez le canevas en .docx ou .odt.",
    "archive.nested": "Ce document contient une archive, ce qu’un canevas n’a pas. Enregistrez-le à nouveau, puis déposez-le.",
    "archive.unsafe_name": "Ce fichier cherche à écrire hors de son dossier : il est refusé. Repartez du canevas d’origine.",
    "archive.symlink": "Ce fichier contient un lien vers un autre fichier : il est refusé. Repartez du canevas d’origine.",
    "archive.duplicate_names": "Ce fichier contient deux fois la même partie : il est refusé. Enregistrez-le à nouveau.",
    "archive.too_many_entries": "Ce fichier contient plus de {limit} parties : il est refusé. Repartez du canevas d’origine.",
    "archive.bomb": "Ce fichier se déploie au-delà de {limit} Mo : il est refusé. Retirez ses images, ou repartez du canevas.",
    "document.doctype": "Ce document contient une définition (DTD) qu’un canevas n’a pas : il est refusé. Enregistrez-le à nouveau.",
    "document.damaged_xml": "Le texte de ce document est abîmé. Ouvrez l’original, enregistrez-le à nouveau, puis déposez-le.",
    "document.too_deep": "Ce document est imbriqué sur plus de {limit} niveaux : il est refusé. Repartez du canevas d’origine.",
    "document.too_long": "Ce document contient plus de {limit} Mo de texte : il est refusé. Repartez du canevas d’origine.",
    "document.not_word": "Ce fichier ressemble à un .docx mais n’a pas de texte Word. Enregistrez-le à nouveau, puis déposez-le.",
    "document.not_odt": "Ce fichier ressemble à un .odt mais n’a pas de texte. Enregistrez-le à nouveau, puis déposez-le.",
    "canvas.other_form": "Ce document n’est pas le canevas : {found} de ses {expected} intitulés y sont reconnus. Partez du "
    "canevas vierge.",
    "canvas.too_many_labels": "Ce document contient plus de {limit} intitulés du canevas : séparez-le en plusieurs documents.",
    "reading.too_long": "La lecture a été arrêtée après {seconds} secondes. Copiez vos réponses dans un canevas vierge, puis déposez-le.",
    "reading.too_much_memory": "La lecture demandait plus de {limit} Mo de mémoire : elle a été arrêtée. Partez du canevas vierge.",
    "reading.interrupted": "La lecture s’est interrompue. Réessayez ; si cela recommence, copiez vos réponses dans un canevas vierge.",
    "reading.unavailable": "Le lecteur de documents n’a pas pu démarrer sur ce serveur. Prévenez la personne qui l’administre.",
    # --- remarks on the whole document
    "file.other_ending": "Le nom finit par « {ending} » mais le fichier est un {kind} : il a été lu comme tel.",
    "document.macros_ignored": "Ce document contient des macros : elles n’ont pas été exécutées.",
    "document.tracked_changes": "Ce document porte {count} modification(s) suivie(s) : les ajouts sont lus, les suppressions non.",
    "document.unread_parts": "Ce document contient {count} partie(s) insérée(s) qui n’ont pas été lues.",
    "text.unattached": "Ce texte (paragraphe {paragraph}) ne répond à aucun champ : « {text} ».",
    "text.footnote": "Une note de bas de page n’est rattachée à aucun champ : « {text} ».",
    "result.heading": "Ce titre sépare des résultats (paragraphe {paragraph}) : « {text} ».",
    "link.hidden": "« {text} » mène à {link} : l’adresse n’est pas dans le texte lu.",
    # --- why a person must look
    "label.doubtful": "L’intitulé ressemble à « {label} » sans être le même.",
    "label.out_of_order": "L’intitulé « {label} » n’est pas à sa place habituelle.",
    "label.inside": "La réponse contient l’intitulé « {label} » : vérifiez où elle s’arrête.",
    "label.repeated": "Ce champ est rempli {count} fois dans le document.",
    "hint.mixed": "La réponse est mêlée à l’aide du formulaire : « {hint} ».",
    "answer.unfinished": "La réponse semble inachevée : « {text} ».",
    "answer.too_long": "La réponse est trop longue (plus de {most} signes) pour être vérifiée.",
    "answer.outside": "Une partie de la réponse est écrite hors de son cadre : « {text} ».",
    "text.struck": "Une partie de la réponse est barrée.",
    "text.several_lines": "La réponse tient sur {count} lignes, une seule était attendue.",
    "choices.box_unclear": "La case devant « {option} » n’est pas nette.",
    "choices.two_signs": "Deux signes différents servent à cocher : lequel veut dire oui ?",
    "choices.twice": "« {option} » figure deux fois, cochée et non cochée.",
    "choices.no_box": "« {option} » n’a plus de case.",
    "choices.with_words": "Des mots suivent « {option} ».",
    "choices.other_not_ticked": "« {option} » est écrit sous « autre », mais la case n’est pas cochée.",
    "choices.other_empty": "« autre » est coché sans être précisé.",
    "choices.unknown": "« {option} » n’est pas dans la liste.",
    "choices.struck": "Des choix sont barrés au lieu d’être cochés.",
    "choices.emphasis": "Des choix sont soulignés ou en gras au lieu d’être cochés.",
    "choices.styles_differ": "Des choix sont mis en forme différemment, sans case cochée.",
    "choices.boxes_lost": "Les cases ont disparu : on ne sait pas ce qui était coché.",
    "choices.typed": "La réponse est écrite en toutes lettres au lieu d’être cochée.",
    "yes_no.both": "Oui et non sont cochés tous les deux.",
    "yes_no.with_words": "Des mots accompagnent le oui ou le non : « {text} ».",
    "yes_no.unclear": "Ni oui ni non : « {text} ».",
    "speakers.boxes": "Des cases ont été ajoutées à cette réponse : « {text} ».",
    "email.absent": "Il n’y a pas d’adresse électronique dans « {text} ».",
    "email.malformed": "Cette adresse électronique est mal formée : « {text} ».",
    "email.several": "Il y a plusieurs adresses : laquelle est celle de la personne référente ?",
    "email.with_words": "Des mots accompagnent l’adresse : « {text} ».",
    "email.in_link": "L’adresse est dans un lien : « {text} » mène à {link}.",
    "urls.absent": "Il n’y a pas d’adresse web dans « {rest} ».",
    "urls.with_words": "Des mots accompagnent les adresses : « {rest} ».",
    "urls.in_link": "L’adresse est dans un lien : « {text} » mène à {link}.",
    "date.unclear": "« {text} » ne donne pas un jour précis.",
    "date.with_words": "Des mots accompagnent la date : « {text} ».",
    "date.several": "Il y a plusieurs dates : « {text} ».",
    "date.impossible": "Cette date n’existe pas : « {text} ».",
    "date.implausible_year": "L’année {year} est surprenante : « {text} ».",
    "date.weekday_differs": "Le jour de la semaine ne va pas avec la date (c’est un {weekday}) : « {text} ».",
    "count.unclear": "« {text} » n’est pas un nombre.",
    "count.in_words": "Le nombre est écrit en lettres : « {text} ».",
    "count.approximate": "Le nombre est approché : « {text} ».",
    "count.range": "C’est une fourchette : « {text} ».",
    "count.sum": "C’est une somme à faire : « {text} ».",
    "count.several": "Il y a plusieurs nombres : « {text} ».",
    "count.with_details": "Le nombre est suivi d’un détail : « {text} ».",
    "count.with_words": "Des mots accompagnent le nombre : « {text} ».",
    "count.implausible": "Ce nombre est surprenant : « {text} ».",
    "sessions.unclear": "On ne sait pas combien de séquences ni d’heures dit « {text} ».",
    "sessions.several": "Il y a plusieurs nombres de séquences ou d’heures : « {text} ».",
    "sessions.unit_unclear": "Des séquences ou des heures ? « {text} » ne le dit pas.",
    "sessions.with_words": "Des mots accompagnent le nombre de séquences : « {text} ».",
    "sessions.hours_computed": "La durée totale est calculée à partir de {each} h par séquence : « {text} ».",
    # --- a record refused by the writer
    "canvas.write.format": "Le format « {format} » n’existe pas ici : choisissez docx, odt, pdf ou json.",
    "canvas.record.not_an_object": "Ce JSON n’est pas un objet : partez du JSON que « concertia canvas read » écrit.",
    "canvas.record.sections3": "« {field} » doit être une liste d’au moins un résultat (section 3).",
    "canvas.record.too_many_results": "Il y a plus de {most} résultats (section 3) : répartissez-les en plusieurs fichiers.",
    "canvas.record.result_not_an_object": "Le résultat {result} de « {field} » n’est pas un objet.",
    "canvas.record.unknown_key": "La clé « {field} » n’est pas un champ du canevas : corrigez-la ou retirez-la.",
    "canvas.record.misplaced_key": "La clé « {field} » n’est pas dans la bonne section : elle est ou non dans « _sections3 ».",
    "canvas.record.type": "Le champ « {field} » n’a pas la forme attendue ({kind}).",
    "canvas.record.unknown_choice": "« {choice} » n’est pas un choix du champ « {field} ».",
    "canvas.record.speaker": "L’intervenant·e {item} du champ « {field} » est mal décrit·e : il faut un nom, et « publiable » "
    "vrai ou faux.",
    "canvas.record.too_long": "Le champ « {field} » dépasse {most} signes : raccourcissez-le.",
    "canvas.record.too_much_text": "Le canevas dépasse {most} signes en tout : raccourcissez-le.",
    "canvas.record.too_many_lines": "Le canevas dépasse {most} lignes en tout : raccourcissez-le.",
}
SHOWN = 160  # letters of the document quoted in a sentence


def sentence(note: Note) -> str:
    """The French sentence of a note; an unknown code shows itself, so that no remark is lost."""
    pattern = SENTENCES.get(note.code)
    if pattern is None:
        return f"{note.code} {note.params}"
    params = {name: _shortened(value) if isinstance(value, str) else value for name, value in note.params.items()}
    return pattern.format(**params)


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= SHOWN else text[: SHOWN - 1].rstrip() + "…"


def place(where: Place | None, result: int | None = None) -> str:
    """Where words were read, as a person would point at it."""
    parts = [] if result is None else [f"résultats {result + 1}"]
    if where and where.table:
        parts.append(f"tableau {where.table}, ligne {where.row}, colonne {where.column}")
    elif where and where.paragraph:
        parts.append(f"paragraphe {where.paragraph}")
    return ", ".join(parts) or "document"


def missing_fields(keys: list[str]) -> str:
    """Which required fields are empty, by the labels people see; a field missing in two sections 3 says so."""
    names = []
    for key in dict.fromkeys(keys):
        times = keys.count(key)
        names.append(f"« {BY_KEY[key].screen_label} »" + (f" (dans {times} résultats)" if times > 1 else ""))
    head = "Ce champ requis est vide : " if len(names) == 1 else "Ces champs requis sont vides : "
    return head + ", ".join(names) + ". Complétez le canevas, puis publiez."
