from .bases import FRESH_SIZES, Base, read_base
from .forecasting import TrainingForecast, forecast
from .loop import Watch
from .network import build_network
from .options import Recipe, TrainingOptions, default_options
from .output import TRAINING, prepare_folder
from .questions import Question
from .training import (
    PlacedWindow,
    Trained,
    TrainingPlan,
    WindowFrames,
    plan_training,
    train,
)
from .workers import AcceleratedWorkers, Workers

__all__ = [
    "FRESH_SIZES",
    "TRAINING",
    "AcceleratedWorkers",
    "Base",
    "PlacedWindow",
    "Question",
    "Recipe",
    "Trained",
    "TrainingForecast",
    "TrainingOptions",
    "TrainingPlan",
    "Watch",
    "WindowFrames",
    "Workers",
    "build_network",
    "default_options",
    "forecast",
    "plan_training",
    "prepare_folder",
    "read_base",
    "train",
]
