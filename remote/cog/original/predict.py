"""The shot-size predictor in the format of Cog's ``predict:``.

Inputs, outputs and labels are those of the classifier that many have deployed
(``replicate/shot-classifier`` of dvschultz/algorithmic-filmmaking), so that its clients work
unchanged. Other than there, a clip may have any number of frames, the same clip always gets the
same scores, and the order of the labels is that of the checkpoint.
"""

import torch
from cog import BasePredictor, Input, Path

from shot_classifier import CheckpointUnusable, Classifier, describe_size, read_clip


class Predictor(BasePredictor):
    """Shot size of one clip."""

    def setup(self, weights: Path | None = None) -> None:
        """Load the model in the folder ``model``, or in the one that ``COG_WEIGHTS`` names."""
        device = "cuda" if torch.cuda.is_available() else "cpu"
        self.classifier = Classifier(Path(weights or "model"), device, torch.float32)
        if "size" not in self.classifier.tasks:
            raise CheckpointUnusable(
                f"the model {self.classifier.name} answers for {', '.join(self.classifier.tasks)}, "
                "not for shot sizes; take a model of shot sizes"
            )

    # Cog reads annotations as text: a bare dict is any JSON object, dict[str, Any] one of objects.
    def predict(
        self,
        video: Path = Input(description="Clip of one shot"),
        return_all_scores: bool = Input(
            description="Return the scores of all shot sizes", default=False
        ),
    ) -> dict:  # type: ignore[type-arg]
        """Return the shot size of a clip: its abbreviation, its name and its probability."""
        (answers,) = self.classifier.classify([read_clip(video, self.classifier.side)])
        result = describe_size(answers["size"])
        return {**result, "all_scores": answers["size"]["scores"]} if return_all_scores else result
