"""The words of every form: each error names its field and says what to do (style of the pages, "Words").

A form takes :class:`PlainForm` as its base, and the sentences follow from each field's label and kind. ``nouns`` says
what a field is called in a sentence where its label is a question or a preposition: "When" is "the day it happened".
"""

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator

from partners.platform.forms.validators import refuse_unwanted

# Words that stand in so many names of fields that they tell none from another.
_COMMON = frozenset({"and", "are", "day", "date", "for", "from", "has", "how", "its", "last", "the", "they", "who"})
_COMMON |= {"may", "this", "until", "was", "what", "when", "which"}
# What the two ends of a span are called, whose labels are read with the field beside them.
_ENDS = {"from": "the first day", "to": "the last day", "until": "the last day"}
_QUESTIONS = ("what ", "who ", "how ", "which ", "whether ")
_ANY_DATE = re.compile(r"Enter a date(?:,| that is)? (?=such|today|on or)")


class PlainWords:
    """Mixed into a form: its fields speak, and no error leaves it that does not name its field."""

    nouns: ClassVar[Mapping[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():  # type: ignore[attr-defined]
            if isinstance(field, forms.ModelChoiceField) and field.to_field_name is None:
                field.to_field_name = "uid"  # keys inside never leave (config/decisions/0002-keys.md)

    def full_clean(self) -> None:
        fields: Mapping[str, forms.Field] = self.fields  # type: ignore[attr-defined]
        for name, field in fields.items():
            speak(field, self.nouns.get(name) or getattr(field, "noun", "") or noun_of(str(field.label or name)))
        super().full_clean()  # type: ignore[misc]

    def add_error(self, field: str | None, error: Any) -> None:
        if field is not None and field in self.fields:  # type: ignore[attr-defined]
            error = [self._naming(field, each) for each in ValidationError(error).error_list]
        super().add_error(field, error)  # type: ignore[misc]

    def _naming(self, name: str, error: ValidationError) -> ValidationError:
        field = self.fields[name]  # type: ignore[attr-defined]
        (message,) = error.messages
        if isinstance(field, forms.ModelChoiceField) and error.code == "invalid":
            message = str(field.error_messages["invalid_choice"])  # the model's field spoke: of UUIDs, to people
        said = in_words_of(message, noun=field.noun, label=str(field.label or ""))
        return ValidationError(said, code=error.code)


class PlainForm(PlainWords, forms.Form):
    pass


def speak(field: forms.Field, noun: str) -> None:
    """Give a field its sentences, except where its form has better ones, and let no hidden character through."""
    field.noun = noun  # type: ignore[attr-defined]
    for code, sentence in sentences(field, noun).items():
        if field.error_messages.get(code) in (None, _usual(field, code)):
            field.error_messages[code] = sentence
    if isinstance(field, forms.CharField) and not isinstance(field.widget, forms.PasswordInput):
        refuses = _no_hidden_characters if isinstance(field.widget, forms.Textarea) else _one_line
        others = [each for each in field.validators if not isinstance(each, ProhibitNullCharactersValidator)]
        field.validators = [each for each in others if each is not refuses] + [refuses]


def sentences(field: forms.Field, noun: str) -> dict[str, str]:
    """Return what a kind of field says, by the code of the error."""
    if isinstance(field, forms.DecimalField | forms.IntegerField):
        asked = _number_asked(field, noun)
        codes = ("invalid", "min_value", "max_value", "max_digits", "max_whole_digits")
        places = getattr(field, "decimal_places", None)
        decimals = f"Enter {noun} with {places} decimals at most, such as 12.50."
        return {"required": f"Enter {noun}.", "max_decimal_places": decimals} | dict.fromkeys(codes, asked)
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        from_list = f"Choose {noun} from the list."
        return {"required": f"Choose {noun}."} | dict.fromkeys(("invalid_choice", "invalid_list"), from_list)
    if isinstance(field, forms.BooleanField):
        return {"required": f"Tick {noun}."}
    return {
        "required": f"Enter {noun}.",
        "invalid": f"Enter {noun} in the correct format.",
        "max_length": f"Shorten {noun} to %(limit_value)s characters: it has %(show_value)s.",
    }


def in_words_of(message: str, *, noun: str, label: str) -> str:
    """Return a sentence that names its field: as it is when it does already, or put in the field's own words."""
    if any_date := _ANY_DATE.match(message):
        return f"Enter {noun}, {message[any_date.end() :]}"
    told = message.lower()
    if noun.lower() in told:
        return message
    if any(word[:5] in told for word in re.findall(r"[^\W\d_]{3,}", f"{noun} {label}".lower()) if word not in _COMMON):
        return message
    return f"{noun[:1].upper()}{noun[1:]}: {as_within(message)}"


def noun_of(label: str) -> str:
    """Return a label as it stands within a sentence: ``Given name`` → ``the given name``.

    One that ends in a preposition is no name: ``Closes on`` → ``the day for “Closes on”``.
    """
    name = as_within(re.split(r"[,(]", label)[0].strip())
    if end := _ENDS.get(name):
        return end
    if name.endswith((" on", " from")):
        return f"the day for “{label}”"
    return name if name.lower().startswith(_QUESTIONS) else f"the {name}"


def as_within(text: str) -> str:
    """Return words as they stand within a sentence: with a small letter, except names and abbreviations."""
    words = text.split()
    is_abbreviation = text[:2].isalpha() and text[:2].isupper()
    is_name = len(words) > 1 and words[0][:1].isupper() and words[1][:1].isupper()
    return text if is_abbreviation or is_name else text[:1].lower() + text[1:]


def _number_asked(field: forms.DecimalField | forms.IntegerField, noun: str) -> str:
    least, most = field.min_value, field.max_value
    kind = "a number" if isinstance(field, forms.DecimalField) else "a whole number"
    if least is not None and most is not None:
        return f"Enter {noun} as {kind} from {least:,} to {most:,}."
    if least is not None:
        return f"Enter {noun} as {kind}, {least:,} or more."
    return f"Enter {noun} as {kind}, such as 1250."


def _usual(field: forms.Field, code: str) -> Any:
    """Return Django's own sentence for a code, which the field has when nobody gave it another."""
    kinds = type(field).__mro__
    return next((said for kind in kinds if (said := getattr(kind, "default_error_messages", {}).get(code))), None)


def _one_line(text: str) -> None:
    refuse_unwanted(text)


def _no_hidden_characters(text: str) -> None:
    refuse_unwanted(text, lines=True)
