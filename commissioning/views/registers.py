from commissioning.registers import REGISTERS
from partners.platform.records.pages import RecordPage, RegisterIndex, RegisterList


class Records(RegisterIndex):
    registers, namespace = REGISTERS, "commissioning"


class RecordList(RegisterList):
    registers, namespace = REGISTERS, "commissioning"


class Record(RecordPage):
    registers, namespace = REGISTERS, "commissioning"
