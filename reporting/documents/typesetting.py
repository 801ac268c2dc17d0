"""A program that sets a document: reads its data from the standard input and writes a PDF, PDF/A-2a and PDF/UA-1.

A process of its own, because the typesetter keeps what it laid out, some 40 MB of each document, until that ends.
"""

import json
import sys
from pathlib import Path
from typing import Any

import fontpkg_noto_sans
import typst

TEMPLATE = Path(__file__).with_name("report.typ")
FONTS = Path(fontpkg_noto_sans.__file__).parent / "files"
STANDARDS = ["a-2a", "ua-1"]


def main() -> None:
    asked = json.load(sys.stdin)
    # Its stubs know no list of standards beside paths of fonts.
    compiled: Any = typst.compile
    rendered = compiled(
        TEMPLATE,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=STANDARDS,
        timestamp=asked["timestamp"],
        sys_inputs={"data": json.dumps(asked["data"])},
    )
    sys.stdout.buffer.write(rendered)


if __name__ == "__main__":
    main()
