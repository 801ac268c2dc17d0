"""The scenes of the demonstration, in the order in which they are played (see :mod:`reporting.synthetic`)."""

from collections.abc import Callable

from reporting.services.scenes.claims import sample_a_claim, share_an_outcome
from reporting.services.scenes.directory import describe_services
from reporting.services.scenes.journeys import meet_clients
from reporting.services.scenes.leads import propose_a_lead, restrict_a_record
from reporting.services.scenes.matches import know_somebody_twice
from reporting.services.scenes.oversight import watch_over_providers
from reporting.services.scenes.people import let_an_adviser_leave
from reporting.services.scenes.planning import plan_the_money
from reporting.services.scenes.posts import name_holders
from reporting.services.scenes.referrals import answer_referrals, let_clocks_run, name_workers
from reporting.services.scenes.report import write_the_report
from reporting.services.scenes.returns import ask_for_returns
from reporting.services.scenes.stage import Stage
from reporting.services.scenes.views import save_views

SCENES: tuple[Callable[[Stage], None], ...] = (
    describe_services,
    let_clocks_run,
    name_workers,
    answer_referrals,
    meet_clients,
    know_somebody_twice,
    propose_a_lead,
    restrict_a_record,
    let_an_adviser_leave,
    save_views,
    name_holders,
    plan_the_money,
    watch_over_providers,
    ask_for_returns,
    write_the_report,
    sample_a_claim,
    share_an_outcome,
)
