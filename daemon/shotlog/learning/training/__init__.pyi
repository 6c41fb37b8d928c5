from .bases import FRESH_SIZES, Base, read_base
from .forecasting import TrainingForecast, forecast
from .loop import Watch
from .network import build_network
from .options import TrainingOptions, TrainingRecipe, default_options
from .output import TRAINING, prepare_folder
from .plan import TrainedClassifier, TrainingPlan, plan_training
from .questions import Question
from .training import PlacedWindow, TrainingFrames, train
from .workers import AcceleratedWorkers, Workers

__all__ = [
    "FRESH_SIZES",
    "TRAINING",
    "AcceleratedWorkers",
    "Base",
    "PlacedWindow",
    "Question",
    "TrainedClassifier",
    "TrainingForecast",
    "TrainingFrames",
    "TrainingOptions",
    "TrainingPlan",
    "TrainingRecipe",
    "Watch",
    "Workers",
    "build_network",
    "default_options",
    "forecast",
    "plan_training",
    "prepare_folder",
    "read_base",
    "train",
]
