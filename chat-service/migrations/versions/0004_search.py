"""The full-text index of messages, kept by triggers: FTS5 on SQLite, tsvector with GIN on PostgreSQL."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# The owner is a word of each text as well: so a search meets the words of one person, however many others there are.
# Letters of scripts without case are no words here; see `chat_server/search/terms.py`.
SQLITE_INDEX = """
CREATE VIRTUAL TABLE search_words USING fts5(
    owner, content, content='', tokenize="unicode61 remove_diacritics 2 categories 'Lu Ll Lt Nd'"
)
"""
# One row once something was deleted: its words stay in FTS5's segments until these are merged (`search/tidying.py`).
SQLITE_LEFTOVERS = "CREATE TABLE search_leftovers (id INTEGER PRIMARY KEY CHECK (id = 1), deletions INTEGER NOT NULL)"
# Letters that FTS5 may take for part of a Latin word beside them: all from Hebrew on but punctuation, and emoji.
UNSPACED = "\u0590-\u1dff\u2c00-\U0010ffff"
SQLITE_ADD = """
    INSERT INTO search_entries (message_id, user_id, is_unspaced)
        SELECT NEW.id, user_id, NEW.content GLOB '*[{unspaced}]*' FROM conversations WHERE id = NEW.conversation_id;
    INSERT INTO search_words (rowid, owner, content)
        SELECT number, hex(user_id), NEW.content FROM search_entries WHERE message_id = NEW.id;
""".replace("{unspaced}", UNSPACED)
# FTS5 must be told what it forgets; the owner comes from the entry, because the conversation may be gone by now.
SQLITE_REMOVE = """
    INSERT INTO search_words (search_words, rowid, owner, content)
        SELECT 'delete', number, hex(user_id), OLD.content FROM search_entries WHERE message_id = OLD.id;
    DELETE FROM search_entries WHERE message_id = OLD.id;
    INSERT INTO search_leftovers (id, deletions) VALUES (1, 1)
        ON CONFLICT (id) DO UPDATE SET deletions = deletions + 1;
"""
IS_NEWLY_SEARCHED = "NEW.status <> 'streaming' AND (OLD.status = 'streaming' OR OLD.content <> NEW.content)"
WAS_SEARCHED = "OLD.status <> 'streaming' AND (NEW.status = 'streaming' OR OLD.content <> NEW.content)"
SQLITE_TRIGGERS = {
    "search_insert": ("AFTER INSERT", "NEW.status <> 'streaming' AND NEW.content <> ''", SQLITE_ADD),
    "search_update_old": ("BEFORE UPDATE OF content, status", f"OLD.content <> '' AND {WAS_SEARCHED}", SQLITE_REMOVE),
    "search_update_new": ("AFTER UPDATE OF content, status", f"NEW.content <> '' AND {IS_NEWLY_SEARCHED}", SQLITE_ADD),
    "search_delete": ("BEFORE DELETE", "OLD.status <> 'streaming' AND OLD.content <> ''", SQLITE_REMOVE),
}
SQLITE_FILL = """
INSERT INTO search_words (rowid, owner, content)
    SELECT search_entries.number, hex(search_entries.user_id), messages.content
    FROM search_entries JOIN messages ON messages.id = search_entries.message_id
"""

# The same words as `terms.folded` and `terms.WORD` make. Of a longer text the beginning: a tsvector has at most 1 MB.
POSTGRESQL_WORDS = r"""
CREATE FUNCTION search_words_of(content text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT to_tsvector('pg_catalog.simple', regexp_replace(
        regexp_replace(normalize(lower(left(content, 100000)), NFD), '[\u0300-\u036f]', '', 'g'),
        '[^0-9a-z\u00b5\u00df-\u00f6\u00f8-\u02af\u0370-\u03ff\u0400-\u052f\u0561-\u0587\u1e00-\u1fff]+', ' ', 'g'))
$$
"""
POSTGRESQL_KEEP = """
CREATE FUNCTION search_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM search_entries WHERE message_id = OLD.id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO search_entries (message_id, user_id, is_unspaced, words)
            SELECT NEW.id, user_id, false, search_words_of(NEW.content)
            FROM conversations WHERE id = NEW.conversation_id;
    END IF;
    RETURN NULL;
END
$$
"""
POSTGRESQL_TRIGGERS = {
    "search_insert": ("AFTER INSERT", "NEW.status <> 'streaming' AND NEW.content <> ''"),
    "search_update": ("AFTER UPDATE OF content, status", f"{WAS_SEARCHED} OR {IS_NEWLY_SEARCHED}"),
    "search_delete": ("AFTER DELETE", "OLD.status <> 'streaming'"),
}
ENTRIES = """
INSERT INTO search_entries (message_id, user_id, is_unspaced{columns})
    SELECT messages.id, conversations.user_id{values}
    FROM messages JOIN conversations ON conversations.id = messages.conversation_id
    WHERE messages.status <> 'streaming' AND messages.content <> '' ORDER BY messages.id
"""


def upgrade() -> None:
    op.create_table(
        "search_entries",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, autoincrement=True),
        sa.Column("message_id", sa.String(36), nullable=False),
        sa.Column("user_id", sa.String(64), nullable=False),
        sa.Column("is_unspaced", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_search_entries"),
        sa.UniqueConstraint("message_id", name="uq_search_entries_message_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_search_entries_of_user", "search_entries", ["user_id", "number"])
    op.create_index(
        "ix_search_entries_unspaced",
        "search_entries",
        ["user_id", "number"],
        sqlite_where=sa.text("is_unspaced = 1"),
        postgresql_where=sa.text("is_unspaced"),
    )
    if op.get_bind().dialect.name == "postgresql":
        _upgrade_postgresql()
    else:
        _upgrade_sqlite()


def _upgrade_sqlite() -> None:
    op.execute(SQLITE_INDEX)
    op.execute(SQLITE_LEFTOVERS)
    op.execute(ENTRIES.format(columns="", values=f", messages.content GLOB '*[{UNSPACED}]*'"))
    op.execute(SQLITE_FILL)
    for name, (moment, condition, work) in SQLITE_TRIGGERS.items():
        op.execute(f"CREATE TRIGGER {name} {moment} ON messages WHEN {condition} BEGIN {work} END")


def _upgrade_postgresql() -> None:
    op.execute("ALTER TABLE search_entries ADD COLUMN words tsvector NOT NULL")
    op.execute(POSTGRESQL_WORDS)
    op.execute(POSTGRESQL_KEEP)
    op.execute(ENTRIES.format(columns=", words", values=", false, search_words_of(messages.content)"))
    op.execute("CREATE INDEX ix_search_entries_words ON search_entries USING gin (words)")
    for name, (moment, condition) in POSTGRESQL_TRIGGERS.items():
        op.execute(
            f"CREATE TRIGGER {name} {moment} ON messages FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION search_keep()"
        )


def downgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for name in POSTGRESQL_TRIGGERS if is_postgresql else SQLITE_TRIGGERS:
        op.execute(f"DROP TRIGGER {name}" + (" ON messages" if is_postgresql else ""))
    op.drop_table("search_entries")
    if is_postgresql:
        op.execute("DROP FUNCTION search_keep, search_words_of")
    else:
        op.drop_table("search_words")
        op.drop_table("search_leftovers")
