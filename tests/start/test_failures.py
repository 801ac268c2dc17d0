import pytest
from startup.failures import last_words

PIP = "Collecting uv\nERROR: No matching distribution found for uv\n\n"
NPM = "npm error network refused\nnpm error A complete log of this run can be found in: x.log\n"


@pytest.mark.parametrize(
    ("said", "quoted"),
    [
        (PIP, "ERROR: No matching distribution found for uv"),
        (NPM, "npm error network refused"),
        (" \n", "no output"),
    ],
)
def test_the_last_line_that_says_something_is_quoted(said: str, quoted: str) -> None:
    assert last_words(said) == quoted
