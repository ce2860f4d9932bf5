"""A subject in a process of its own, which is started anew when it is needed again."""

from collections.abc import Callable
from typing import Any

from conformance.asking.remote.died import EndedFromOutside, NotLoaded, SubjectDied
from conformance.asking.remote.loaded import LoadedThere
from conformance.asking.remote.process import Message, SubjectProcess, Zygote
from conformance.events.request import Limits, Request
from conformance.events.verdict import SubjectUnsupported
from conformance.processes.channel import NotAMessage
from conformance.processes.ending import Ending
from conformance.wheels.deadline import SHARE


class RemoteSubject:
    """Loads a subject, and passes orders on to its process. Close it."""

    def __init__(self, zygote: Zygote, limits: Limits) -> None:
        self._zygote, self._limits = zygote, limits
        self._process: SubjectProcess | None = None
        self._named: Message = {}
        self.starts = 0
        """How many processes there have been."""

    def load(self, request: Request, subject: str) -> LoadedThere:
        """Load a subject into the process that is there, or into a new one.

        What is loaded already stays. Raises :class:`NotLoaded` for whatever is the subject's, or
        the user's, fault, and :class:`EndedFromOutside`.
        """
        self._limits = request.limits
        self._named = {
            "operator": request.operator, "subject": subject, "device": request.device,
            "fetch_seconds": SHARE * request.limits.load_seconds, "memory": request.limits.memory,
            "imports": request.imports, "registration": None, "settings": dict(request.settings),
        }  # fmt: skip
        return self._loaded()

    def load_registration(self, request: Request, what: Message) -> LoadedThere:
        """Load a registered operator instead; see
        :meth:`conformance.serving.registrations.RegistrationServer.load`."""
        self._limits = request.limits
        self._named = {
            "operator": "", "subject": "", "device": request.device,
            "fetch_seconds": SHARE * request.limits.load_seconds, "memory": request.limits.memory,
            "imports": request.imports, "registration": what, "settings": {},
        }  # fmt: skip
        return self._loaded()

    def list_registered(self, request: Request) -> Message:
        """What importing something registers. Raises :class:`NotLoaded` and
        :class:`EndedFromOutside`."""
        self.load_registration(request, {"wanted": None, "imports": request.imports})
        answer: Message = self.order("registration", {"list": True}, request.limits.call_seconds)
        return answer

    def remember(self, **known: Any) -> None:
        """What a new process is told of a registration, beside what the first one was told."""
        self._named["registration"] = {**self._named["registration"], **known}

    @property
    def process(self) -> SubjectProcess:
        """The process with the subject in it; a new one if the last one is gone."""
        if self._process is None:
            try:
                self._loaded()
            except NotLoaded as refused:
                why = f"the subject could not be loaded again: {refused}"
                raise EndedFromOutside(why) from refused
        assert self._process is not None
        return self._process

    def order(
        self, name: str, what: Message, seconds: float, in_call: bool = True,
        progress: Callable[[Message], bool] = lambda message: False,
    ) -> Message:  # fmt: skip
        """What the process answers. Raises what :meth:`SubjectProcess.order` raises,
        :class:`SubjectUnsupported` for arguments that find no room, and ``RuntimeError`` for
        trouble of the suite's own there."""
        try:
            answer = self.process.order({name: what}, seconds, in_call, progress)
        except SubjectDied:
            self._process = None
            raise
        if "lost" in answer:
            self.close()
            how = str(answer["lost"])[:1000]
            own = bool(answer.get("faulted"))
            raise SubjectDied(Ending(how, own, "" if own else how), of_device=True)
        if "no_room" in answer:
            raise SubjectUnsupported(str(answer["no_room"])[:1000])
        if "error" in answer:
            raise RuntimeError(f"in the subject's process: {str(answer['error'])[:4000]}")
        return answer

    def refuse(self, garbage: NotAMessage) -> SubjectDied:
        """The end of a process whose answer cannot be read."""
        self.close()
        return SubjectDied(Ending(str(garbage), own=True))

    def close(self) -> None:
        if self._process is not None:
            self._process.close()
            self._process = None

    def _loaded(self) -> LoadedThere:
        died: SubjectDied | None = None
        while True:
            try:
                there = self._load_once()
                if died is None:
                    return there
                how = f"the process that loads the subject {died.told}, by whomever"
                raise EndedFromOutside(f"{how}; another one loads it")
            except SubjectDied as death:
                self._process = None
                if not death.in_call:
                    how = f"the suite's process ended before it touched the subject: {death.told}"
                    raise EndedFromOutside(how) from None
                if death.ending.outside:
                    raise EndedFromOutside(death.ending.outside) from None
                if death.ending.own or (died and died.ending.how == death.ending.how):
                    raise NotLoaded("SubjectBroken", death.told) from None
                if died is not None:
                    raise EndedFromOutside(f"{died.told}, then {death.told}") from None
                died = death  # anybody may have sent the signal: only the subject does it twice

    def _load_once(self) -> LoadedThere:
        if self._process is None:
            self._process = SubjectProcess(self._zygote, self._limits)
            self.starts += 1
        touched = False

        def progress(message: Message) -> bool:
            nonlocal touched
            touched = touched or "phase" in message
            return "phase" in message

        try:
            answer = self._process.order(
                {"load": self._named}, self._limits.load_seconds, progress=progress
            )
        except SubjectDied as death:
            death.in_call = touched
            raise
        if "refused" in answer:
            raise NotLoaded(str(answer["refused"]), str(answer["message"]))
        try:
            return LoadedThere.from_data({**answer["loaded"], "more": answer.get("registration")})
        except (KeyError, TypeError, AttributeError) as error:
            raise self.refuse(NotAMessage(f"no answer: {error}")) from None


Asked = tuple[str, list[Any]]
"""A method of whoever builds kernels there, and its arguments."""
