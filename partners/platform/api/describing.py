"""The models of bodies and answers as components of an OpenAPI description."""

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema
from pydantic_core import core_schema

REFERENCE = "#/components/schemas/{model}"


def ref(name: str) -> dict[str, str]:
    return {"$ref": REFERENCE.format(model=name)}


def components(sent: Iterable[type[BaseModel]], answered: Iterable[type[BaseModel]]) -> dict[str, Any]:
    """Return the schemas of models and of all that they hold, by name: bodies as read, answers as written."""
    models: list[tuple[type[BaseModel], Literal["validation", "serialization"]]] = [
        (model, "validation") for model in sent
    ]
    models += [(model, "serialization") for model in answered]
    _, described = models_json_schema(models, ref_template=REFERENCE, schema_generator=_Plain)
    known: dict[str, Any] = described["$defs"]
    for schema in known.values():
        del schema["title"]
    return known


class _Plain(GenerateJsonSchema):
    """A member's name is its title, and what stands for an absent one is its absence."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])
