"""A device with streams and graphs that needs no GPU: what is queued on it runs later.

The host runs every operation at once, as it must to know sizes. What was queued on a stream other
than the default one runs again, in the order of the device, when somebody waits for the device:
first what was queued on the default stream, then the others in turns of one operation each. What
is captured leaves nothing behind until its graph is replayed.
"""

from contextlib import contextmanager
from types import SimpleNamespace

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from triton.runtime.jit import JITFunction

from conformance.execution.cpu import LockstepCPU
from conformance.execution.ways.ways import Ways

NOT_PERMITTED = "CUDA error: operation not permitted when stream is capturing"


def _tensors(values):
    return [each for each in tree_leaves(values) if isinstance(each, torch.Tensor)]


class Memory:
    """What memory held before operations that will run again."""

    def __init__(self):
        self._before, self._made = {}, {}

    def see(self, values):
        """These tensors were there before."""
        for tensor in _tensors(values):
            storage = tensor.untyped_storage()
            key = storage.data_ptr()
            if key and key not in self._before and key not in self._made:
                held = torch.empty(0, dtype=torch.uint8).set_(storage)
                self._before[key] = held, held.clone()

    def make(self, result, known):
        """The tensors of a result that are new; nothing restores what they hold."""
        held = {tensor.untyped_storage().data_ptr() for tensor in _tensors(known)}
        fresh = [t for t in _tensors(result) if t.untyped_storage().data_ptr() not in held]
        # Kept, so that no other memory gets their addresses.
        self._made.update({tensor.untyped_storage().data_ptr(): tensor for tensor in fresh})
        return fresh

    def restore(self):
        for held, before in self._before.values():
            held.copy_(before)


class Queue(TorchDispatchMode):
    """Operations in order."""

    def __init__(self, module, memory, capturing=False):
        super().__init__()
        self.module, self.memory, self.capturing = module, memory, capturing
        self.operations = []

    def __torch_dispatch__(self, operator, types, arguments=(), keywords=None):
        keywords = keywords or {}
        if self.module.queue is not self:  # another stream is the current one
            return operator(*arguments, **keywords)
        if self.capturing and operator is torch.ops.aten._local_scalar_dense.default:
            raise RuntimeError(NOT_PERMITTED)
        self.memory.see((arguments, keywords))
        result = operator(*arguments, **keywords)
        fresh = self.memory.make(result, (arguments, keywords))
        self.operations.append(lambda: _again(operator, arguments, keywords, result, fresh))
        return result

    def launched(self, launch, kernel, arguments, keywords):
        self.memory.see((arguments, keywords))
        self.operations.append(lambda: launch(kernel, *arguments, **keywords))


def _again(operator, arguments, keywords, result, fresh):
    now = operator(*arguments, **keywords)
    if fresh and "empty" not in operator.name():
        for old, new in zip(_tensors(result), _tensors(now), strict=True):
            old.copy_(new)


class Stream:
    def wait_stream(self, other):
        """Whatever was queued before has come first anyway."""

    wait_event = wait_stream


class Module:
    """What torch offers for a kind of device, as far as the ways to call subjects use it."""

    def __init__(self):
        self.queue = None
        self._default = Stream()
        self._begin()

    def _begin(self):
        self._memory = Memory()
        self._queues = {self._default: Queue(self, self._memory)}

    Stream = Stream

    Event = staticmethod(lambda: SimpleNamespace(record=lambda stream=None: None))
    CUDAGraph = SimpleNamespace

    def default_stream(self):
        return self._default

    current_stream = default_stream

    def is_current_stream_capturing(self):
        return self.queue is not None and self.queue.capturing

    @contextmanager
    def stream(self, stream):
        """What is queued on the default stream at once runs at once, and is not to run again."""
        if stream is self._default and self.queue is None:
            yield
            return
        queue = self._queues.setdefault(stream, Queue(self, self._memory))
        with self._into(queue):
            yield

    @contextmanager
    def graph(self, graph):
        memory = Memory()
        queue = Queue(self, memory, capturing=True)
        try:
            with self._into(queue):
                yield
        finally:
            memory.restore()
        graph.replay = lambda: [operation() for operation in queue.operations]

    @contextmanager
    def _into(self, queue):
        before, self.queue = self.queue, queue
        launch = JITFunction.__dict__["run"]

        def run(kernel, /, *arguments, **keywords):
            if self.queue is queue:
                queue.launched(launch, kernel, arguments, keywords)
            return launch(kernel, *arguments, **keywords)

        try:
            JITFunction.run = run
            with queue:
                yield
        finally:
            JITFunction.run = launch
            self.queue = before

    def synchronize(self, ordinal=None):
        (default, *others), memory = self._queues.values(), self._memory
        self._begin()
        memory.restore()
        for operation in default.operations:
            operation()
        waiting = [iter(queue.operations) for queue in others]
        while waiting:
            waiting = [each for each in waiting if _step(each)]


def _step(operations):
    operation = next(operations, None)
    if operation is not None:
        operation()
    return operation is not None


class StandIn(LockstepCPU):
    """A device with all ways to call a subject, on the CPU."""

    mode = "stand-in"

    def __init__(self):
        super().__init__()
        self.module = Module()
        self.ways = Ways(self.call, self.call, self.module, "cpu")
        self.compiled = False
        """Whether a call goes on that is none of the emulation's."""

    def call(self, function, arguments, poison, unwritten=None):
        before, self.compiled = self.compiled, True
        try:
            return super().call(function, arguments, poison, unwritten)
        finally:
            self.compiled = before
