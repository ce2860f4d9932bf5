"""Which tokens of which requests a step computes."""

from collections import deque
from dataclasses import dataclass, field

from .blocks import Pool
from .setups import Setup


@dataclass(eq=False)
class Request:
    """``tokens`` are the prompt's and those generated; ``computed`` of them are in the cache."""

    number: int
    prompt: int
    new: int
    tokens: list[int]
    computed: int = 0
    cached: int = 0
    blocks: list[int] = field(default_factory=list)
    was_later: bool = False
    """Whether it came while others ran."""
    chunks: int = 0
    """In how many steps it has been prefilled."""

    @property
    def decodes(self) -> bool:
        """Whether the next step computes the last token only, which was generated."""
        return self.computed >= self.prompt and len(self.tokens) - self.computed == 1


@dataclass(frozen=True)
class Row:
    """A request in a step, with the number of its tokens."""

    request: Request
    count: int


class Scheduler:
    """Running requests come first; of waiting ones as many as fit follow."""

    def __init__(self, setup: Setup, pool: Pool) -> None:
        self.setup, self.pool = setup, pool
        self.waiting: deque[Request] = deque()
        self.running: list[Request] = []

    def add(self, request: Request) -> None:
        """One more request."""
        request.was_later = bool(self.running)
        self.waiting.append(request)

    @property
    def is_done(self) -> bool:
        """Whether nothing waits and nothing runs."""
        return not self.waiting and not self.running

    def next(self) -> list[Row]:
        """The rows of the next step."""
        rows = self._waiting([]) if not self.setup.mixes else []
        if not rows:
            rows = self._running()
        return self._waiting(rows) if self.setup.mixes else rows

    def _budget(self, rows: list[Row]) -> int:
        used = sum(row.count for row in rows)
        return self.setup.chunk - used if self.setup.chunk else 1 << 30

    def _running(self) -> list[Row]:
        rows: list[Row] = []
        for request in list(self.running):
            if request not in self.running:
                continue  # preempted for one before it
            left = len(request.tokens) - request.computed
            count = min(left, self._budget(rows))
            if count > 0 and self._room(request, count):
                rows.append(Row(request, count))
        if not self.setup.mixes and not all(row.request.decodes for row in rows):
            return [row for row in rows if not row.request.decodes]
        return rows

    def _waiting(self, rows: list[Row]) -> list[Row]:
        rows = list(rows)
        while self.waiting and len(self.running) < self.setup.batch and self._budget(rows) > 0:
            request = self.waiting[0]
            request.blocks = self.pool.hits(request.tokens)
            request.computed = request.cached = len(request.blocks) * self.setup.block
            count = min(len(request.tokens) - request.computed, self._budget(rows))
            if not self._grow(request, count):
                self.pool.give_back(request.blocks)
                request.blocks, request.computed = [], 0
                break
            self.waiting.popleft()
            self.running.append(request)
            rows.append(Row(request, count))
        return rows

    def _grow(self, request: Request, count: int) -> bool:
        """Blocks for ``count`` more tokens; False, and none of them, if there are not enough."""
        end = request.computed + count
        needed = -(-end // self.setup.block) - len(request.blocks)
        if needed > len(self.pool.free):
            return False
        for _ in range(needed):
            block = self.pool.take()
            assert block is not None
            request.blocks.append(block)
        return True

    def _room(self, request: Request, count: int) -> bool:
        """Blocks for a running request; the youngest one loses its own where there are none."""
        while not self._grow(request, count):
            youngest = self.running.pop()
            self.preempt(youngest)
            if youngest is request:
                return False
        return True

    def preempt(self, request: Request) -> None:
        """Take its blocks; it is computed again, with the tokens that it has already."""
        self.pool.give_back(request.blocks)
        request.blocks, request.computed, request.chunks = [], 0, 0
        self.waiting.appendleft(request)

    def ended(self, request: Request) -> None:
        """It has all its tokens."""
        self.running.remove(request)
        self.pool.give_back(request.blocks)
