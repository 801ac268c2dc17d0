"""What a contract says besides its value and days: where it stands, for whom, its clauses and its streams."""

from django.db import models
from django.db.models import Q

from commissioning.enums import Clause, ClauseState, ContractStatus
from commissioning.models.contract import OfContractQuerySet
from partners.platform.fields import ExactDecimalField
from partners.platform.history import tracked
from partners.platform.tenancy.constraints import Check, at_least_zero, one_of
from partners.platform.tenancy.models import TenantForeignKey, TenantManager, TenantRecord

ENDED_EARLY = Q(status__in=(ContractStatus.ENDED_EARLY,))


@tracked()
class ContractFacts(TenantRecord):
    """The status of a contract and whom it serves (COM-08); one for a contract, under the contract's own reference.

    ``own_amount`` is what of the value comes out of the contract's own stream, in pounds.
    """

    contract = TenantForeignKey("commissioning.Contract", related_name="facts")
    status = models.CharField(choices=ContractStatus, default=ContractStatus.DRAFT)
    status_on = models.DateField("since", null=True, blank=True)
    status_reason = models.CharField("why", max_length=500, blank=True)
    areas = models.CharField(max_length=500, blank=True)
    groups = models.CharField("target groups", max_length=500, blank=True)
    lots = models.CharField(max_length=200, blank=True)
    delivery = models.CharField("delivery models", max_length=500, blank=True)
    own_amount = ExactDecimalField("out of its own stream", null=True, blank=True)

    objects = TenantManager.from_queryset(OfContractQuerySet)()

    class Meta(TenantRecord.Meta):
        verbose_name = "facts of a contract"
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("status", ContractStatus),
            *at_least_zero("own_amount"),
            models.UniqueConstraint(
                fields=["consortium", "contract"],
                name="commissioning_contractfacts_one",
                violation_error_message="The facts of this contract are recorded already. Change those.",
            ),
            Check(
                about=("status_on", "status"),
                condition=~ENDED_EARLY | Q(status_on__isnull=False),
                name="commissioning_contractfacts_ended_day",
                violation_error_message="Enter the day it ended.",
                wrong="{status} = 'ended_early' AND {status_on} IS NULL",
            ),
            Check(
                about=("status_reason", "status"),
                condition=~ENDED_EARLY | ~Q(status_reason=""),
                name="commissioning_contractfacts_ended_why",
                violation_error_message="Enter why it ended early.",
                wrong="{status} = 'ended_early' AND coalesce({status_reason}, '') = ''",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_status_display())

    def make_reference(self) -> str:
        """Return the contract's own: a companion file says more about the same record."""
        return str(self.contract.external_id)


@tracked()
class ContractClause(TenantRecord):
    """Whether a contract keeps a clause that every contract should have (COM-08)."""

    contract = TenantForeignKey("commissioning.Contract", related_name="clauses")
    clause = models.CharField(choices=Clause)
    state = models.CharField("kept", choices=ClauseState)
    note = models.CharField(max_length=500, blank=True)

    objects = TenantManager.from_queryset(OfContractQuerySet)()

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            one_of("clause", Clause),
            one_of("state", ClauseState),
            models.UniqueConstraint(
                fields=["consortium", "contract", "clause"],
                name="commissioning_contractclause_once",
                violation_error_message="This clause of the contract is looked at already. Change what is there.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_clause_display())


@tracked()
class ContractStream(TenantRecord):
    """A further stream that pays for a part of a contract, in pounds; the contract's own stream pays and claims."""

    contract = TenantForeignKey("commissioning.Contract", related_name="further_streams")
    funding_stream = TenantForeignKey("commissioning.FundingStream", related_name="further_contracts")
    amount = ExactDecimalField()

    objects = TenantManager.from_queryset(OfContractQuerySet)()

    class Meta(TenantRecord.Meta):
        constraints = [
            *TenantRecord.Meta.constraints,
            *at_least_zero("amount"),
            models.UniqueConstraint(
                fields=["consortium", "contract", "funding_stream"],
                name="commissioning_contractstream_once",
                violation_error_message="This stream of the contract is recorded already. Change its amount.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.funding_stream)
