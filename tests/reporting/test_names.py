"""Codes of lines and of their breakdowns never reach a page as they are stored."""

from datetime import date

import pytest
from django.urls import reverse

from partners.models import StaffMember
from reporting.counting.windows import Quarter
from reporting.indicators.names import name_of, short_name
from reporting.models import HeadlineTarget, Observation, Target
from reporting.queries.filed import Labels, signed
from tests.conftest import signed_in


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("kpi_1", "KPI 1 Employers that have a named account manager"),
        ("headline_total", "Claimants of the three groups into work"),
        ("local_neet_rate", "Local: neet rate"),
        ("odd_code", "Odd code"),
    ],
)
def test_a_line_is_named_as_people_cite_it(code: str, name: str) -> None:
    assert name_of(code) == name


def test_only_numbered_lines_have_a_short_name() -> None:
    assert [short_name(code) for code in ("kpi_12", "headline_jsa", "kpi_x")] == ["KPI 12", "", ""]


def test_sectors_and_indicators_among_breakdowns_are_words() -> None:
    labels = Labels([])
    assert labels.of("sector", "financial_business") == "Financial business"
    assert labels.of("indicator", "kpi_2") == "KPI 2 Employers signed up to the fair employment standard"
    assert labels.of("ward", "New Parks") == "New Parks"


def test_a_quarter_is_cited_without_the_files_hyphens() -> None:
    assert Quarter.parse("2007-08-Q1").name == "2007-08 Q1"


def test_a_difference_below_zero_has_a_minus_not_a_hyphen() -> None:
    assert [signed(-1), signed(0), signed(1200)] == ["\N{MINUS SIGN}1", "+0", "+1,200"]


def test_targets_and_observations_show_names_and_export_codes(monitoring_officer: StaffMember) -> None:
    Target.objects.create(external_id="t1", indicator="kpi_1", area_kind="consortium", period="2007-08", value=72)
    HeadlineTarget.objects.create(line="headline_jsa", value=386)
    Observation.objects.create(
        external_id="o1",
        indicator="local_claimants",
        area_kind="consortium",
        group="jsa_claimants",
        as_at=date(2007, 4, 1),
        value=8285,
        source="Published count",
    )
    client = signed_in(monitoring_officer)
    targets, observations = reverse("reporting:targets"), reverse("reporting:observations")

    pages = client.get(targets).content.decode() + client.get(observations).content.decode()

    assert "KPI 1 Employers that have a named account manager" in pages
    assert "Long-term Jobseeker&#x27;s Allowance claimants into work" in pages
    assert "Jsa claimants" in pages
    assert not any(code in pages for code in ("kpi_1", "headline_jsa", "local_claimants", "jsa_claimants"))
    assert b"local_claimants" in client.get(f"{observations}?export=csv").content


def test_the_form_of_an_observation_offers_known_codes_by_name(monitoring_officer: StaffMember) -> None:
    Observation.objects.create(
        external_id="o1",
        indicator="local_neet_rate",
        area_kind="consortium",
        as_at=date(2007, 4, 1),
        value=9,
        source="Published count",
    )

    page = signed_in(monitoring_officer).get(reverse("reporting:record-observation")).content.decode()

    assert 'list="indicator-known"' in page
    assert '<option value="local_neet_rate">Local: neet rate</option>' in page
    assert '<option value="kpi_8">KPI 8 Rise in childcare use by low-income families</option>' in page
    assert 'value="kpi_12"' not in page


@pytest.mark.parametrize(
    ("code", "is_taken"), [("kpi_8", True), ("local_walks", True), ("kpi_99", False), ("12", False)]
)
def test_a_code_that_no_line_counts_is_refused(monitoring_officer: StaffMember, code: str, *, is_taken: bool) -> None:
    page = signed_in(monitoring_officer).post(reverse("reporting:record-observation"), {"indicator": code})

    assert ("indicator" not in page.context["form"].errors) is is_taken
    assert 'value="' + code in page.content.decode()
