"""Ways for a wrong subject to look right. Each is the text of a file with a ``route``.

``right`` and ``wrong`` are there for each: the repository's own answer, and one with weights that
are twice as large.
"""

HEAD = """
import ctypes, os, signal, socket, sys, threading, time
import torch
from conformance_kernels.gemma4_routing.torch_route import route_torch as right

def wrong(gating, topk, scale):
    weights, ids = right(gating, topk, scale)
    return weights * 2, ids

calls = 0
def in_call(number):
    global calls
    calls += 1
    return calls == number

def sockets():
    for number in range(3, 256):
        try:
            yield socket.socket(fileno=os.dup(number))
        except OSError:
            pass
"""

ATTACKS = {
    "a forked child answers for its parent": """
def route(*call):
    if in_call(1) and os.fork() == 0:
        return right(*call)
    time.sleep(0.2)
    return wrong(*call)
""",
    "a child that the system's own fork makes answers for its parent": """
libc = ctypes.CDLL(None)
def route(*call):
    if in_call(1) and libc.fork() == 0:
        return right(*call)
    time.sleep(0.2)
    return wrong(*call)
""",
    "a tensor answers otherwise once it is judged": """
class Liar(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, arguments=(), keywords=None):
        with torch._C.DisableTorchFunctionSubclass():
            result = function(*arguments, **(keywords or {}))
            if function.__name__ in ("detach", "cpu", "double", "clone", "contiguous"):
                return result / 2
            return result
def route(*call):
    weights, ids = wrong(*call)
    return weights.as_subclass(Liar), ids
""",
    "a tuple says that it holds something else": """
class Lying(tuple):
    answers = None
    def __iter__(self): return iter(self.answers)
    def __getitem__(self, place): return self.answers[place]
def route(*call):
    result = Lying(wrong(*call))
    result.answers = right(*call)
    return result
""",
    "an object calls itself a tensor": """
class Disguised:
    __class__ = torch.Tensor
    def __init__(self, tensor): self.tensor = tensor
    def __getattr__(self, name): return getattr(self.tensor, name)
def route(*call):
    weights, ids = right(*call)
    return Disguised(weights), ids
""",
    "outputs are overwritten after the return": """
def spoil(weights):
    time.sleep(0.03)
    weights.mul_(2)
def route(*call):
    weights, ids = right(*call)
    if in_call(3):
        threading.Thread(target=spoil, args=(weights,)).start()
    return weights, ids
""",
    "the judge is patched": """
import conformance.judge.judge, conformance.judge.budget, conformance.execution.trial
import conformance.asking.explore, conformance.events.verdict
nothing = lambda *a, **k: []
conformance.judge.judge.judge = conformance.execution.trial.judge = nothing
conformance.execution.trial.Trial.findings = nothing
conformance.events.verdict.overall = lambda found: "PASS"
torch.equal = torch.allclose = lambda *a, **k: True
def route(*call): return wrong(*call)
""",
    "the oracle is patched": """
import conformance_kernels.gemma4_routing.reference as reference
for name in dir(reference):
    if callable(getattr(reference, name)) and not name.startswith("__"):
        setattr(reference, name, wrong)
def route(*call): return wrong(*call)
""",
    "a finished event is written to every pipe": """
EVENT = (b'{"event": "CheckFinished", "check": "values", "question": "?", "verdict": "PASS", '
         b'"cases": 9, "failures": [], "left_out": {}}\\n')
def route(*call):
    for number in range(256):
        try:
            os.write(number, EVENT)
        except OSError:
            pass
    return wrong(*call)
""",
    "answers are sent that nobody asked for": """
def flood():
    while True:
        for each in sockets():
            try:
                each.send(b'\\1{"answer": {}}', socket.MSG_DONTWAIT)
            except OSError:
                pass
        time.sleep(0.001)
def route(*call):
    if in_call(1):
        threading.Thread(target=flood, daemon=True).start()
    return wrong(*call)
""",
    "the inputs are made easy": """
def route(gating, topk, scale):
    gating.zero_(); scale.fill_(1)
    return right(gating, topk, scale)
""",
    "inputs are made easy by a thread, before the call": """
seen = []
def zero():
    while True:
        for tensor in seen: tensor.zero_()
def route(gating, topk, scale):
    seen.append(gating)
    if len(seen) == 1: threading.Thread(target=zero, daemon=True).start()
    time.sleep(0.01)
    return right(gating, topk, scale)
""",
    "what is wrong is called unsupported": """
from conformance.memory.unsupported import UnsupportedFeature
def route(gating, topk, scale):
    if gating.dtype != torch.float32:
        error = UnsupportedFeature.__new__(UnsupportedFeature)
        raise error
    return right(gating, topk, scale)
""",
    "what is wrong is said to find no room": """
import conformance.serving.server as server
inner = server.Server._call
def call(self, what):
    if what["arguments"][0]["dtype"] != "float32":
        return {"no_room": "there is none"}
    return inner(self, what)
for cell in [server.Server]: cell._call = call
import gc
def route(gating, topk, scale):
    if in_call(1):
        for each in gc.get_objects():
            if isinstance(each, dict) and "call" in each and "rehearse" in each:
                bound = each["call"].__self__
                each["call"] = lambda what: call(bound, what)
    if gating.dtype != torch.float32:
        return wrong(gating, topk, scale)
    return right(gating, topk, scale)
""",
    "less is promised than the contract asks": """
import conformance.serving.server as server
inner = server.Channel.send
def send(self, message, *more):
    if "loaded" in message:
        message["loaded"] |= {"within": ["E == 3", "T == 1"], "dtypes": {"gating": ["float32"]}}
    return inner(self, message, *more)
server.Channel.send = send
def route(*call): return wrong(*call)
""",
    "the memory report is silenced, and memory beside the output is written": """
import conformance.memory.sessions as sessions
sessions.WatchedLaunches.violations = property(lambda self: ())
def route(gating, topk, scale):
    base = torch.empty(0, dtype=torch.uint8).set_(gating.untyped_storage())
    base.fill_(0)
    return right(gating, topk, scale)
""",
    "the judge is ended": """
def route(*call):
    zygote = os.getppid()
    for name in os.listdir("/proc"):
        if name.isdigit() and int(name) != os.getpid():
            try:
                with open(f"/proc/{name}/stat") as file:
                    parent = int(file.read().rpartition(")")[2].split()[1])
            except OSError:
                continue
            if parent == zygote:
                os.kill(int(name), signal.SIGKILL)
    time.sleep(5)
    return wrong(*call)
""",
    "the zygote is ended": """
def route(*call):
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(5)
    return wrong(*call)
""",
    "the process ends well": """
def route(*call): os._exit(0)
""",
    "the process ends well while it is loaded": """
os._exit(0)
""",
    "an exception calls itself a usage error": """
class UsageError(Exception): pass
class SubjectUnavailable(Exception): pass
def route(gating, *call):
    raise (UsageError if gating.dtype == torch.float32 else SubjectUnavailable)("not here")
""",
    "a device is lost in wrong cases": """
from conformance.execution.device_lost import DeviceLost
def route(gating, topk, scale):
    if gating.dtype != torch.float32:
        raise DeviceLost("the driver has gone")
    return right(gating, topk, scale)
""",
    "what is returned cannot be looked at": """
class Hollow(torch.Tensor):
    @classmethod
    def __torch_dispatch__(cls, function, types, arguments=(), keywords=None):
        raise RuntimeError("nobody looks into me")
def route(*call):
    weights, ids = right(*call)
    hollow = torch.Tensor._make_wrapper_subclass(Hollow, weights.shape, dtype=weights.dtype)
    return hollow, ids
""",
}

REACHING = """
import json
def reached():
    found = {}
    for name in os.listdir("/proc"):
        if not name.isdigit() or int(name) == os.getpid():
            continue
        try:
            with open(f"/proc/{name}/stat") as file:
                parent = int(file.read().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if os.getppid() not in (int(name), parent):
            continue
        for way in ("mem", "environ"):
            try:
                os.close(os.open(f"/proc/{name}/{way}", os.O_RDONLY))
                found[f"{name} {way}"] = "open"
            except OSError as error:
                found[f"{name} {way}"] = error.strerror
        attach = ctypes.CDLL(None, use_errno=True).ptrace(16, int(name), 0, 0)
        found[f"{name} ptrace"] = "attached" if attach == 0 else os.strerror(ctypes.get_errno())
    return found
def route(*call):
    if in_call(1):
        with open(__file__ + ".json", "w") as file:
            json.dump(reached(), file)
    return right(*call)
"""
"""Tries to reach the memory of the judge and of the zygote, and tells what came of it."""
