from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from caseload.models import TargetGroup
from commissioning.models import FundingStream
from partners.errors import CaseloadError
from partners.models import Centre, Consortium, Organisation, PriorityArea
from partners.platform.tenancy.scope import in_consortium
from reporting.models import HeadlineTarget, Milestone, Objective, Observation, Risk, Target
from reporting.services.consortia import create_consortium


def test_create_consortium_fills_it_from_the_pack(db: None) -> None:
    made = create_consortium(pack="leicester")

    assert (made.slug, str(made.programme_start), made.is_demonstration) == ("leicester", "2007-04-01", False)
    assert [item["code"] for item in made.pack_data["returns"]] == ["leap", "dwp_claim", "esf_claim", "journey"]
    with in_consortium(made.pk):
        assert {model.__name__: model.objects.count() for model in PACK_RECORDS} == {
            "Organisation": 42,
            "PriorityArea": 18,
            "TargetGroup": 11,
            "FundingStream": 14,
            "Objective": 5,
            "Milestone": 30,
            "Risk": 4,
            "HeadlineTarget": 58,
        }


PACK_RECORDS = [Organisation, PriorityArea, TargetGroup, FundingStream, Objective, Milestone, Risk, HeadlineTarget]


def test_create_consortium_makes_nothing_that_an_indicator_counts(db: None) -> None:
    made = create_consortium(pack="leicester")

    with in_consortium(made.pk):
        counted = [
            Organisation.objects.filter(primary_health_provider=True),
            Centre.objects,
            Target.objects,
            Observation.objects,
        ]
        assert [rows.count() for rows in counted] == [0, 0, 0, 0]


def test_rows_of_a_pack_never_meet_a_senders_ids(db: None) -> None:
    made = create_consortium(pack="leicester")

    with in_consortium(made.pk):
        for model in PACK_RECORDS:
            assert not model.objects.exclude(external_id__startswith="leicester-").exists()


def test_every_partner_has_the_group_that_holds_its_permissions(db: None) -> None:
    made = create_consortium(pack="leicester")

    with in_consortium(made.pk):
        assert not Organisation.objects.filter(group=None).exists()


def test_mainstream_streams_are_those_the_plan_calls_so(db: None) -> None:
    made = create_consortium(pack="leicester")

    with in_consortium(made.pk):
        assert sorted(FundingStream.objects.filter(mainstream=True).values_list("external_id", flat=True)) == [
            "leicester-stream-jcp-city-programmes",
            "leicester-stream-jcp-mainstream",
            "leicester-stream-lsc-county-total",
            "leicester-stream-lsc-mainstream",
        ]


def test_two_consortia_of_one_pack_stand_side_by_side(db: None) -> None:
    create_consortium(pack="leicester")
    other = create_consortium(pack="leicester", slug="leicester-2", name="Second")

    with in_consortium(other.pk):
        assert PriorityArea.objects.count() == 18


def test_a_blank_consortium_has_journeys_and_the_claim_only(db: None) -> None:
    made = create_consortium(pack="blank", slug="riverside", name="Riverside")

    assert (made.programme_start, made.pack_data["target_groups"]) == (None, [])
    assert [item["code"] for item in made.pack_data["returns"]] == ["dwp_claim", "journey"]


@pytest.mark.parametrize("slug", ["", "Leicester", "a b", "-a", "a" * 51, "a/b"])
def test_a_slug_that_does_not_fit_an_address_is_refused(db: None, slug: str) -> None:
    with pytest.raises(CaseloadError) as refusal:
        create_consortium(pack="blank", slug=slug)

    assert list(refusal.value.fields) == ["slug"]


def test_the_command_refuses_a_repeated_slug_and_changes_nothing(db: None) -> None:
    call_command("create_consortium", pack="blank", slug="north", stdout=StringIO())

    with pytest.raises(CommandError, match="There is a consortium north already") as refusal:
        call_command("create_consortium", pack="leicester", slug="north")

    assert refusal.value.returncode == 1
    assert [consortium.pack for consortium in Consortium.objects.all()] == ["blank"]


def test_the_command_refuses_a_pack_that_is_not_here(db: None) -> None:
    with pytest.raises(
        CommandError, match=r"The pack coventry is not here yet\. Packs that are here: blank, leicester\."
    ) as refusal:
        call_command("create_consortium", pack="coventry")

    assert refusal.value.returncode == 1
    assert not Consortium.objects.exists()


def test_the_command_without_a_pack_is_wrong_usage() -> None:
    with pytest.raises(CommandError, match="--pack"):
        call_command("create_consortium")
