"""stub"""
from dataclasses import dataclass
from bot.domain.mail import Bounce, Mail
from bot.mime.parts import Part
@dataclass(frozen=True, slots=True)
class Report:
    is_bounce: bool = False
    is_feedback: bool = False
    is_receipt: bool = False
    bounce: Bounce | None = None
def read_report(root: Part, *, mail: Mail, text: str) -> Report:
    return Report()
