"""Failures with a sentence for people and a code for programs."""

from collections.abc import Mapping, Sequence

WHOLE = ""


class CaseloadError(Exception):
    """The one refusal that people can act on, raised by every service; form, API and command each turn it once.

    ``fields`` holds its sentences by the form field or JSON member that each belongs to, :data:`WHOLE` for none of
    them; ``message`` is all of them, one after the other. A sentence goes with its ``field``; several fields go by
    name.
    """

    code = "refused"
    message = "This can't be done."

    def __init__(
        self,
        message: str | None = None,
        *,
        field: str | None = None,
        fields: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.fields = fields or {field or WHOLE: [message or self.message]}
        self.message = " ".join(sentence for sentences in self.fields.values() for sentence in sentences)
        super().__init__(self.message)


class NoConsortiumInScope(RuntimeError):
    """Tenant rows were asked for outside a consortium: a mistake in the code, so it is loud."""

    def __init__(self) -> None:
        super().__init__("No consortium in scope. Enter one with tenancy.scope.in_consortium(consortium_id).")


class NotAllowed(CaseloadError):
    code = "not_allowed"
    message = "Your role does not allow this."


class StepNotAllowed(CaseloadError):
    """A change of state that the table of transitions does not have."""

    code = "step_not_allowed"

    def __init__(self, *, state: str, wanted: str, allowed: tuple[str, ...]) -> None:
        self.state, self.wanted, self.allowed = state, wanted, allowed
        steps = ", ".join(allowed) or "none: it has ended"
        super().__init__(
            f"This is {state.replace('_', ' ')}, so it cannot be {wanted.replace('_', ' ')}."
            f" Steps allowed now: {steps}."
        )


class ChangedMeanwhile(CaseloadError):
    """Somebody else saved the record after this person opened it."""

    code = "changed_meanwhile"
    message = (
        "Somebody else changed this record while you had it open. Nothing of yours is lost: compare and save again."
    )
