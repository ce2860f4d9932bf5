"""What an import changes of the process is told, each kind under an id that stays."""

import threading

import pytest
from torch._inductor.compile_worker.timer import Timer

from conformance.registrations.importing import importing
from conformance.registrations.importing.python_state import python_state

CHANGES = {
    "environ.added": "import os; os.environ['NS'] = '1'",
    "environ.changed": "import os; os.environ['PATH'] += ':/nowhere'",
    "environ.removed": "import os; del os.environ['HOME']",
    "directory": "import os; os.chdir('/')",
    "umask": "import os; os.umask(0o007)",
    "sys.path.added": "import sys; sys.path.insert(0, '/nowhere')",
    "sys.excepthook": "import sys; sys.excepthook = lambda *a: None",
    "sys.recursionlimit": "import sys; sys.setrecursionlimit(5000)",
    "signals": "import signal; signal.signal(signal.SIGUSR1, lambda *a: None)",
    "locale": "import locale; locale.setlocale(locale.LC_TIME, 'C.UTF-8')",
    "logging.level": "import logging; logging.getLogger().setLevel('DEBUG')",
    "logging.handlers": "import logging; logging.basicConfig()",
    "warnings.filters.added": "import warnings; warnings.filterwarnings('ignore')",
    "random.state": "import random; random.seed(1)",
    "numpy.random.state": "import numpy; numpy.random.seed(1)",
    "torch.seed": "torch.manual_seed(1)",
    "torch.default_dtype": "torch.set_default_dtype(torch.float64)",
    "torch.default_device": "torch.set_default_device('meta')",
    "torch.grad_mode": "torch.set_grad_enabled(False)",
    "torch.deterministic": "torch.use_deterministic_algorithms(True)",
    "torch.float32_matmul_precision": "torch.set_float32_matmul_precision('medium')",
    "torch.cudnn.benchmark": "torch.backends.cudnn.benchmark = True",
    "torch.mkldnn.enabled": "torch.backends.mkldnn.enabled = False",
    "torch.num_threads": "torch.set_num_threads(torch.get_num_threads() + 1)",
    "torch.flush_denormal": "torch.set_flush_denormal(True)",
    "torch.patched": "torch.nn.functional.silu = lambda x: x",
    "builtins": "import builtins; builtins.sum = lambda *a: 0",
    "torch.compiler_settings.added": "import torch._dynamo.config as c; c.suppress_errors = True",
    "threads": (
        "import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()"
    ),
}


@pytest.fixture(scope="module")
def changed(tmp_path_factory):
    """The ids of what a file changes that changes everything."""
    import json
    import subprocess
    import sys

    from .conftest import _SHOW, HEAD

    path = tmp_path_factory.mktemp("changes") / "changing.py"
    path.write_text(HEAD + "\n".join(CHANGES.values()).replace("NS", "ADDED_BY_IMPORT") + "\n")
    ended = subprocess.run(
        [sys.executable, "-c", _SHOW, str(path)], capture_output=True, text=True, timeout=120
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
    return json.loads(ended.stdout.splitlines()[-1])["changed"]


@pytest.mark.parametrize("id", CHANGES)
def test_a_change_is_told(changed, id):
    assert id in {each["id"] for each in changed}


def test_a_change_is_told_with_before_and_after(changed):
    (dtype,) = [each for each in changed if each["id"] == "torch.default_dtype"]
    assert (dtype["before"], dtype["after"]) == ("torch.float32", "torch.float64")
    (added,) = [each for each in changed if each["id"] == "environ.added"]
    assert (added["name"], added["after"]) == ("ADDED_BY_IMPORT", "1")


def test_registering_an_operator_changes_nothing_else(written):
    imported = importing(
        written("""
        @torch.library.custom_op("NS::same", mutates_args=())
        def same(x: Tensor) -> Tensor:
            return x.clone()
    """)
    )
    assert imported.operators and imported.changed == ()


def test_a_timer_of_torchs_compiler_is_no_change_but_workers_and_namesakes_are():
    """The timer of an earlier compilation begins and ends whenever it likes."""
    timer = Timer(0.2, lambda: None)
    before = python_state()["threads"]
    timer.record_call()
    assert timer.background_thread is not None and timer.background_thread.is_alive()
    name = timer.background_thread.name
    assert python_state()["threads"] == before
    end = threading.Event()
    for thread in (
        threading.Thread(target=end.wait, name=name),
        threading.Thread(target=end.wait, name="InductorSubproc"),
    ):
        thread.start()
        assert python_state()["threads"] != before
        before = python_state()["threads"]
    end.set()
    timer.quit()
