"""Signs in at providers by OAuth 2, and keeps access tokens fresh: `OauthPages`, `Tokens`."""

from bot.adapters.oauth.pages import Client, OauthPages
from bot.adapters.oauth.tokens import Tokens

__all__ = ["Client", "OauthPages", "Tokens"]
