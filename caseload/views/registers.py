from caseload.registers import REGISTERS
from partners.platform.records.pages import RecordPage, RegisterIndex, RegisterList


class Records(RegisterIndex):
    registers, namespace = REGISTERS, "caseload"


class RecordList(RegisterList):
    registers, namespace = REGISTERS, "caseload"


class Record(RecordPage):
    registers, namespace = REGISTERS, "caseload"
