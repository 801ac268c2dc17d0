"""What an embedded server says about itself when it does not start."""

from startup.servers import cause


def test_the_reason_is_quoted_and_not_the_farewell() -> None:
    log = "LOG:  starting\nFATAL:  lock file is empty\nLOG:  database system is shut down\n"

    assert cause(log) == "FATAL:  lock file is empty"


def test_without_a_fatal_line_the_last_one_is_quoted() -> None:
    assert cause("# Server started\nCan't open the log file\n\n") == "Can't open the log file"
