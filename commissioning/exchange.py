"""The tables of the exchange package that this app keeps (contract exchange/FIELDS.md)."""

from commissioning.enums import ContributionStatus, ProfileKind, ServiceKind
from commissioning.models import Contract, ContractProfile, Contribution, Expenditure, FundingStream, Service
from partners.exchange.declarations import ID, Table, boolean, code, day, integer, number, reference, register, text
from partners.exchange.rules import at_least_zero, in_order
from partners.exchange.shapes import FINANCIAL_YEAR, FIRST_OF_MONTH

FUNDING_STREAMS = Table(
    name="funding_streams",
    model=FundingStream,
    title="Where money comes from",
    columns=(ID, text("name", required=True), text("funder"), boolean("mainstream", required=True)),
)

CONTRIBUTIONS = Table(
    name="contributions",
    model=Contribution,
    title="Money put into the joint commissioning pot (the resource plan)",
    columns=(
        ID,
        reference("funding_stream_id", "funding_streams", required=True),
        reference("organisation_id", "organisations", required=True),
        text("financial_year", FINANCIAL_YEAR, required=True),
        number("amount", required=True),
        code("status", ContributionStatus, required=True),
        day("agreed_on"),
        text("objective"),
    ),
    row_rules=at_least_zero("amount"),
)

CONTRACTS = Table(
    name="contracts",
    model=Contract,
    title="What is commissioned, from whom, out of which stream",
    columns=(
        ID,
        text("title", required=True),
        reference("provider_id", "organisations", required=True),
        reference("funding_stream_id", "funding_streams", required=True),
        day("starts_on", required=True),
        day("ends_on", required=True),
        number("value", required=True),
    ),
    row_rules=(in_order("starts_on", "ends_on"), *at_least_zero("value")),
)

CONTRACT_PROFILES = Table(
    name="contract_profiles",
    model=ContractProfile,
    title="Planned spend and outputs of a contract, month by month",
    columns=(
        ID,
        reference("contract_id", "contracts", required=True),
        day("month", FIRST_OF_MONTH, required=True),
        code("kind", ProfileKind, required=True),
        text("indicator"),
        number("planned", required=True),
    ),
    row_rules=at_least_zero("planned"),
)

# An amount below zero is a credit.
EXPENDITURE = Table(
    name="expenditure",
    model=Expenditure,
    title="Actual spend",
    columns=(
        ID,
        reference("contract_id", "contracts", required=True),
        day("incurred_on", required=True),
        number("amount", required=True),
        text("indicator"),
        text("category"),
        text("invoice_ref"),
        day("defrayed_on"),
        boolean("eligible"),
    ),
)

SERVICES = Table(
    name="services",
    model=Service,
    title="The provision directory: what is on offer, where, for whom",
    columns=(
        ID,
        text("name", required=True),
        reference("organisation_id", "organisations", required=True),
        reference("contract_id", "contracts"),
        code("kind", ServiceKind, required=True),
        reference("centre_id", "centres"),
        text("eligibility"),
        integer("capacity"),
        day("starts_on"),
        day("ends_on"),
    ),
    row_rules=(in_order("starts_on", "ends_on"), *at_least_zero("capacity")),
)


def register_tables() -> None:
    register(FUNDING_STREAMS, CONTRIBUTIONS, CONTRACTS, CONTRACT_PROFILES, EXPENDITURE, SERVICES)
