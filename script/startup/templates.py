"""What a template must keep for people to review it; see `script/lint`."""

import re
from collections.abc import Iterator
from pathlib import Path

WIDTH = 120
BLOCKS = (
    "address|article|aside|blockquote|dd|div|dl|dt|details|dialog|fieldset|figcaption|figure|footer|form|h[1-6]|header|hr"
    "|li|main|nav|ol|p|section|summary|table|caption|thead|tbody|tfoot|tr|th|td|ul"
)
OPENS_BLOCK = re.compile(rf"<({BLOCKS})(?=[\s>{{])")
VERBATIM = re.compile(r"<(pre|script|style|textarea)\b.*?</\1>|\{#.*?#\}", re.DOTALL)
# A tag of Django's cannot be broken, and an address or a sentence of its own may be long.
ONE_TAG = re.compile(r"\s*\{%(?:(?!%\}).)*%\}\s*")


def untidy(folder: Path) -> list[str]:
    """One sentence for each line too long to read, and for each with more than one block element."""
    return [problem for path in sorted(folder.rglob("*.html")) for problem in _problems(path)]


def _problems(path: Path) -> Iterator[str]:
    source = VERBATIM.sub(lambda found: "\n" * found.group().count("\n"), path.read_text())
    for number, line in enumerate(source.splitlines(), 1):
        if len(line) > WIDTH and not ONE_TAG.fullmatch(line):
            yield f"{path}:{number}: {len(line)} characters; break the line where white space does not show"
        if len(OPENS_BLOCK.findall(line)) > 1:
            yield f"{path}:{number}: more than one block element begins on this line"
