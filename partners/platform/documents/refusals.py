"""Why a file is not taken, in words that go on after its name, as ``“CV.pdf” is empty. Choose it again`` does."""

import re

from partners.errors import CaseloadError


class FileRefused(CaseloadError):
    code = "file_refused"

    def __init__(self, what: str, to_do: str) -> None:
        self.what, self.to_do = what, to_do
        super().__init__(f"The file {what}. {to_do}", field="files")

    def about(self, name: str) -> str:
        return f"“{name}” {self.what}. {self.to_do}"


def damaged() -> FileRefused:
    return FileRefused("is damaged or not whole", "Open it, save it again, and send that one.")


# Other files that have no business after the end of a picture or a PDF.
SECOND_FILE = re.compile(
    rb"\A\s*MZ|PK\x03\x04|PK\x05\x06|%PDF-|\x7fELF\x01|\x7fELF\x02|Rar!\x1a|7z\xbc\xaf"
    rb"|<(?i:html|script|svg|body|iframe)[\s>/]|<!(?i:doctype)\s|<\?(?i:php|xml)\s",
)


def refuse_second_file(rest: bytes) -> None:
    """Refuse a file when another follows its end: some program would open that one. Phones add films and previews."""
    if SECOND_FILE.search(rest):
        raise FileRefused(
            "holds a second file behind the first", "Open it, save it again under another name, and send that one."
        )
