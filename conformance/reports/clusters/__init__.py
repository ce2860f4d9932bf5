"""From the failures of all checks of a run to their causes, each with the smallest condition.

``features`` turns the line of a case into numbers and words, ``atoms`` says single things of them,
``search`` finds the simplest conjunction that holds for the cases that fail and for none that
passes, ``scope`` says which cases count as passing, ``units`` puts failures of one finding
together and takes two faults apart that look alike, ``merging`` puts findings of one cause
together, ``find`` does it all for the events of a run, ``wording`` says it as a person would.
Pure data: it knows events and lines of cases, and nothing else.
"""

from conformance.reports.clusters.cluster import Cluster
from conformance.reports.clusters.find import clusters_of

__all__ = ["Cluster", "clusters_of"]
