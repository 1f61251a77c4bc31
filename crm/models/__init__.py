"""The company's records. What each is: DOMAIN, "The parts"."""

from crm.models.channel import Email, Phone
from crm.models.client import Address, Client, Contact
from crm.models.datasheet import Datasheet, StepTick
from crm.models.export import Export, ExportKind
from crm.models.history import HistoryEntry
from crm.models.kept import KeptFile
from crm.models.once import Once
from crm.models.search import SearchDoc
from crm.models.tally import DatasheetCount
from crm.models.todo import Todo
from crm.models.value import FieldValue

__all__ = [
    "Address",
    "Client",
    "Contact",
    "Datasheet",
    "DatasheetCount",
    "Email",
    "Export",
    "ExportKind",
    "FieldValue",
    "HistoryEntry",
    "KeptFile",
    "Once",
    "Phone",
    "SearchDoc",
    "StepTick",
    "Todo",
]
