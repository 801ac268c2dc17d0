"""File names as people may read and save them: no folder, no hidden character, a length every system takes."""

import unicodedata

MOST = 150
UNWANTED = frozenset('<>:"/\\|?*')
# Names that Windows keeps for devices, whatever their ending.
DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))})


def tidy_name(given: str) -> str:
    """Return a name without folders, control and direction characters, and shortened before its ending."""
    last = given.replace("\\", "/").rpartition("/")[2]
    plain = "".join(each for each in unicodedata.normalize("NFC", last) if each.isprintable() and each not in UNWANTED)
    stem, dot, ending = " ".join(plain.split()).strip(". ").rpartition(".")
    if not dot:
        stem, ending = ending, ""
    if stem.lower() in DEVICES:
        stem = f"_{stem}"
    ending = f".{ending[:10]}" if ending else ""
    return f"{stem[: MOST - len(ending)].rstrip()}{ending}".strip() or "file"


def with_ending(name: str, endings: tuple[str, ...]) -> str:
    """Return a name that ends as its content asks, so that no computer opens it as something else."""
    if name.lower().endswith(endings):
        return name
    return f"{name[: MOST - len(endings[0])]}{endings[0]}"
