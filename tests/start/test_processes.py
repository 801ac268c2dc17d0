import pytest
from startup.processes import own_name


@pytest.mark.parametrize(
    ("allowed", "name"),
    [
        ("localhost,127.0.0.1", "localhost"),
        ("caseload.example, other.example", "caseload.example"),
        ("*", "localhost"),
        (".caseload.example", "caseload.example"),
    ],
)
def test_the_first_page_is_asked_for_by_a_name_the_site_answers_to(allowed: str, name: str) -> None:
    assert own_name(allowed) == name
