"""Runs a student's program where it can reach nothing but its own memory and one channel.

Who runs, with which rights, and what passes between them:

    judge (`jail`)             zygote (`zygote`)                  worker (`worker`), one a case
    trusted, any user          unprivileged, in bubblewrap        unprivileged, in namespaces of its own
    makes a socket pair  --r + one end-->  clones  ------------>  limits, no-new-privileges, no capabilities,
                                                                  descriptors closed, Landlock, seccomp
    sends the payload    -------------------- frame ----------->  prepare(payload), then files are closed
    starts its clock     <-------------------- ready -----------  answer(payload)
    reads the reply      <-------------------- frame -----------  exits
    kills when late      --k-->            SIGKILL
    learns how it ended  <--wait4--

The zygote has NumPy and the prerequisites loaded, so that a case costs a clone and not an interpreter. It never runs a
student's code and never reads a payload; so no worker can find in its memory what another one was given. Workers share no
page with it that can be written.

The jail holds the standard library, the shared libraries Python needs and NumPy's folder, all read-only; no `/proc`, no
`/dev`, no file that can be written, no other package. That is for the zygote, and for what a worker fetches before a
student's code runs (`prepare`); then all of it is closed, for what the kernel remembers of files is shared by all jails, and
one worker could leave messages in it for another. Only a request that runs no student's code keeps its files. Started as root, the jail belongs to a uid nobody uses (`launch`).

A frame here is a length of eight bytes and that many bytes. What they mean is not known at this level: a reply is
whatever the worker wrote, a student's claim. Whether and how it ended comes from `wait4` and from the judge's clock.

What stops what:

    forking, threads, exec          seccomp (also RLIMIT_NPROC)
    the network, other sockets      seccomp, the jail's empty network namespace (also Landlock)
    files of the machine            the jail's own tree (also Landlock: only the bound folders, reading)
    messages through files          seccomp: no path reaches the kernel, no record of an open file is told
    writing                         seccomp refuses to open for writing, a read-only tree, RLIMIT_FSIZE
    other processes                 a pid namespace with nobody else, seccomp (also Landlock's scopes)
    memory, time                    RLIMIT_AS with one process; RLIMIT_CPU, which kills; the judge's clock
    memory of the machine           if it runs out, the kernel ends workers first (oom_score_adj), the judge last
    outliving the judge             the jail dies with it (PR_SET_PDEATHSIG of bubblewrap), and everything in the jail
    kernel bugs                     a short list of system calls; what it lets through is trusted

Which files a jail shows is learnt from a child process and remembered in the user's cache folder (`libraries`), believed
only if nobody else can write it. `unsafe` leaves the limits and nothing else (`unprotected`), and `layers` says "none".

What nothing here stops: a program that finds a fault in the kernel behind those calls; the clock, and timing and caches of
the processor shared with other workers, pages of the mapped libraries among them; a load of the machine within the limits
(all of it in `docs/sandbox.md`). All workers of a zygote have one layout
of memory, and hold the loaded reference of the prerequisites, which a program may search. Escaped from all of it, a
program has the rights of the uid the jail runs under: nobody's if root started it, else those of the person who did.
"""
