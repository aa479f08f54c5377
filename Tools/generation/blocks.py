"""Blocks in parallel processes.

The parent initialises Pythia once and never generates; each block is made by a fork of it with a seed
of its own, so that what a block holds depends on nothing but (seed, process, block)."""

import contextlib
import ctypes
import json
import mmap
import os
import signal
import sys
import time

from files import Blocks, write_block
from sources import GenerationError, fill_block


class Stopped(Exception):
    """SIGINT or SIGTERM came."""


class Progress:
    """One line on a terminal, a line every ten seconds elsewhere."""

    def __init__(self, label, total, done):
        self.label, self.total, self.first, self.start = label, total, done, time.monotonic()
        self.terminal = sys.stderr.isatty()
        self.last = self.start

    def show(self, done, force=False):
        now = time.monotonic()
        if not force and now - self.last < (0.2 if self.terminal else 10):
            return
        self.last = now
        rate = (done - self.first) / max(now - self.start, 1e-9)
        line = f"{self.label}  {done}/{self.total} events  {rate:.3g} events/s"
        if 0 < rate and done < self.total:
            line += f"  {duration((self.total - done) / rate)} left"
        print(("\r\x1b[K" if self.terminal else "") + line, file=sys.stderr, flush=True,
              end="" if self.terminal else "\n")

    def end(self):
        if self.terminal:
            print(file=sys.stderr)


def duration(seconds):
    whole = max(1, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def die_with_parent(parent):
    """Lets Linux end this process when its parent ends, a kill included (prctl PR_SET_PDEATHSIG)."""
    try:
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    except (OSError, AttributeError):
        return
    if os.getppid() != parent:
        os._exit(1)


def fork(work):
    """Runs `work` in a fork; (process id, file that carries its sentence if it fails)."""
    parent = os.getpid()
    sys.stdout.flush()
    sys.stderr.flush()
    read, write = os.pipe()
    child = os.fork()
    if child:
        os.close(write)
        return child, read
    code = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        die_with_parent(parent)
        os.close(read)
        result = work()
        if result is not None:
            os.write(write, json.dumps(result).encode())
        code = 0
    except GenerationError as error:
        os.write(write, str(error).encode())
    except OSError as error:
        os.write(write, f"could not write '{error.filename}': {error.strerror}".encode())
    except BaseException as error:
        os.write(write, f"{type(error).__name__}: {error}".encode()[:2000])
    finally:
        os._exit(code)


def said(read):
    with os.fdopen(read, "rb") as file:
        return file.read().decode()


def finish(child, read):
    """Waits for a fork; what it said.  Throws where it failed."""
    text = said(read)
    _, status = os.waitpid(child, 0)
    if status:
        if os.WIFSIGNALED(status):
            text = f"a worker process was ended by signal {os.WTERMSIG(status)}"
        raise GenerationError(text or "a worker process failed without a word")
    return text


class Job:
    """All blocks of one file."""

    def __init__(self, generator, key, events, block, max_eta, folder, label):
        self.generator, self.key, self.events, self.block = generator, key, events, block
        self.max_eta, self.folder, self.label = max_eta, folder, label

    def count(self):
        return -(-self.events // self.block)

    def size(self, index):
        return min(self.block, self.events - index * self.block)

    def path(self, index):
        # A last block that is shorter has a name of its own.
        return os.path.join(self.folder, f"block-{index:06d}-{self.size(index)}.npz")

    def waiting(self):
        return [index for index in range(self.count()) if not os.path.exists(self.path(index))]

    def estimate(self, events):
        """Seconds of one process for so many events, from a warm-up in a fork.

        Each part of a mixture is timed by itself and for a number of events, not for a time, which
        would end before the slow ones."""
        def work():
            self.generator.seed("warm-up", *self.key)
            from records import Record

            record, seconds = Record(self.max_eta), 0.0
            for part, share in self.generator.shares():
                # The first event pays for what is made once.
                part.next(record)
                sample, count = max(1, min(20, round(events * share / 20))), 0
                start, passed = time.monotonic(), 0.0
                while count < sample and (count < 2 or passed < 3):
                    part.next(record)
                    count, passed = count + 1, time.monotonic() - start
                seconds += events * share * passed / count
            return seconds
        return json.loads(finish(*fork(work)))

    def run(self, processes):
        waiting = self.waiting()
        done = self.events - sum(self.size(index) for index in waiting)
        progress = Progress(self.label, self.events, done)
        running, free = {}, list(range(processes))
        # Events of unfinished blocks, which the workers count in shared memory.
        counters = memoryview(mmap.mmap(-1, 8 * processes)).cast("q")
        try:
            while waiting or running:
                while waiting and free:
                    index, slot = waiting.pop(0), free.pop()
                    counters[slot] = 0
                    child, read = fork(lambda: self.make(index, counters, slot))
                    running[child] = (index, slot, read)
                child, status = os.waitpid(-1, os.WNOHANG)
                if not child:
                    progress.show(done + sum(counters[slot] for _, slot, _ in running.values()))
                    time.sleep(0.005)
                    continue
                if child not in running:
                    continue
                index, slot, read = running.pop(child)
                free.append(slot)
                text = said(read)
                if status:
                    if os.WIFSIGNALED(status):
                        text = f"a worker process was ended by signal {os.WTERMSIG(status)}"
                    raise GenerationError(text or "a worker process failed without a word")
                done += self.size(index)
                progress.show(done, force=done == self.events)
        finally:
            for child in running:
                # A signal may come between the end of a worker and its being crossed off.
                with contextlib.suppress(ProcessLookupError, ChildProcessError):
                    os.kill(child, signal.SIGKILL)
                    os.waitpid(child, 0)
            progress.end()
        return Blocks([self.path(index) for index in range(self.count())])

    def make(self, index, counters, slot):
        def count(events):
            counters[slot] = events

        record, statistics = fill_block(
            self.generator, self.key, index, self.size(index), self.max_eta, count)
        write_block(self.path(index), record, statistics)
