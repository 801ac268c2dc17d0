from partners.platform.tenancy.models import TenantForeignKey


def recording_organisation() -> TenantForeignKey:
    """Whose staff or system recorded an entry; none, as of a package's rows, means the record's own organisation."""
    return TenantForeignKey("partners.Organisation", null=True, blank=True, related_name="+", editable=False)
