"""Start the processes that serve, replace those that end or hang, and stop them all at a signal."""

import logging
import os
import signal
import time
from contextlib import AbstractContextManager, nullcontext
from socket import socket
from types import FrameType

import uvicorn
from uvicorn.supervisors.multiprocess import Process

from app.server.server import Server, say_listening, say_renewed
from app.server.tls import UnusableCertificate, configured_context

STDIN = 0
TICK_SECONDS = 0.05
LOOK_SECONDS = 0.5
PING_SECONDS = 5.0  # a process that does not answer for so long, stopped or starved, is ended
START_SECONDS = 300.0
GRACE_SECONDS = 2.0  # beyond what a process may take to stop
EARLY_SECONDS = 10.0  # a process that ends so soon after its start is replaced later each time
MAX_PAUSE_SECONDS = 30.0

logger = logging.getLogger("uvicorn.error")


class Worker(Process):
    """uvicorn's process that serves; it answers its supervisor's pings from a thread beside the event loop.

    uvicorn has no way to give it a server of our own, so these are overridden:

    - ``server``: makes our :class:`Server`.
    - ``start``: closes the parent's copy of the pipe's other end.
    - ``stop``: sends one SIGTERM and no second one, which would end the process at once.
    """

    def __init__(self, config: uvicorn.Config, sockets: list[socket], *, drain_seconds: float) -> None:
        super().__init__(config, sockets)
        self.drain_seconds, self.supervisor = drain_seconds, os.getpid()
        self.started_at = time.monotonic()
        self.replace_at: float | None = None
        self._is_told = False

    @property
    def server(self) -> Server:
        if not isinstance(self._server, Server):
            self._server = Server(self.config, drain_seconds=self.drain_seconds, supervisor=self.supervisor)
        return self._server

    def start(self) -> None:
        super().start()
        self.child_conn.close()  # else a ping to a process that has just ended waits for its whole time

    def renew_certificate(self) -> None:
        if self.process.is_alive() and self.pid is not None:
            os.kill(self.pid, signal.SIGHUP)

    def stop(self) -> None:
        if not self._is_told:
            self._is_told = True
            self.process.terminate()


class Supervisor:
    """Looks after the processes; uvicorn's supervisor has no drain and repeats a start that fails for ever.

    The first process shows whether the service can start at all; then the others follow.

    Args:
        while_serving: is entered when the service answers, and left when it is to stop.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        sockets: list[socket],
        *,
        n_workers: int,
        drain_seconds: float,
        while_serving: AbstractContextManager[None] | None = None,
    ) -> None:
        self.config, self.n_workers = config, n_workers
        self.while_serving = while_serving or nullcontext()
        self._sockets = sockets
        self._drain_seconds = drain_seconds
        self._workers: list[Worker] = []
        self._n_early = n_workers * [0]
        self._n_signals = 0
        self._had_terminal, self._renews_certificate = os.isatty(STDIN), False

    def run(self) -> bool:
        """Serve until a signal, and return whether the service could be started."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        if self.config.is_ssl:
            signal.signal(signal.SIGHUP, self._on_hang_up)
        self._workers.append(self._started())
        is_ready = self._workers[0].wait_until_ready(START_SECONDS)
        if (self._workers[0].exitcode or 0) > 0:  # it was not killed, and has said itself what is wrong
            return False
        if is_ready:
            say_listening(self.config)
        self._workers += [self._started() for _ in range(1, self.n_workers) if not self._n_signals]
        with self.while_serving:
            self._look_after_all()
        self._stop_all()
        return True

    def _look_after_all(self) -> None:
        next_look = 0.0
        while not self._n_signals:
            time.sleep(TICK_SECONDS)
            if self._renews_certificate:
                self._renews_certificate = False
                self._renew_certificate()
            if time.monotonic() >= next_look:
                for place in range(self.n_workers):
                    self._look_after(place)
                next_look = time.monotonic() + LOOK_SECONDS

    def _look_after(self, place: int) -> None:
        worker = self._workers[place]
        if worker.replace_at is None and not worker.is_alive(PING_SECONDS) and not self._n_signals:
            worker.kill()
            worker.process.join()
            worker.replace_at = time.monotonic() + self._pause(place)
            logger.error("Process [%s] ended (%s) and is replaced", worker.pid, worker.exitcode)
        if worker.replace_at is not None and worker.replace_at <= time.monotonic():
            self._workers[place] = self._started()

    def _renew_certificate(self) -> None:
        """Have all processes read the certificate again, unless it is unusable."""
        try:
            configured_context(self.config)
        except UnusableCertificate as error:
            logger.error("The old certificate stays in use: %s", error)
            return
        for worker in self._workers:
            worker.renew_certificate()
        say_renewed(self.config)

    def _pause(self, place: int) -> float:
        """How long to wait before a process is replaced: longer each time that one ends right after its start."""
        is_early = time.monotonic() - self._workers[place].started_at < EARLY_SECONDS
        pause = min(2.0 ** self._n_early[place] - 1, MAX_PAUSE_SECONDS)
        self._n_early[place] = self._n_early[place] + 1 if is_early else 0
        return pause if is_early else 0.0

    def _started(self) -> Worker:
        worker = Worker(self.config, self._sockets, drain_seconds=self._drain_seconds)
        # Ctrl-C and a terminal that closes reach every process; one that is still starting would end at once
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGHUP})
        worker.start()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGHUP})
        return worker

    def _on_signal(self, _: int, __: FrameType | None) -> None:
        """Pass the first signal on; at a second one kill the processes, whatever is lost."""
        self._n_signals += 1
        for worker in self._workers:
            if self._n_signals > 1:
                worker.process.kill()
            else:
                worker.stop()

    def _on_hang_up(self, number: int, frame: FrameType | None) -> None:
        """Renew the certificate, or stop if it is the service's terminal that has closed."""
        if self._had_terminal and not os.isatty(STDIN):
            self._on_signal(number, frame)
        else:
            self._renews_certificate = True

    def _stop_all(self) -> None:
        for listening in self._sockets:
            listening.close()  # so that newcomers are refused as soon as the last worker closes its copy
        for worker in self._workers:
            worker.stop()  # also those that were started while the signal came
        end = time.monotonic() + self._drain_seconds + (self.config.timeout_graceful_shutdown or 0) + GRACE_SECONDS
        for worker in self._workers:
            worker.process.join(max(0.0, end - time.monotonic()))
            worker.process.kill()
            worker.process.join()
