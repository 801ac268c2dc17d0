"""Failures with a sentence for people and a code for programs."""


class CaseloadError(Exception):
    """A refusal that people can act on. ``field`` names the form field or JSON member it belongs to, if any."""

    code = "refused"
    message = "This can't be done."

    def __init__(self, message: str | None = None, *, field: str | None = None) -> None:
        self.message = message or self.message
        self.field = field
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
