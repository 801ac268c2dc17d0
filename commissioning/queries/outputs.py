"""What the codes of outputs are called, in profiles and in spend: the apps that count them say it here."""

from collections.abc import Mapping

_titles: dict[str, str] = {}


def add_outputs(titles: Mapping[str, str]) -> None:
    _titles.update(titles)


def outputs() -> list[tuple[str, str]]:
    """Return the codes with their titles, in the order of the titles' numbers."""
    return sorted(_titles.items(), key=lambda each: (len(each[0].partition("_")[2]), each[0]))
