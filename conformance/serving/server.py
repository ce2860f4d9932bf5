"""Carries out the judge's orders, one after the other."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import asdict
from functools import partial
from typing import Any

import torch

from conformance.catalogue.devices import open_device
from conformance.catalogue.operators import find_operator, with_settings
from conformance.events.loading import refusal_of
from conformance.execution.describe import NoException
from conformance.execution.device_lost import DeviceLost
from conformance.execution.outcome import Outcome
from conformance.execution.ways.names import Way
from conformance.memory.shared import Inbox, Outbox
from conformance.memory.unwritten import Unwritten
from conformance.policy.cores import compilers
from conformance.processes.channel import Channel
from conformance.serving.answers import answer_of, returned_data
from conformance.serving.arguments import BroughtArguments
from conformance.serving.sanitizing import sanitized, ways_of
from conformance.serving.seen import seen
from conformance.subjects.subject import load_subject
from conformance.targets.builds import Step
from conformance.tensors.returned import look
from conformance.torch_internals import undisturbed
from conformance.wheels.deadline import within

Order = dict[str, Any]


class Server:
    """One subject at a time; loading another one keeps what is loaded.

    Each order is answered by one message; ``load`` and ``builds`` tell of their progress before.
    """

    def __init__(self, channel: Channel, inbox: Inbox, outbox: Outbox) -> None:
        self._channel, self._inbox, self._outbox = channel, inbox, outbox
        self._function: Callable[..., Any] = lambda *arguments: None
        self._device: Any = None
        self._arguments: BroughtArguments | None = None
        self._kept: dict[int, tuple[Any, list[Any]]] = {}
        self._registrations: Any = None
        self._named: Order = {}

    def serve(self) -> None:
        """Answer until the judge closes the channel, which raises ``ChannelClosed``."""
        orders = {
            "load": self._load, "call": self._call, "together": self._together,
            "sanitize": self._sanitize, "rehearse": self._rehearse,
            "look": self._look, "builds": self._builds, "registration": self._registration,
        }  # fmt: skip
        while True:
            order = self._channel.receive() or {}
            self._outbox.clear()
            (name, what), *_ = order.items()
            try:
                answer = orders[name](what)
            except DeviceLost as lost:
                answer = {"lost": str(lost), "faulted": lost.faulted}
            except torch.OutOfMemoryError as error:
                answer = {"no_room": str(error).partition("\n")[0]}
            except BaseException as error:  # of the suite; what a subject raises is an answer
                answer = {"error": f"{type(error).__name__}: {error}"[:4000]}
            self._channel.send(answer)

    def _load(self, what: Order) -> Order:
        self._channel.send({"phase": "load"})
        if hasattr(self._device, "builder"):
            self._device.builder.stop()
        try:
            if what["registration"]:
                return self._load_registration(what)
            with within(what["fetch_seconds"]):
                if what["imports"]:
                    self._registered().surroundings.importing(what["imports"])
                operator = with_settings(find_operator(what["operator"]), what["settings"])
                subject = load_subject(operator, what["subject"], what["settings"])
            loaded = subject.loaded
            self._device = (loaded and loaded.device) or open_device(what["device"])
            if hasattr(self._device, "builder"):
                self._device.builder.workers = compilers(what["memory"])
        except BaseException as error:
            return {"refused": refusal_of(error), "message": str(error)[:20_000]}
        self._function = _with_exceptions(subject.function)
        self._named = what
        device = self._device
        place = getattr(device, "built_on", device.torch_device)
        self._arguments = BroughtArguments(
            self._inbox, self._outbox, place, getattr(device, "storage", None)
        )
        self._kept.clear()
        return {
            "loaded": {
                "origin": subject.origin,
                "execution": loaded.execution if loaded else "",
                "stood_in": loaded.stood_in if loaded else (),
                "sources": str(loaded.sources) if loaded and loaded.sources else "",
                "torch_device": device.torch_device,
                "mode": device.mode,
                "finds_unwritten": getattr(device, "finds_unwritten", False),
                "rehearses": hasattr(device, "rehearse"),
                "builds": hasattr(device, "builder"),
                "compiles": getattr(device, "compiles", False),
                "ways": ways_of(device),
            }
        }

    def _load_registration(self, what: Order) -> Order:
        with within(what["fetch_seconds"]):
            device = open_device(what["device"])
            found = self._registered().load(what["registration"], device)
        self._device = device
        return {
            "loaded": {
                "origin": found["origin"],
                "execution": found["execution"],
                "stood_in": found["stood_in"],
                "sources": "",
                "torch_device": device.torch_device,
                "mode": found["mode"],
                "finds_unwritten": False,
                "rehearses": False,
                "builds": False,
                "compiles": False,
                "ways": [],
            },
            "registration": found,
        }

    def _registered(self) -> Any:
        if self._registrations is None:
            from conformance.serving.registrations import RegistrationServer

            self._registrations = RegistrationServer()
        return self._registrations

    def _registration(self, what: Order) -> Order:
        answer: Order = self._registered().order(what)
        return answer

    def _call(self, what: Order) -> Order:
        assert self._arguments is not None
        self._forget(what)
        arguments = self._arguments.bring(what["arguments"])
        call: Callable[..., Outcome] = self._device.call
        if what["way"] is not None:
            call = partial(self._device.ways.call, Way(what["way"]))
        elif what["unwritten"] is not None:
            rule, poison = what["unwritten"]
            call = partial(call, unwritten=Unwritten(tuple(rule), poison))
        with self._noted(what):
            outcome = call(self._function, arguments, what["poison"])
        looked = seen(outcome, arguments)
        if looked.returned is not None:
            self._kept[what["number"]] = outcome.result, arguments
        return {"answer": self._answer(looked, what["arguments"])}

    def _answer(self, looked: Outcome, described: list[Order]) -> Order:
        assert self._arguments is not None
        with undisturbed():
            answer = answer_of(looked, self._outbox.put)
        answer["arguments"] = self._arguments.send_back(described)
        return answer

    def _together(self, what: Order) -> Order:
        assert self._arguments is not None
        self._forget(what)
        calls = [self._arguments.bring(each) for each in what["calls"]]
        outcomes = self._device.ways.together(self._function, calls, what["poison"])
        looked = [seen(each, passed) for each, passed in zip(outcomes, calls, strict=True)]
        pairs = zip(looked, what["calls"], strict=True)
        return {"answers": [self._answer(each, described) for each, described in pairs]}

    def _sanitize(self, what: Order) -> Order:
        return sanitized(self._named, what["tool"], what["case"], what["seconds"])

    def _rehearse(self, what: Order) -> Order:
        assert self._arguments is not None
        self._forget(what)
        arguments = self._arguments.bring(what["arguments"])
        with self._noted(what):
            return {"rehearsed": bool(self._device.rehearse(self._function, arguments))}

    def _look(self, what: Order) -> Order:
        self._forget(what)
        looked = {}
        for number in what["numbers"]:
            result, arguments = self._kept[number]
            looked[str(number)] = returned_data(look(result, arguments), self._outbox.put)
        return {"looked": looked}

    def _builds(self, what: Order) -> Order:
        builder, (name, arguments) = self._device.builder, what["asked"]
        match name:
            case "uncompiled":
                return {"told": builder.uncompiled}
            case "launched" | "forget_rehearsal" | "unavailable" | "ahead" | "compiling":
                return {"told": getattr(builder, name)(*arguments)}
            case "plan":
                return {"told": [asdict(step) for step in builder.plan(*arguments)]}
            case "build":
                steps = [Step(**step) for step in arguments[0]]
                builder.build(steps, lambda place: self._channel.send({"built": place}))
                return {"told": None}
            case "refused":
                return {"told": [asdict(each) for each in builder.refused(*arguments)]}
            case "needs":
                steps = [Step(**step) for step in arguments[0]]
                return {"told": [asdict(each) for each in builder.needs(steps)]}
        raise KeyError(name)

    def _forget(self, what: Order) -> None:
        assert self._arguments is not None
        self._arguments.drop(what["blocks_gone"])
        for number in what["results_gone"]:
            self._kept.pop(number, None)

    def _noted(self, what: Order) -> Any:
        log = getattr(self._device, "launched", None)
        if log is None or what["case"] is None:
            return nullcontext()
        return log.during(what["case"], what["rehearsed"])


def _with_exceptions(function: Callable[..., Any]) -> Callable[..., Any]:
    """``function``, where whatever it raises is an answer and ends nothing else."""

    def call(*arguments: Any) -> Any:
        try:
            return function(*arguments)
        except (Exception, SystemExit, DeviceLost):
            raise
        except BaseException as error:
            raise NoException(error) from error

    call.of_subject = function  # type: ignore[attr-defined]
    return call
