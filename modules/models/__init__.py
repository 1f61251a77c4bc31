from modules.models.module import Module, ModuleUser
from modules.models.status import Status, StatusGroup
from modules.models.step import Step
from modules.models.suggestion import Suggestion
from modules.models.todotype import TodoType

__all__ = [
    "Module",
    "ModuleUser",
    "Status",
    "StatusGroup",
    "Step",
    "Suggestion",
    "TodoType",
]
