"""Classification: a posting → its group, level, commune and topic, with the signs and the doubt.

What belongs here: pure functions of data. What does not: pages (`pipeline.extraction`), counting (`pipeline.facts`).
"""

from pipeline.classification.classifier import Classifier
from pipeline.classification.model import Item, Verdict
from pipeline.classification.sections import SectionLabels

__all__ = ["Classifier", "Item", "SectionLabels", "Verdict"]
