from partners.models import StaffMember
from tests.conftest import signed_in


def test_home_greets_the_role(adviser: StaffMember) -> None:
    page = signed_in(adviser).get("/")

    assert page.status_code == 200
    assert "How this works for you" in page.content.decode()
