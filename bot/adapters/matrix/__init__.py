"""The chat platform: a Matrix homeserver."""

from bot.adapters.matrix.account import MatrixAccount
from bot.adapters.matrix.chat import MatrixChat
from bot.adapters.matrix.power import Power

__all__ = ["MatrixAccount", "MatrixChat", "Power"]
