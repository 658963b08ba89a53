"""The chat platform: a Matrix homeserver."""

from bot.adapters.matrix.account import MatrixAccount
from bot.adapters.matrix.chat import MatrixChat
from bot.adapters.matrix.crypto.cross_signing import IdentityProblem, kept_recovery_key
from bot.adapters.matrix.crypto.machine import KeysSealed
from bot.adapters.matrix.power import Power

__all__ = ["IdentityProblem", "KeysSealed", "MatrixAccount", "MatrixChat", "Power", "kept_recovery_key"]
