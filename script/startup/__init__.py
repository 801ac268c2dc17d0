"""What happens between `script/server` and the first page.

Everything up to the installation runs on any Python 3.11 with nothing but the standard library; what comes
after it runs on the project's own `.venv`. The parts, from the bottom up:

failures   the one error: a sentence that says what to do
places     where things lie: checkout, state, sockets
children   programs that end with whoever started them
keys       secrets made once for this machine
install    Python packages, node packages, front-end files, the browser for tests
roles      owner and application role in a database
servers    the embedded Postgres and Valkey
broker     a broker of the user's own
keeper     the process that holds those servers while somebody leases them
lease      how a command gets the servers and lets them go
environ    the environment Django reads
processes  web, worker and scheduler under one supervisor
commands   server, test, manage, lint, env, stop
"""
