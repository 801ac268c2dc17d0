"""What the permissions need to know of a person; models satisfy it without being imported by the layer below them."""

from typing import Any, Protocol


class Person(Protocol):
    role: Any
    data_lead: Any
    organisation: Any
