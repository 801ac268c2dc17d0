"""What this app tells the apps above it."""

from django.dispatch import Signal

# Sent once an hour inside each consortium's scope, with ``consortium_id`` and ``today``; receivers must be idempotent.
daily_upkeep = Signal()

# Sent before an exchange package is stored or undone, with its number of ``rows``: receivers may put off, to the end of
# a long one, what they derive from each row.
package_loading = Signal()

# Sent after an exchange package was loaded, with ``batch`` and ``tables`` (names): receivers bring derived rows
# up to date.
package_loaded = Signal()

# Sent before somebody's access ends or their role changes, with ``person`` and ``role`` (None: they leave): a receiver
# raises CaseloadError, with a sentence that says what to do first, where something would be left to nobody.
person_changing = Signal()

# Sent when the scanner found something in a document that had been kept before it could look, with ``document``.
document_infected = Signal()

# Sent when somebody is given an action by somebody else, with ``action`` and ``by``.
action_given = Signal()
