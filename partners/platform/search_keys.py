"""Search keys: of a name in any script the letters and digits a British keyboard has, kept by the database itself.

Row-level security keeps operators such as LIKE off the indexes (STACK.md section 3, trap 7); equality and ranges on a
stored plain key use them. The columns are generated, so that no way of writing a row can forget them. One table of
characters (:func:`latin_of`) serves Python and the function ``partners_search_key`` of the database, which
:class:`CreateSearchKey` makes from it: config/decisions/0010-search-keys.md.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import groupby
from typing import Any

from anyascii import anyascii
from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

KEY_LENGTH = 80
FUNCTION = "partners_search_key"
# A letter that has no sound of its own (soft sign, hamza, ayin): it leaves no trace, unless a name has nothing else.
QUIET = "'"
_QUIET_ALONE = "q"
_CAPITALS, _SMALL = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"
_DROPPED = "".join(chr(code) for code in range(1, 128) if not chr(code).isalnum())
_ASCII = str.maketrans(_CAPITALS, _SMALL, _DROPPED)
# Spellings of one Arabic letter, as Lucene's ArabicNormalizationFilter folds them; short vowels are marks and go.
_ARABIC = {**dict.fromkeys("اأإآٱ", "a"), **dict.fromkeys("يىیئ", "y"), "ؤ": "w", "ة": "h", "ء": QUIET}
_WITH_E = str.maketrans(dict(zip("äöøüåÄÖØÜÅ", ("ae", "oe", "oe", "ue", "aa") * 2, strict=True)))
_OF_TWO = re.compile("([aou])e|(?<=a)a", re.IGNORECASE)
_UNSPACED = re.compile("[\u3400-\u9fff\uac00-\ud7a3]")
_FILLERS = {"\u115f", "\u1160", "\u3164", "\uffa0"}  # letters by their category, and never seen
# Vowel signs that are letters: combining class 0, and those of Telugu, Thai, Lao and Tibetan (Unicode, table 4-3).
_WRITTEN_MARKS = {0, 84, 91, 103, 107, 118, 122, 129, 130, 132}
_PICTURES = range(0x1F000, 0x1FB00)
_BLOCK = 256
# What the library knows ends here; beyond are letters to come, private ones, and tags that nobody sees.
_END, _UNSEEN = 0x32400, range(0xE0000, 0xE1000)
_NUMBERED = "-"


@lru_cache(maxsize=4096)
def latin_of(character: str) -> str:
    """Return what a character leaves in a key: letters and digits, nothing, or :data:`QUIET`.

    Letters come from the ``anyascii`` library. A letter that it does not know is named by its number in Unicode, so
    that a name in any script has a key.
    """
    if character.isascii():
        return character.translate(_ASCII)
    if character in _ARABIC:
        return _ARABIC[character]
    plain = unicodedata.normalize("NFKC", character)
    if plain != character:
        return "".join(latin_of(each) for each in plain if each != character)
    if _leaves_nothing(character):
        return ""
    return _number_of(character) if ord(character) >= _END else _written(character)


def _leaves_nothing(character: str) -> bool:
    kind = unicodedata.category(character)
    if character in _FILLERS or ord(character) in _UNSEEN or (ord(character) in _PICTURES and kind != "No"):
        return True
    if kind[0] == "M":
        return unicodedata.combining(character) not in _WRITTEN_MARKS
    return kind[0] in "PSZ" or kind in {"Cc", "Cf", "Cs"}


def _written(character: str) -> str:
    written = anyascii(character)
    kind = unicodedata.category(character)
    letters = written.translate(_ASCII)
    if letters or kind[0] == "M":
        return letters
    return QUIET if written or kind == "Lm" else _number_of(character)


def _number_of(character: str) -> str:
    return f"u{ord(character):x}"


def as_search_key(text: str) -> str:
    """Make of typed text the key that :func:`search_key` stores."""
    if text.isascii():
        return text.translate(_ASCII)[:KEY_LENGTH]
    made = "".join(map(latin_of, unicodedata.normalize("NFC", text)))
    plain = made.replace(QUIET, "") or made.replace(QUIET, _QUIET_ALONE)
    return plain[:KEY_LENGTH]


def spellings(text: str) -> list[str]:
    """Return typed text and how else the same name is written: *Jörg*, *Joerg* and *Jorg* find one another.

    A name written without spaces between its parts, as in Chinese and Korean, is also taken apart.
    """
    composed = unicodedata.normalize("NFC", text)
    others = composed.translate(_WITH_E), _OF_TWO.sub(r"\1", composed), _UNSPACED.sub(r"\g<0> ", composed)
    return list(dict.fromkeys((composed, *others)))


class _SearchKey(models.Func):
    function = FUNCTION
    output_field = models.TextField()


def search_key(field: str) -> models.GeneratedField:
    """A stored key of small letters and digits: ``O'Neil`` and ``ONEIL`` are the same, ``Țurcanu`` and ``turcanu``."""
    return models.GeneratedField(
        expression=_SearchKey(models.F(field)),
        output_field=models.CharField(max_length=KEY_LENGTH, db_collation="C"),
        db_persist=True,
        editable=False,
    )


class CreateSearchKey(Operation):
    """Make ``partners_search_key`` from the table of characters.

    Two functions, because a session reads the whole table before its first use, and most names need none of it. The
    first is inlined where it is called and knows the second by itself, not by its name: a restore sets no search path.
    """

    reduces_to_sql = True
    reversible = True

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Leave Django's picture of the models alone."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for statement in function_statements():
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for name in (FUNCTION, f"{FUNCTION}_of_any_script"):
            schema_editor.execute(f"DROP FUNCTION {name}(text)")

    def describe(self) -> str:
        return "Create the function that makes search keys"


class ChangeKeyExpression(Operation):
    """Let key columns follow today's :func:`search_key`; Postgres computes them anew and keeps their indexes."""

    reduces_to_sql = True
    reversible = False

    def __init__(self, name: str, columns: dict[str, str]) -> None:
        self.name, self.columns = name, columns

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__qualname__, [self.name, self.columns], {})

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        for column, source in self.columns.items():
            state.alter_field(app_label, self.name.lower(), column, search_key(source), preserve_default=True)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        table = to_state.apps.get_model(app_label, self.name)._meta.db_table
        for column, source in self.columns.items():
            schema_editor.execute(
                f'ALTER TABLE "{table}" ALTER COLUMN "{column}" SET EXPRESSION AS ({FUNCTION}("{source}"))'
            )

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        raise NotImplementedError

    def describe(self) -> str:
        return f"Make the keys of {self.name} by today's rule"


def function_statements() -> list[str]:
    """Return the statements that make the function of the database."""
    any_script = f"""
        CREATE FUNCTION {FUNCTION}_of_any_script(name text) RETURNS text
            LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
        DECLARE
            letter text; part text; code integer; made text := '';
        BEGIN
            FOREACH letter IN ARRAY string_to_array({_ascii_of("normalize(name, NFC)")}, NULL) LOOP
                code := ascii(letter);
                IF code < 128 THEN part := letter;
                ELSE {_tree(_leaves())} END IF;
                made := made || CASE part WHEN '{_NUMBERED}' THEN 'u' || to_hex(code) ELSE part END;
            END LOOP;
            RETURN left(coalesce(nullif(replace(made, '{QUIET * 2}', ''), ''),
                                 replace(made, '{QUIET * 2}', '{_QUIET_ALONE}')), {KEY_LENGTH});
        END $$
    """
    any_name = f"""
        CREATE FUNCTION {FUNCTION}(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN CASE WHEN octet_length(name) = length(name) THEN left({_ascii_of("name")}, {KEY_LENGTH})
                    ELSE {FUNCTION}_of_any_script(name) END
    """
    return [any_script, any_name]


def _ascii_of(text: str) -> str:
    """Return the SQL that does what ``str.translate(_ASCII)`` does; in "C", which has a tenth of the cost."""
    return f"""regexp_replace(lower({text} COLLATE "C"), '[\\x01-\\x2f\\x3a-\\x60\\x7b-\\x7f]+', '', 'g')"""


def _leaves() -> list[tuple[int, str]]:
    """Return the blocks of 256 characters, each by the number of its first and the statement that reads it."""
    leaves = [(first, _leaf(first)) for first in range(0, _END, _BLOCK)]
    unseen = [(_UNSEEN.start, "part := '';"), (_UNSEEN.stop, f"part := '{_NUMBERED}';")]
    return [next(same) for _, same in groupby([*leaves, (_END, unseen[1][1]), *unseen], key=lambda leaf: leaf[1])]


def _leaf(first: int) -> str:
    made = [_kept(chr(code)) for code in range(first, first + _BLOCK)]
    shown = " ".join(made if len(set(made)) > 1 else made[:1]).replace("'", "''")
    return f"part := split_part('{shown}', ' ', code - {first - 1});" if len(set(made)) > 1 else f"part := '{shown}';"


def _kept(character: str) -> str:
    latin = "" if character.isascii() else latin_of(character)
    return _NUMBERED if latin == _number_of(character) else latin


def _tree(leaves: list[tuple[int, str]]) -> str:
    if len(leaves) == 1:
        return leaves[0][1]
    middle = len(leaves) // 2
    return f"IF code < {leaves[middle][0]} THEN {_tree(leaves[:middle])} ELSE {_tree(leaves[middle:])} END IF;"
