from django.db import models


class Postcode(models.Model):
    """Where a postcode lies, from the ONS Postcode Directory the operator loads: public, so it has no consortium.

    ``postcode`` is in capitals without a space. The names are those of the directory's own name files, or empty when
    only codes were loaded. A postcode that has ended stays: people lived there.
    """

    postcode = models.CharField(max_length=8, primary_key=True, db_collation="C")
    lsoa = models.CharField(max_length=9, blank=True)
    ward_code = models.CharField(max_length=9, blank=True)
    ward = models.CharField(max_length=200, blank=True)
    district_code = models.CharField(max_length=9, blank=True)
    district = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.postcode
