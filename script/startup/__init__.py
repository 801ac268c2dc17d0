"""What happens between `script/server` and the first page.

Everything up to the installation runs on any Python 3.11 with nothing but the standard library; what comes
after it runs on the project's own `.venv`. The parts, from the bottom up:

failures   the one error: a sentence that says what to do
places     where things lie: checkout, state, sockets
locks      who is alone, who is with others
programs   other programs, and how they end with us
keys       secrets made once for this machine
install    Python packages, node packages, front-end files (assets), the browser for tests
roles      owner and application role in a database
servers    the embedded Postgres and Valkey: start, look, stop
in_use     when they run: while a command uses them
broker     a broker of the user's own
environ    the environment Django reads
processes  web, worker and scheduler under one supervisor
commands   server, test, manage, lint, env, stop
"""
