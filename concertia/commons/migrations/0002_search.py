"""The full-text index. Not a Django model: each database has its own kind (commons/search.py)."""

from django.db import migrations

SQLITE = [
    'CREATE VIRTUAL TABLE commons_search USING fts5(title, body, tokenize = "unicode61 remove_diacritics 2")',
]
# `unaccent` is a trusted extension: the owner of the database may create it.
POSTGRESQL = [
    "CREATE EXTENSION IF NOT EXISTS unaccent",
    "CREATE TEXT SEARCH CONFIGURATION concertia_french (COPY = french)",
    "ALTER TEXT SEARCH CONFIGURATION concertia_french ALTER MAPPING FOR hword, hword_part, word WITH unaccent, french_stem",
    "CREATE TABLE commons_search (entry_id bigint PRIMARY KEY, words tsvector NOT NULL)",
    "CREATE INDEX commons_search_words ON commons_search USING gin (words)",
]


def create(apps, schema_editor):
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE commons_search")
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TEXT SEARCH CONFIGURATION concertia_french")


class Migration(migrations.Migration):
    dependencies = [("commons", "0001_inventory")]

    operations = [migrations.RunPython(create, drop)]
