"""What the kinds of the employer directory share: where names lead, and how lists are searched."""

from django.urls import reverse

from employers.models import Employer


def employer_page(employer: Employer) -> str:
    return reverse("employers:employer", args=[employer.uid])


WHOSE = ("employer",)
LINKS = {"employer": employer_page}
OF_EMPLOYER = "A word of the employer's name."
WORK = "Work with an employer"
