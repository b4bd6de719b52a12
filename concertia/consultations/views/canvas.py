"""The canvas form: saved whole by its button, saved as one types by the script, never lost when the session ends."""

import re

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from concertia.consultations import rules
from concertia.consultations.actions import imports
from concertia.consultations.actions.canvas import save_canvas
from concertia.consultations.actions.documents import CONTENT_TYPES, draft_document
from concertia.consultations.actions.reading import CHOICES, DATES, PLAIN, draft_of
from concertia.consultations.engine_inputs import record_of
from concertia.consultations.enums import FieldDecision, ImportState
from concertia.consultations.forms import CanvasForm, DocumentForm
from concertia.consultations.models import CanvasImport, new_key
from concertia.consultations.queries import consultation_in_workspace
from concertia.core.errors import Conflict, Refused
from concertia.core.text import clean_text
from concertia.engine.canvas.fields import REQUIRED, SECTIONS, Kind

KEPT = "kept_canvas"
LARGEST_KEPT = 300_000
TAKE = re.compile(r"take:([a-z_]+):([0-9]{0,4})")


def canvas(request, public_id):
    if not request.user.is_authenticated:
        return _session_over(request)
    return _open_or_save(request, consultation_in_workspace(request.user, public_id))


def review(request, public_id, document_id):
    """The same form, with beside each field what was read in the document."""
    if not request.user.is_authenticated:
        return _session_over(request)
    consultation = consultation_in_workspace(request.user, public_id)
    return _open_or_save(request, consultation, get_object_or_404(consultation.imports, pk=document_id))


def _open_or_save(request, consultation, document=None):
    if request.method == "POST":
        return _save(request, consultation, document)
    kept = _take_kept(request, consultation)
    if kept is not None:
        messages.warning(
            request,
            "Votre session avait expiré : voici votre saisie telle que vous l’aviez laissée. "
            "Elle n’est pas encore enregistrée.",
        )
    form = CanvasForm(draft_of(consultation), data=kept)
    return _page(request, consultation, form, document=document, unsaved=kept)


def _save(request, consultation, document):
    if not rules.can_edit(request.user, consultation):
        raise PermissionDenied
    autosave = request.headers.get("X-Concertia-Autosave") == "1"
    if "complete" not in request.POST or not request.POST.getlist("results"):
        return HttpResponse("Le formulaire est arrivé incomplet : rien n’a été enregistré. Réessayez.", status=400)
    form = CanvasForm(None, data=request.POST)
    try:
        version = int(request.POST.get("version", "-1"))
        key = clean_text(request.POST.get("form_key", ""))[:16]
        version = save_canvas(consultation, by=request.user, version=version, canvas=form.cleaned(), form_key=key)
    except (Conflict, ValueError) as conflict:
        sentence = str(conflict) if isinstance(conflict, Conflict) else "Version du formulaire illisible."
        if autosave:
            return JsonResponse({"conflict": sentence}, status=409)
        messages.error(request, sentence)
        return _page(request, consultation, form, document=document, status=409, unsaved=request.POST)
    if autosave:
        errors = [{"id": place[2], "text": place[3]} for place in form.errors]
        now = timezone.localtime()
        return JsonResponse({"version": version, "saved_at": f"{now:%H:%M:%S}", "errors": errors})
    consultation.refresh_from_db()
    return _after_save(request, consultation, form, document)


def _after_save(request, consultation, form, document):
    count = len(form.errors)
    if count:
        messages.error(
            request,
            f"Tout est enregistré sauf {count} champ{'s' if count > 1 else ''} à corriger, dit plus bas.",
        )
        return _page(request, consultation, form, document=document, status=422)
    action = request.POST.get("action", "")
    if document and (asked := TAKE.fullmatch(action)):
        return _take(request, consultation, document, *asked.groups())
    if action == "close_review" and document:
        imports.close_review(document, by=request.user)
        messages.success(request, "Relecture terminée : le brouillon est prêt à être publié ou complété.")
        return redirect("workspace:step", consultation.public_id, "documenter")
    messages.success(request, "Le canevas est enregistré.")
    if action in ("add_results", "add_row"):
        anchor = "resultats-fin" if action == "add_results" else request.POST.get("anchor", "")
        return redirect(_address(consultation, document) + f"#{anchor}")
    return redirect(_address(consultation, document))


def _take(request, consultation, document, key, result):
    imports.take_from_document(document, by=request.user, key=key, result=int(result) if result else None)
    return redirect(_address(consultation, document) + f"#champ-{key}-{result or 0}")


def _address(consultation, document):
    if document:
        return reverse("workspace:review", args=[consultation.public_id, document.pk])
    return reverse("workspace:canvas", args=[consultation.public_id])


def _session_over(request):
    """Keep what was typed in the anonymous session, which signing in carries over; the script keeps it too."""
    login = f"{reverse('account_login')}?next={request.path}"
    if request.headers.get("X-Concertia-Autosave") == "1":
        return JsonResponse({"login": login}, status=401)
    data = request.POST.urlencode()
    if _editor_of(request.POST) is not None and len(data) <= LARGEST_KEPT:
        request.session[KEPT] = {"path": request.path, "data": data}
        request.session.set_expiry(3600)
        messages.warning(
            request, "Votre session a expiré. Votre saisie est gardée : reconnectez-vous pour la retrouver."
        )
    return redirect(login)


def _editor_of(data):
    """Who opened this form, as it was signed then; None for what was typed in no form of ours."""
    try:
        return signing.loads(data.get("editor", ""), salt=KEPT)
    except signing.BadSignature:
        return None


def _take_kept(request, consultation):
    """What this person, and nobody else, typed in this form before their session ended."""
    kept = request.session.get(KEPT)
    if not kept or kept["path"] != request.path:
        return None
    del request.session[KEPT]
    data = QueryDict(kept["data"])
    is_theirs = _editor_of(data) == request.user.pk
    return data if is_theirs and rules.can_edit(request.user, consultation) else None


def _page(request, consultation, form, *, document=None, status=200, unsaved=None):
    """`unsaved` is what a form sent and the draft does not hold: it keeps the version that it was opened with."""
    lines = {(line["cle"], line["resultat"]): line for line in document.reading["champs"]} if document else {}
    record = record_of(consultation)
    filled = sum(1 for key in REQUIRED if _is_filled(record, key))
    context = {
        "consultation": consultation,
        "form": form,
        "document": document,
        "reviewing": bool(document) and document.state == ImportState.TO_REVIEW,
        "sections": [(section, _blocks(section, form.main, form, None, lines)) for section in SECTIONS[:2]],
        "section3": SECTIONS[2],
        "results": [
            (part, rank, _blocks(SECTIONS[2], part.form, part, rank, lines)) for rank, part in enumerate(form.results)
        ],
        "several": len(form.results) > 1,
        "filled": filled,
        "required": len(REQUIRED),
        "left": len(REQUIRED) - filled,
        "can_edit": rules.can_edit(request.user, consultation),
        "can_download": bool(document) and rules.can_download_import(request.user, document),
        "editor": signing.dumps(request.user.pk, salt=KEPT),
        "form_key": (unsaved or request.POST).get("form_key") or new_key(),
        "version": unsaved.get("version") if unsaved else consultation.version,
        "document_form": DocumentForm(),
        "to_look_at": sum(
            line["decision"] in (FieldDecision.PENDING, FieldDecision.DIFFERENT) for line in lines.values()
        ),
    }
    return render(request, "workspace/canvas.html", context, status=status)


def _is_filled(record, key):
    if key in record:
        return bool(record[key])
    return all(section[key] for section in record["_sections3"])


def _blocks(section, main, holder, rank, lines):
    """What the template shows for each field of a section: its inputs or rows, and what was read of it."""
    blocks = []
    for field in section.fields:
        names = [PLAIN.get(field.key) or DATES.get(field.key) or CHOICES.get(field.key, "")]
        if field.key in CHOICES:
            names.append(f"{CHOICES[field.key]}_other")
        names = {"intervenants": ["invited_speakers"], "nb_sequences": ["sessions_count", "sessions_hours"]}.get(
            field.key, names
        )
        names = {"nb_participants": ["participants"]}.get(field.key, names)
        blocks.append(
            {
                "field": field,
                "anchor": f"champ-{field.key}-{rank or 0}",
                "inputs": [main[name] for name in names if name],
                "rows": holder.lists.get(field.key)
                if field.kind is Kind.ITEMS
                else (holder.speakers if field.kind is Kind.SPEAKERS else None),
                "line": lines.get((field.key, rank)),
            }
        )
    return blocks


@login_required
@require_POST
def upload(request, public_id):
    consultation = consultation_in_workspace(request.user, public_id)
    form = DocumentForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, "Aucun document : choisissez un fichier .docx ou .odt non vide, puis déposez-le.")
        return redirect("workspace:step", public_id, "documenter")
    try:
        document = imports.import_canvas(consultation, by=request.user, upload=form.cleaned_data["document"])
    except Refused as refusal:
        messages.error(request, f"{form.cleaned_data['document'].name} : {refusal}")
        return redirect("workspace:step", public_id, "documenter")
    return redirect("workspace:review", public_id, document.pk)


@login_required
@require_safe
def original(request, document_id):
    """The document as it was received, to those who may."""
    document = get_object_or_404(CanvasImport.objects.select_related("consultation__territory"), pk=document_id)
    if not document.file or not rules.can_download_import(request.user, document):
        raise Http404
    return FileResponse(document.file.open("rb"), as_attachment=True, filename=document.name)


@login_required
@require_safe
def draft(request, public_id, extension):
    """The authority's own document of its draft, personal data included."""
    consultation = consultation_in_workspace(request.user, public_id)
    response = HttpResponse(draft_document(consultation, extension), content_type=CONTENT_TYPES[extension])
    name = f"{public_id}-brouillon.{extension}"
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response
