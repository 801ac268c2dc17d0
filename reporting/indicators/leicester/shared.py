"""What several headings of ``leap`` share."""

from reporting.counting.declarations import Dimension

TABLE_16 = "Leicester business plan, Table 16"
TO_BE_DEVELOPED = "To be developed: the plan names this indicator and leaves open what it measures."
SECTOR = Dimension("sector")


def employers_with(spells: str, agency: str, kind: str = "") -> str:
    """Return the query of employers with a spell in force on the quarter's last day; the latest spell dates them."""
    return (
        "SELECT employer.id AS record_id, employer.external_id AS reference, max(spell.from_date) AS on_date,"  # noqa: S608
        " employer.sector, employer.size_band"
        f" FROM {spells} spell JOIN employers_employer employer ON employer.consortium_id = spell.consortium_id"
        " AND employer.id = spell.employer_id AND employer.merged_into_id IS NULL"
        " WHERE spell.from_date <= %(q_end)s AND (spell.to_date IS NULL OR spell.to_date >= %(q_end)s)"
        f" AND {agency}" + (f" AND spell.kind = '{kind}'" if kind else "") + " GROUP BY employer.id"
    )


NOT_AGENCY, AGENCY, EITHER = "employer.employment_agency IS NOT TRUE", "employer.employment_agency", "true"
