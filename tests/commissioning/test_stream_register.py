"""The register of funding streams says what sort of money each is; the stream's page says it too."""

from django.urls import reverse

from commissioning.models import FundingStream, StreamEntry
from partners.enums import Role
from partners.models import Organisation
from partners.platform.tenancy.scope import in_consortium
from reporting.services.consortia import create_consortium
from tests.conftest import signed_in
from tests.factories.commissioning import StreamEntryFactory
from tests.factories.partners import StaffFactory


def test_the_page_of_a_stream_says_what_its_own_entry_says(city_council: Organisation) -> None:
    first, second = StreamEntryFactory(conditions="Only for ward A."), StreamEntryFactory(conditions="Only for ward B.")
    reader = StaffFactory(organisation=city_council, role=Role.COMMISSIONER)
    undescribed = FundingStream(name="New money", mainstream=False)
    undescribed.save()

    page = signed_in(reader).get(reverse("commissioning:stream", args=[second.funding_stream.uid])).content.decode()
    assert "Only for ward B." in page
    assert "Area-based" in page
    assert first.conditions not in page
    page = signed_in(reader).get(reverse("commissioning:stream", args=[undescribed.uid])).content.decode()
    assert f"/add/?funding_stream={undescribed.uid}" in page


def test_a_pack_describes_its_streams(db: None) -> None:
    """Leicester plan, Table 17: fourteen streams, each lined up with objectives."""
    consortium = create_consortium(pack="leicester", slug="described")

    with in_consortium(consortium.pk):
        entry = StreamEntry.objects.get(funding_stream__name="Deprived Areas Fund")
        assert StreamEntry.objects.count() == FundingStream.objects.count() == 14
        assert (entry.kind, entry.source) == ("area_based", "Leicester business plan, Table 17; section 3.6")
        assert "Co-ordinated employer engagement" in entry.alignment
