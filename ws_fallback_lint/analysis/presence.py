"""Which parts of the standard library are there on which platform.

By the notes "Availability" in https://docs.python.org/3/library/: os.html, select.html, signal.html,
socket.html, subprocess.html, sys.html, time.html. What came to a platform with some version (`os.fchmod`,
`os.set_blocking`), or hangs on the system's headers anywhere (`socket.SO_REUSEPORT`), is no fact.
"""

from dataclasses import dataclass

from ws_fallback_lint.analysis.environments import PLATFORMS
from ws_fallback_lint.analysis.where import hasattr_

_EVERY = frozenset(PLATFORMS)
_UNIX = _EVERY - {"win32"}
_WINDOWS = frozenset({"win32"})
_LINUX = frozenset({"linux"})
_BSD = frozenset({"darwin", "freebsd14"})
_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Presence:
    """The platforms that may have a part of the library, and those that have it for certain."""

    may: frozenset[str]
    must: frozenset[str]

    def on(self, platform: str) -> bool | None:
        """Whether a platform has it; None where that depends on more."""
        return True if platform in self.must else None if platform in self.may else False


def _table(may: frozenset[str], must: frozenset[str], **names: str) -> dict[str, Presence]:
    return {
        f"{module}.{name}": Presence(may, must) for module, text in names.items() for name in text.split()
    }


_FACTS: dict[str, Presence] = {
    # Unix, all of it
    **_table(
        _UNIX,
        _UNIX,
        os="chown chroot ctermid fchdir fchown fork fpathconf fstatvfs getegid geteuid getgid getgroups"
        " getpgid getpgrp getpriority getsid getuid killpg lchown major minor mkfifo mknod nice pathconf"
        " register_at_fork setegid seteuid setgid setgroups setpgid setpriority setregid setreuid setsid"
        " setuid statvfs sysconf tcgetpgrp tcsetpgrp ttyname uname wait wait3 wait4 WEXITSTATUS WIFEXITED"
        " WIFSIGNALED WNOHANG WTERMSIG",
        signal="ITIMER_PROF ITIMER_REAL ITIMER_VIRTUAL SIGALRM SIGBUS SIGCHLD SIGCONT SIGHUP SIGKILL SIGPIPE"
        " SIGUSR1 SIGUSR2 alarm getitimer pause pthread_kill pthread_sigmask setitimer siginterrupt"
        " sigpending sigwait",
        time="tzset",
    ),
    # Unix, but not every one
    **_table(
        _UNIX,
        _NONE,
        os="forkpty getloadavg getresgid getresuid initgroups lockf openpty pipe2 posix_fadvise"
        " posix_fallocate posix_openpt posix_spawn posix_spawnp preadv pwritev sched_getaffinity"
        " sched_setaffinity sched_yield sendfile setns setresgid setresuid waitid",
        select="poll",
        signal="SIGWINCH sigtimedwait sigwaitinfo",
        socket="AF_UNIX CMSG_LEN CMSG_SPACE SCM_RIGHTS SOCK_CLOEXEC SOCK_NONBLOCK recv_fds send_fds",
        time="clock_getres clock_gettime clock_settime pthread_getcpuclockid",
    ),
    **_table(
        _LINUX,
        _NONE,
        os="eventfd getxattr listxattr memfd_create pidfd_open removexattr setxattr timerfd_create unshare",
        signal="SIGSTKFLT pidfd_send_signal",
        socket="AF_ALG AF_CAN AF_PACKET AF_QIPCRTR AF_TIPC CAN_BCM CAN_ISOTP CAN_RAW_FILTER",
    ),
    **_table(_LINUX, _LINUX, select="epoll"),
    **_table(_BSD, _BSD, select="kevent kqueue"),
    **_table(frozenset({"sunos5"}), _NONE, select="devpoll"),
    **_table(_UNIX - _LINUX, _NONE, os="chflags lchflags"),
    # Windows
    **_table(
        _WINDOWS,
        _WINDOWS,
        os="startfile",
        signal="CTRL_BREAK_EVENT CTRL_C_EVENT SIGBREAK",
        subprocess="CREATE_NEW_CONSOLE CREATE_NEW_PROCESS_GROUP STARTF_USESHOWWINDOW STARTUPINFO SW_HIDE",
        sys="getwindowsversion winver",
    ),
    **_table(_WINDOWS, _NONE, os="add_dll_directory", socket="SIO_RCVALL fromshare"),
}
# What modules have only where another one is there.
_WITH_MODULE = {"ssl": ("http.client.HTTPSConnection", "urllib.request.HTTPSHandler")}
# Those that depend on the platform alone.
PLATFORM_FACTS = frozenset(name for name, fact in _FACTS.items() if fact.may == fact.must)
# How code names them where it asks.
WORDS = frozenset(name.rpartition(".")[2] for name in _FACTS)
_FROM_QUESTION = {hasattr_(name): presence for name, presence in _FACTS.items()}


def presence_of(question: str) -> Presence | None:
    """Where a part of the library is that a `hasattr` asks for; None where nothing is known of it."""
    return _FROM_QUESTION.get(question)


def is_platform_fact(name: str) -> bool:
    """Whether a dotted name is a part of the library that depends on the platform alone."""
    return name in PLATFORM_FACTS


def parts_with(module: str) -> list[str]:
    """The questions that are answered by whether a module is there."""
    return [hasattr_(name) for name in _WITH_MODULE.get(module, ())]
