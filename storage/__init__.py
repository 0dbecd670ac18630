"""The only SQL: models, COPY, named queries, sessions, migrations."""
