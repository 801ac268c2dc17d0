"""What was signed, as it was signed. Rows are only ever added: nobody changes them, whatever role they have."""

from django.db import models

from partners.platform.tenancy.append_only import only_added
from partners.platform.tenancy.models import TenantForeignKey, TenantModel


class SignedDocument(TenantModel):
    """A signed return: the place in the chain of its kind, and the hashes of its canonical file and the one before.

    ``own_hash`` is the SHA-256 of the canonical file, which names the hash before it and those of all other files.
    """

    filed = TenantForeignKey("reporting.Return", related_name="documents")
    build = TenantForeignKey("reporting.ReturnBuild", related_name="+")
    kind = models.CharField(max_length=40)
    position = models.PositiveIntegerField()
    signed_by = TenantForeignKey("partners.StaffMember", related_name="+")
    signed_at = models.DateTimeField()
    previous_hash = models.CharField(max_length=64, blank=True)
    own_hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consortium", "filed"], name="reporting_signeddocument_once"),
            models.UniqueConstraint(fields=["consortium", "kind", "position"], name="reporting_signeddocument_chain"),
        ]
        triggers = only_added()


class SignedFile(TenantModel):
    """A file of a signed return: whole, or reduced for readers who may not open the people behind its figures."""

    document = TenantForeignKey("reporting.SignedDocument", related_name="files")
    name = models.CharField(max_length=80)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consortium", "document", "name"], name="reporting_signedfile_once"),
        ]
        triggers = only_added()


class SignedPiece(TenantModel):
    """A piece of a signed file. Each file is kept twice, so that what differs can be named to the byte, and mended."""

    file = TenantForeignKey("reporting.SignedFile", related_name="pieces")
    copy = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consortium", "file", "copy", "number"], name="reporting_signedpiece_once"),
        ]
        triggers = only_added()
