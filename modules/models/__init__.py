from modules.models.field import About, Field, FieldChoice, FieldGroup, FieldType, Required
from modules.models.former import Former
from modules.models.module import FirstResponsible, Module, ModuleTurn, ModuleUser
from modules.models.status import Status, StatusGroup
from modules.models.step import Step
from modules.models.suggestion import Suggestion
from modules.models.todotype import TodoType

__all__ = [
    "About",
    "Field",
    "FieldChoice",
    "FieldGroup",
    "FieldType",
    "FirstResponsible",
    "Former",
    "Module",
    "ModuleTurn",
    "ModuleUser",
    "Required",
    "Status",
    "StatusGroup",
    "Step",
    "Suggestion",
    "TodoType",
]
