"""Assessment of models: figures of their scores on clips whose labels are known."""

from shotlog.learning.assessment.scores import ClipScores

__all__ = ["ClipScores"]
