"""Small packages for tests, written as text, and what an import of them says."""

from pathlib import Path

from partners.models import StaffMember
from partners.platform.exchange.findings import Finding
from partners.platform.exchange.importing import Outcome
from partners.platform.exchange.runs import load_package

# A package in which everything is right: a row of every table, and all columns that something else needs.
ROWS = {
    "organisations": "id,name,type\no1,Council,local_authority\no2,Training,provider\n",
    "staff": "id,organisation_id,name,email,role\n"
    "s1,o1,Ann,ann@example.org,adviser\ns2,o2,Bob,bob@example.org,viewer\n",
    "centres": "id,name,kind,opened_on\nz1,Centre,training_employment_centre,2007-04-01\n",
    "funding_streams": "id,name,mainstream\nf1,Stream,true\n",
    "contributions": (
        "id,funding_stream_id,organisation_id,financial_year,amount,status\nb1,f1,o1,2007-08,1000.00,agreed\n"
    ),
    "contracts": (
        "id,title,provider_id,funding_stream_id,starts_on,ends_on,value\nt1,Work,o2,f1,2007-04-01,2008-03-31,5000\n"
    ),
    "contract_profiles": "id,contract_id,month,kind,planned\np1,t1,2007-04-01,spend,100\n",
    "expenditure": "id,contract_id,incurred_on,amount\nx1,t1,2007-05-01,-12.50\n",
    "services": "id,name,organisation_id,kind\nv1,Advice,o2,advice_and_guidance\n",
    "clients": (
        "id,given_name,family_name,date_of_birth,registered_on,organisation_id,adviser_id\n"
        "c1,Asha,Testperson,1980-02-29,2007-05-01,o1,s1\nc2,Ben,Testperson,1981-01-01,2007-05-01,o2,\n"
    ),
    "client_addresses": "id,client_id,from_date,lsoa\nd1,c1,2005-01-01,E01013664\n",
    "client_circumstances": "id,client_id,kind,code,from_date\nu1,c1,benefit,jsa,2006-01-01\n",
    "consents": "id,client_id,purpose,given_on,method\ng1,c1,sharing,2007-05-01,paper\n",
    "referrals": (
        "id,client_id,from_organisation_id,to_organisation_id,made_on,status,status_on\n"
        "r1,c1,o1,o2,2007-05-02,accepted,2007-05-03\n"
    ),
    "enrolments": "id,client_id,contract_id,started_on\nn1,c1,t1,2007-05-02\n",
    "stage_events": (
        "id,client_id,stage,occurred_on,recorded_on,organisation_id\nh1,c1,assessed,2007-05-03,2007-05-03,o1\n"
    ),
    "activities": "id,client_id,kind,occurred_on,organisation_id\ni1,c1,contact,2007-05-03,o1\n",
    "assessments": "id,client_id,assessed_on,organisation_id,dimension,score\nk1,c1,2007-05-03,o1,skills,4\n",
    "plan_actions": "id,client_id,title,owner\nl1,c1,Write a CV,client\n",
    "qualifications": "id,client_id,type,level,enrolled_on\nq1,c1,nvq,2,2007-06-01\n",
    "employers": "id,name,sector,size_band,ownership\ne1,Shop,Retail,small,private\ne2,Mill,Textile,large,private\n",
    "account_managers": "id,employer_id,staff_id,from_date,to_date\nm1,e1,s1,2007-04-01,2007-09-30\n",
    "employer_agreements": "id,employer_id,kind,from_date\na1,e1,jigs,2007-04-01\na2,e1,in_work_training,2007-04-01\n",
    "employer_contacts": "id,employer_id,staff_id,occurred_on,channel\ny1,e1,s1,2007-05-01,visit\n",
    "vacancies": "id,employer_id,title,opened_on,posts,jigs_agreement_id\nw1,e1,Assistant,2007-05-01,2,a1\n",
    "placements": "id,client_id,employer_id,kind,started_on\nj1,c1,e1,work_trial,2007-05-10\n",
    "pre_recruitment": (
        "id,employer_id,title,started_on,applied,invited,attended,interviewed,offered\n"
        "pr1,e1,Course,2007-05-10,9,8,7,6,5\n"
    ),
    "jobs": (
        "id,client_id,employer_id,jigs_agreement_id,started_on,hours_per_week,hourly_wage,evidence,recorded_on\n"
        "jb1,c1,e1,a1,2007-06-01,37.5,7.50,payslip,2007-06-02\n"
    ),
    "employment_checks": "id,job_id,week,checked_on,in_work,evidence\nck1,jb1,13,2007-09-01,true,payslip\n",
    "in_work_training": "id,client_id,employer_id,started_on\nit1,c1,e1,2007-07-01\n",
    "in_work_support": "id,person,client_id,employer_id,occurred_on\nis1,employee,c1,e1,2007-07-01\n",
    "employer_events": "id,centre_id,title,held_on\nev1,z1,Jobs fair,2007-07-01\n",
    "targets": "id,indicator,area_kind,period,value\ntg1,kpi_4,consortium,2007-08,41\n",
    "observations": "id,indicator,area_kind,area,as_at,value,source\nob1,local_jsa,ward,Charnwood,2007-06-01,-1,ONS\n",
    "milestones": "id,title,due_on\nms1,First centre open,2007-09-01\n",
    "risks": "id,title,likelihood,impact,status\nrk1,Late data,low,high,open\n",
    "contract_terms": "id,contract_id,item,unit_price\ntm1,t1,job_start,500.00\n",
    "claims": "id,kind,quarter,signed_on\ncm1,dwp_claim,2007-08-Q1,2007-07-10\n",
    "claim_lines": (
        "id,claim_id,contract_id,item,job_id,expenditure_id,client_id,amount\ncl1,cm1,t1,job_start,jb1,,c1,500.00\n"
    ),
}


def write(folder: Path, tables: dict[str, str | bytes]) -> Path:
    """Write files as they are given; a name without an ending is a table."""
    folder.mkdir(exist_ok=True)
    for name, content in tables.items():
        path = folder / (name if "." in name else f"{name}.csv")
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def load(path: Path, *, dry_run: bool = False, by: StaffMember | None = None) -> tuple[Outcome, list[Finding]]:
    """Import a package, as the operator or as somebody, and return the outcome with every finding."""
    report = path.parent / f"{path.name}.report"
    outcome = load_package(path, report=report, dry_run=dry_run, by=by)
    return outcome, read_report(report)


def read_report(report: Path) -> list[Finding]:
    import csv  # noqa: PLC0415

    with report.open(encoding="utf-8", newline="") as stream:
        return [
            Finding(
                row["file"],
                int(row["line"]) if row["line"] else None,
                row["column"],
                row["value"],
                row["reason"],
                is_warning=row["kind"] == "warning",
            )
            for row in csv.DictReader(stream)
        ]


def places(findings: list[Finding]) -> list[tuple[str, int | None, str, str]]:
    return [(f.file.removesuffix(".csv"), f.line, f.column, f.value) for f in findings]
