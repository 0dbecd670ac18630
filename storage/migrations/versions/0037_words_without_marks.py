"""Hospitals and providers are found whether or not their accents are typed."""

from collections.abc import Iterable
from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"

_OF: Final = {
    "healthcare_providers": "provider_words(first_name, last_name, specialization,"
    " hospital_clinic, bio)",
    "hospitals": "hospital_words(name, city, specialties, description)",
}


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    # Without the extension unaccent, whose function may not stand in an index.
    op.execute(
        """
        CREATE FUNCTION without_marks(words text) RETURNS text
        LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN regexp_replace(normalize(words, NFKD), '[\\u0300-\\u036f]', '', 'g')
        """
    )
    _words("without_marks({})")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _words("{}")
    op.execute("DROP FUNCTION without_marks(text)")


def _words(form: str) -> None:
    """What full text search goes by, each text in this form."""
    for table in _OF:
        op.drop_index(f"ix_{table}_search", table)
    op.execute(
        f"""
        CREATE OR REPLACE FUNCTION provider_words(first_name varchar, last_name varchar,
            specialization varchar, hospital_clinic varchar, bio text) RETURNS tsvector
        LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN {
            _weighed(
                form, "first_name || ' ' || last_name", "specialization", "hospital_clinic", "bio"
            )
        }
        """
    )
    op.execute(
        f"""
        CREATE OR REPLACE FUNCTION hospital_words(name varchar, city varchar, specialties text,
            description text) RETURNS tsvector
        LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN {_weighed(form, "name", "specialties", "city", "description")}
        """
    )
    for table, text in _OF.items():
        op.create_index(f"ix_{table}_search", table, [sa.text(text)], postgresql_using="gin")


def _weighed(form: str, *texts: str) -> str:
    """Each weighs more than the one after it."""
    parts: Iterable[str] = (
        f"setweight(to_tsvector('simple', {form.format(text)}), '{weight}')"
        for text, weight in zip(texts, "ABCD", strict=True)
    )
    return " || ".join(parts)
