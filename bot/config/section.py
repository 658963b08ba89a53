"""What all sections of config.yaml have in common."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

NOT_USUAL: Final = "not_usual"
"""Of a mapping that few instances have: all of it stands behind # in config.yaml.example."""
SUCH_AS: Final = "such_as"
"""The value that config.yaml.example shows behind its # for a key without a fixed default."""

Language = Literal["en", "fr"]
Security = Literal["tls", "starttls", "none"]
"""The security of a connection to a mail server: never less than written, whatever the server offers."""


class Section(BaseModel):
    """A mapping of config.yaml: no key beyond these, no value of another type, no change after loading."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, hide_input_in_errors=True, use_attribute_docstrings=False
    )
