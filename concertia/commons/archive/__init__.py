"""The open data as one archive that anyone can check, reuse and load into an empty instance.

`records` reads what is public today, `tables` and `rows` lay it in CSV, `package` writes the ZIP, `reading` verifies
one, `loading` makes the rows again. The lines in `reprise/` are the ground of it all: the tables are derived from them,
so that an archive can be written again (`rewriting`) without what was taken down since.
"""
