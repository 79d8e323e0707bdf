"""The first process of a pid namespace may ignore signals; the limit on processor time kills all the same."""

import signal

for number in range(1, 65):
    attempt(signal.signal, number, signal.SIG_IGN)
while True:
    pass
