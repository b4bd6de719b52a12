"""The read-only API at /api/v1/: each address, what it takes, and its document. Nothing here writes."""

from functools import cached_property
from http import HTTPStatus

from django.conf import settings
from django.urls import URLPattern
from ninja import NinjaAPI, Path, Query
from ninja.decorators import decorate_view
from ninja.errors import ValidationError
from ninja.renderers import JSONRenderer
from pydantic import BaseModel, Field

from concertia.commons.api import reading, schemas
from concertia.commons.api.answers import READING, NotFound, answered, not_found, wrong_value
from concertia.commons.filters import filters_of
from concertia.commons.pages import public_page
from concertia.core.converters import CODE, PublicId

VERSION = "1"
STATUSES = {
    HTTPStatus.OK: "Ce qui est demandé.",
    HTTPStatus.NOT_FOUND: "Rien de publié à cette adresse.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Un paramètre n’a pas la forme attendue.",
}
INTRODUCTION = (
    "Les concertations territoriales de l’IA telles que publiées par les territoires, en lecture seule et sans compte. "
    "Les textes sont ceux qui se lisent aujourd’hui : un nom dont l’accord a été retiré y est masqué."
)


class Renderer(JSONRenderer):
    json_dumps_params = {"ensure_ascii": False}


class ReadOnlyAPI(NinjaAPI):
    @cached_property
    def document(self):
        """ninja's OpenAPI document, less HEAD (each GET answers it), its answers described in French."""
        made = super().get_openapi_schema()
        for methods in made["paths"].values():
            methods.pop("head", None)
            for status, answer in methods["get"]["responses"].items():
                answer["description"] = STATUSES[status]
        return made

    def get_openapi_schema(self, **options):
        return self.document

    def on_exception(self, request, exc):
        """What is not ours to say goes on to `answered`: ninja would show a stack trace."""
        if isinstance(exc, NotFound | ValidationError):
            return super().on_exception(request, exc)
        raise exc


api = ReadOnlyAPI(
    title="Concertia, API publique",
    version=VERSION,
    description=INTRODUCTION,
    urls_namespace="commons:api",
    docs_url=None,
    docs_decorator=public_page,
    renderer=Renderer(),
    servers=[{"url": settings.ADDRESS}],
    openapi_extra={"info": {"license": {"name": reading.LICENCE, "identifier": "etalab-2.0"}}},
)
api.add_exception_handler(NotFound, not_found)
api.add_exception_handler(ValidationError, wrong_value)


def reads(path, *, name, shape, summary, failures=(404,)):
    """One address, read by GET or HEAD, kept until something that the public reads changes."""

    def declared(function):
        operation = api.api_operation(
            list(READING),
            path,
            response={200: shape, **dict.fromkeys(failures, schemas.Failure)},
            operation_id=name,
            url_name=name,
            summary=summary,
        )
        return operation(decorate_view(public_page)(function))

    return declared


class OfConsultation(BaseModel):
    identifiant: str = Field(
        description="Identifiant public d’une concertation.",
        examples=["VAL-01"],
        json_schema_extra={"pattern": f"^{PublicId.regex}$"},
    )


class OfVersion(OfConsultation):
    numero: int = Field(ge=1, le=99_999, description="Numéro d’une version.", examples=[1])


class OfTerritory(BaseModel):
    code: str = Field(
        description="Code court d’un territoire.", examples=["VAL"], json_schema_extra={"pattern": f"^{CODE}$"}
    )


@reads("/", name="accueil", shape=schemas.Entrance, summary="Ce que l’API offre", failures=())
def entrance(request):
    """Les adresses d’où partir."""
    names = ("concertations", "propositions", "territoires", "filtres")
    return schemas.Entrance(
        nom="Concertia",
        version=VERSION,
        licence=reading.LICENCE,
        demonstration=settings.DEMONSTRATION,
        documentation=reading.address("api_docs"),
        openapi=reading.address("api:openapi-json"),
        **{name: reading.address(f"api:{name}") for name in names},
    )


@reads(
    "/concertations",
    name="concertations",
    shape=schemas.ConsultationPage,
    summary="Les concertations publiées",
    failures=(404, 422),
)
def consultations(request, asked: Query[schemas.Asked]):
    """La plus récemment publiée d’abord ; la plus proche des mots d’abord quand il y en a."""
    return reading.consultations(filters_of(request.GET), asked)


@reads(
    "/concertations/{identifiant}",
    name="concertation",
    shape=schemas.Consultation,
    summary="Une concertation, dans sa version en ligne",
)
def consultation(request, asked: Path[OfConsultation]):
    """Le résumé, le contenu tel qu’il se lit aujourd’hui, les versions et leurs documents."""
    return reading.consultation(asked.identifiant)


@reads(
    "/concertations/{identifiant}/versions/{numero}",
    name="version",
    shape=schemas.Version,
    summary="Une version d’une concertation",
    failures=(404, 422),
)
def version(request, asked: Path[OfVersion]):
    """Le contenu de cette version ; une version retirée ne se lit plus."""
    return reading.version(asked.identifiant, asked.numero)


@reads(
    "/propositions",
    name="propositions",
    shape=schemas.PropositionPage,
    summary="Les propositions, toutes concertations ensemble",
    failures=(404, 422),
)
def propositions(request, asked: Query[schemas.Asked]):
    """Mots et filtres choisissent les concertations ; toutes leurs propositions suivent, dans l’ordre du document."""
    return reading.propositions(filters_of(request.GET), asked)


@reads(
    "/territoires",
    name="territoires",
    shape=schemas.TerritoryPage,
    summary="Les territoires engagés",
    failures=(404, 422),
)
def territories(request, asked: Query[schemas.Paging]):
    """Par ordre alphabétique."""
    return reading.territories(asked)


@reads("/territoires/{code}", name="territoire", shape=schemas.Territory, summary="Un territoire")
def territory(request, asked: Path[OfTerritory]):
    """Le territoire, sa signature de la charte en vigueur, où trouver ses concertations."""
    return reading.territory(asked.code)


@reads(
    "/filtres",
    name="filtres",
    shape=schemas.FilterList,
    summary="Les valeurs de chaque filtre",
    failures=(),
)
def filters(request, asked: Query[schemas.Narrowing]):
    """Avec, pour chacune, le nombre de concertations qu’elle trouverait en plus de ce qui est déjà choisi."""
    return reading.filters_known(filters_of(request.GET))


def addresses():
    """ninja's patterns, each answering as `answered` promises."""
    patterns, app_name, namespace = api.urls
    rows = [URLPattern(row.pattern, answered(row.callback), row.default_args, row.name) for row in patterns]
    return rows, app_name, namespace
