from employers.registers import REGISTERS
from partners.platform.records.pages import RecordPage, RegisterIndex, RegisterList


class Records(RegisterIndex):
    registers, namespace = REGISTERS, "employers"


class RecordList(RegisterList):
    registers, namespace = REGISTERS, "employers"


class Record(RecordPage):
    registers, namespace = REGISTERS, "employers"
