"""A contract that cannot be used as it is written."""


class ContractMistake(ValueError):
    """A mistake of whoever wrote a contract: which contract, which field, what to do about it.

    The command line ends with exit code 2 for it: nothing is said about any subject.
    """

    def __init__(self, contract: str, field: str, problem: str, mend: str = "") -> None:
        problem = " ".join(problem.split())  # what an exception says may take several lines
        place = f"contract {contract}, {field}" if contract else field
        super().__init__(f"{place}: {problem}" + (f"; {mend}" if mend else ""))
        self.contract, self.field, self.problem, self.mend = contract, field, problem, mend

    def within(self, contract: str) -> "ContractMistake":
        """The same mistake, told of ``contract`` if it is told of none yet."""
        return self if self.contract else self.of(contract)

    def of(self, contract: str) -> "ContractMistake":
        """The same mistake, told of the contract that the field belongs to."""
        return ContractMistake(contract, self.field, self.problem, self.mend)
