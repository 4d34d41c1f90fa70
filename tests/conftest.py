"""What all tests stand on."""

import signal

# A shell ignores SIGINT for what it puts into the background (POSIX, XCU 2.11), and programs
# inherit that; the tests that press Ctrl+C need it heard.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
