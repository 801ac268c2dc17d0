"""Who writes what opens sight or gives power: a short list, each with the function of the judge that it asks.

A new writer is found by reading the source, and fails here until it asks the judge and is written down.
"""

import importlib
import inspect

import pytest

from partners.enums import Role
from partners.permissions import OF_ACCOUNTABLE_BODY, ROLES, Capability
from partners.platform.exchange.declarations import all_tables
from partners.platform.records.kinds import all_kinds
from tests.isolation.writers import COLUMNS, MODELS, places, written

# The place, and the function of partners.judging or caseload.judging that it, or whoever alone calls it, asks.
ASKS = {
    "caseload.services.agreeing.answer_parts": "may_agree",
    "caseload.services.leading.assign_adviser": "may_give_adviser",
    "caseload.services.leading.move_leads": "may_give_adviser",
    "caseload.services.merging._merge": "may_merge",
    "caseload.services.merging.unmerge_client": "may_merge",
    "caseload.services.reassigning.take_back": "may_give_adviser",
    "caseload.services.referrals._step": "may_refer",
    "caseload.services.sending.new_referral": "may_refer",
    "caseload.services.restricting._name": "may_restrict",
    "caseload.services.restricting.restrict": "may_restrict",
    "caseload.services.sharing.record_consent": "may_record_consent",
    "caseload.services.sharing.settle_consent_form": "may_settle_form",
    "caseload.services.sharing.withdraw_consent": "may_record_consent",
    "partners.services.api_keys.create_key": "may_make_keys",
    "partners.services.organisations.change_organisation": "may_settle_organisations",
    "partners.services.organisations.create_organisation": "may_settle_organisations",
    "partners.services.people.change_role": "may_give_power",
    "partners.services.people.end_access": "may_give_power",
    "partners.services.people.invite": "may_give_power",
    # What a partner's system sends makes records of its own; of others' special categories it opens nothing.
    "caseload.services.arrivals._store": "opens_parts",
    "caseload.services.arrivals.receive_referral": "opens_parts",
}
# What asks nobody, and why it need not.
NEED_NOT = {
    "caseload.services.arrivals._fill_blanks": "of the sender's own record, personal fields by name",
    "caseload.services.arrivals._record": "a record of the sender's own",
    "caseload.services.facts.change_client": "identity: its form names the fields",
    "caseload.services.facts.correct_spell": "an address, benefit or status",
    "caseload.services.journey.correct_entry": "an entry of a journey; a consent is corrected by nobody",
    "caseload.services.news.tell_of_leads": "no record: tells of them",
    "caseload.services.referrals.expire_referrals": "closes what was not answered in time",
    "caseload.services.registering.register_client": "a record of one's own organisation, by who records journeys",
    "caseload/sql/follow_reasons.sql": "follows consents, referrals and merges, in sets (caseload.services.sharing)",
    "caseload/sql/grant.sql": "follows shares, in sets",
    "caseload/sql/grant_one.sql": "follows the one share that a posted referral opens",
    "caseload/sql/mark_restricted.sql": "follows restrictions, in sets",
    "caseload.services.sharing.open_by": "what a posted referral opens, as the sets would find it",
    "commissioning.services.profile_keeping.ProfileKeeper.change": "what is planned, as its keeper",
    "commissioning.services.spend_recording.change_spend": "a line of spend: its service names the fields",
    "commissioning.views.spend._ask_twice": "a line that is not stored, to find others like it",
    "commissioning.services.held.HeldKeeper.change": "what its kind declares, as its keeper",
    "commissioning.services.appraisals.AppraisalKeeper.change": "an appraisal that nobody decided yet, as its keeper",
    "commissioning.services.money_keeping.MoneyKeeper.change": "contributions, contracts and spend, as its keeper",
    "employers.services.merging._separate": "an employer",
    "employers.services.merging.merge_employers": "an employer",
    "partners.platform.documents.keeping.change_document": "what a document is called and about",
    "partners.platform.records.keeping.Keeper._store": "what a kind declares, and no kind declares any of these",
    "partners.platform.records.pages.KindChange._newly_alike": "a copy that is asked about and thrown away",
    "partners.platform.records.pages.KindChange.act": "as its keeper",
    "partners.services.api_keys.revoke_key": "ends a key; its page shows those one looks after",
    "partners.services.clocks.set_clocks": "days of the consortium, by who may set clocks",
    "partners.services.people._join": "the sign-in of the address that an invitation was sent to",
    "partners.services.people.invite_first_administrator": "the operator's, where nobody administers",
    "partners.platform.documents.actions.change_action": "what is to be done, by whom and when",
    "partners.platform.documents.notes.correct_note": "what a note says",
    "partners.platform.records.changing.change": "what the callers in these lists name",
    "partners.platform.tenancy.statements.Lookup.first": "what was read, on the object",
    "reporting.kinds.narrative.NarrativeKeeper.change": "what a return says of an objective",
    "reporting.queries.readers.as_read": "no record: somebody as a role would read",
    "partners.platform.signoff.engine._act": "asks the standing of whoever acts (_checked), as do the next three",
    "partners.platform.signoff.engine._go_to": "after an act",
    "partners.platform.signoff.engine.send_back": "after an act",
    "partners.platform.signoff.engine.sign": "after an act",
    "partners.platform.signoff.standing.steps_to_be": "no record: steps of the pack's chain, stored when it begins",
    "reporting.services.freezing.freeze": "the last act of a chain",
    "reporting.services.scenes.posts.name_holders": "the operator's, of made-up people",
    "reporting.services.copies.copies_of": "no record: who gets a copy of a signed return",
    "reporting.services.consortia._add_partners": "the operator's, of a new consortium",
    "reporting.services.consortia._add_plan": "the operator's, of a new consortium; it names no person",
    "reporting.services.demonstration._load_city": "the operator's, of made-up people",
    "reporting.services.demonstration._sign_in": "the operator's, of made-up people",
    "reporting.services.demonstration._tie": "the operator's, of made-up people",
}
# Columns of the exchange package that a package may set: of new rows, or because nothing opens by them.
FREE = {
    ("contracts", "status"): "of money",
    ("contract_facts", "status"): "of money",
    ("contributions", "organisation_id"): "of money",
    ("contributions", "status"): "of money",
    ("services", "organisation_id"): "of the directory",
    ("stage_events", "organisation_id"): "whose work an event was",
    ("activities", "organisation_id"): "whose work an event was",
    ("assessments", "organisation_id"): "whose work an event was",
    ("risks", "status"): "of the programme",
}


# What is kept in the browser by roles of the accountable body alone: whose step a document's is, and who writes of an
# objective.
KEPT = {
    "post-holders": (Capability.KEEP_PLACES, {Role.ADMINISTRATOR}),
    "objectives": (Capability.KEEP_PLAN, {Role.COMMISSIONER, Role.MONITORING_OFFICER}),
}


def test_every_writer_is_written_down() -> None:
    found = places()
    known = ASKS.keys() | NEED_NOT.keys()

    assert {place: sorted(what) for place, what in found.items() if place not in known} == {}
    assert sorted(known - found.keys()) == []


def test_no_kind_keeps_what_opens_sight_or_gives_power_in_the_browser() -> None:
    kept = [kind for kind in all_kinds() if kind.keeps and kind.model.__name__ in MODELS]
    protected = {kind.slug: kind for kind in kept if kind.keeps and set(kind.keeps.fields) & COLUMNS}

    assert protected.keys() == KEPT.keys()
    for slug, (capability, roles) in KEPT.items():
        keeps = protected[slug].keeps
        assert keeps is not None
        assert set(keeps.may.values()) == {capability}
        assert protected[slug].exchange is None
        assert capability in OF_ACCOUNTABLE_BODY
        assert {role for role, can in ROLES.items() if capability in can} == roles


@pytest.mark.parametrize("place", ASKS)
def test_a_writer_asks_its_judge(place: str) -> None:
    module = importlib.import_module(place.rpartition(".")[0])
    judge = ASKS[place]

    assert f"{judge}(" in inspect.getsource(module)
    assert getattr(module, judge).__module__ in {"partners.judging", "caseload.judging"}


def test_every_protected_column_of_a_package_is_guarded() -> None:
    for table in all_tables():
        guarded = {name for guard in table.guards for name in guard.columns}
        named = {column.name for column in table.columns if column.name in COLUMNS}
        free = {column for of, column in FREE if of == table.name}
        protected = named if table.model.__name__ in MODELS else named - free
        if table.model.__name__ in MODELS or table.guards:
            assert sorted(protected - guarded) == [], table.name
        else:
            assert sorted(named - free) == [], table.name


@pytest.mark.parametrize(
    "line",
    [
        "person.role = role",
        "client.adviser_id = me",
        "Client.objects.filter(pk=1).update(adviser=me)",
        "Client.objects.bulk_update(clients, ['merged_into', 'version'])",
        "Consent(client=client).save()",
        "Share.objects.create(organisation=mine)",
        "setattr(record, name, value)",
        "change(client, version=1, values=said)",
        "cursor.execute('UPDATE caseload_client SET restricted = false')",
        "cursor.execute(f'insert into caseload_restrictionreader ({columns}) values (1)')",
        "cursor.execute('DELETE FROM caseload_clientrestriction')",
    ],
)
def test_a_new_writer_is_found(line: str) -> None:
    source = f"def act(x):\n    if x:\n        {line}\n"
    assert [place for place, _ in written(source, "caseload.services.new")][:1] == ["caseload.services.new.act"]
