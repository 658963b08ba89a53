"""Providers at which people sign in, as the port shows them."""

from dataclasses import dataclass, field

from bot.domain.sign_in import Provider, SignedIn
from bot.ports import SignInRefused, Started, Unavailable, Waiting
from tests.fakes.boundaries import Boundaries

URL, WORDS = "https://microsoft.com/devicelogin", "ABCD-EFGH"
PAGE = "https://accounts.google.com/o/oauth2/v2/auth?client_id=ours&state=s"
PROOF = "what-only-we-know-4711"
REFRESH = "refresh-token-0815"
ANSWER = "http://127.0.0.1/?state=s&code=4/given-once-2342"


@dataclass
class FakeSignIns:
    """What has become of the one sign-in."""

    has_signed_in: bool = False
    refuses: str = ""
    """The code of a refusal."""
    is_away: bool = False
    begun: list[tuple[Provider, str]] = field(default_factory=list)
    boundaries: Boundaries = field(default_factory=Boundaries)
    given: int = 0
    """How often a login was given: a provider gives each once."""

    async def begin(self, provider: Provider, address: str) -> Started:
        self._look()
        self.begun.append((provider, address))
        self.boundaries.cross("sign-in begun")
        return Started(PAGE, "", PROOF) if provider is Provider.GOOGLE else Started(URL, WORDS, PROOF)

    async def look(self, provider: Provider, proof: str) -> SignedIn | Waiting:
        self._look()
        assert proof == PROOF
        return self._login(provider) if self.has_signed_in else Waiting(5.0)

    async def answered(self, provider: Provider, proof: str, answer: str) -> SignedIn:
        self._look()
        assert proof == PROOF
        if not answer.startswith("http"):
            raise SignInRefused("not_code")
        if answer != ANSWER:
            raise SignInRefused("bad_answer", f"I do not know {answer}")
        return self._login(provider)

    def _login(self, provider: Provider) -> SignedIn:
        if self.given:
            raise SignInRefused("expired")
        self.given += 1
        self.boundaries.cross("sign-in given")
        return SignedIn(provider, REFRESH)

    def _look(self) -> None:
        if self.is_away:
            raise Unavailable("oauth", "http_503")
        if self.refuses:
            raise SignInRefused(self.refuses, "AADSTS1: no.")
