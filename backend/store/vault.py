"""Personal data at rest: encrypted columns, and an index that finds a phone without storing it.

The keys belong to an engine, not to the process: `Vault.guard` hangs the vault on the engine's
dialect, where the column types find it. So two installations can live in one process.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import Dialect, Engine, LargeBinary, String, Text
from sqlalchemy.types import TypeDecorator

from anban.errors import SettingsError

_ATTRIBUTE = "anban_vault"


class Vault:
    """Encrypts and decrypts with rotating keys, and indexes with a keyed hash.

    Args:
        encryption_keys: Fernet keys, the newest first; older ones only decrypt.
        index_key: the key of the blind index.

    Raises:
        SettingsError: there is no key, or one is no Fernet key.
    """

    def __init__(self, encryption_keys: Sequence[str], index_key: str) -> None:
        if not encryption_keys or not index_key:
            raise SettingsError("encryption_keys and index_key are needed to store personal data")
        try:
            self._fernet = MultiFernet([Fernet(key) for key in encryption_keys])
        except ValueError as error:
            raise SettingsError(
                "encryption_keys: each must be 32 bytes in url-safe base64, as Fernet makes them"
            ) from error
        self._index_key = index_key.encode()

    def guard(self, engine: Engine) -> None:
        """Let the encrypted columns of this engine use the vault."""
        setattr(engine.dialect, _ATTRIBUTE, self)

    def seal(self, text: str) -> str:
        """Return the text encrypted with the newest key."""
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """Return the text that was sealed with any of the keys.

        Raises:
            SettingsError: it was sealed with another key.
        """
        return self._opened(sealed.encode()).decode()

    def seal_bytes(self, content: bytes) -> bytes:
        """Return bytes encrypted with the newest key."""
        return self._fernet.encrypt(content)

    def open_bytes(self, sealed: bytes) -> bytes:
        """Return the bytes that were sealed with any of the keys.

        Raises:
            SettingsError: they were sealed with another key.
        """
        return self._opened(sealed)

    def _opened(self, sealed: bytes) -> bytes:
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken:
            raise SettingsError(
                "the database was written with another encryption key: bring back the key it was "
                "written with, or begin with another data folder"
            ) from None

    def rotated(self, sealed: str) -> str:
        """Return the same secret sealed with the newest key."""
        return self._fernet.rotate(sealed.encode()).decode()

    def index(self, text: str) -> str:
        """Return the blind index of a text: equal texts have equal indexes, 64 hex digits."""
        return hmac.new(self._index_key, text.encode(), hashlib.sha256).hexdigest()


def vault_of(dialect: Dialect) -> Vault:
    """Return the vault an engine was guarded with."""
    vault = getattr(dialect, _ATTRIBUTE, None)
    if not isinstance(vault, Vault):
        raise SettingsError("this engine has no vault; make it with backend.store.Database")
    return vault


class Sealed(TypeDecorator[str]):
    """Text that is stored encrypted."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Encrypt on the way in."""
        return None if value is None else vault_of(dialect).seal(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Decrypt on the way out."""
        return None if value is None else vault_of(dialect).open(value)


class SealedJson(TypeDecorator[Any]):
    """JSON that is stored encrypted; None is stored as NULL."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Encrypt on the way in."""
        return None if value is None else vault_of(dialect).seal(json.dumps(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Decrypt on the way out."""
        return None if value is None else json.loads(vault_of(dialect).open(value))


class SealedBytes(TypeDecorator[bytes]):
    """Bytes that are stored encrypted."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Encrypt on the way in."""
        return None if value is None else vault_of(dialect).seal_bytes(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Decrypt on the way out."""
        return None if value is None else vault_of(dialect).open_bytes(bytes(value))


class BlindIndex(TypeDecorator[str]):
    """The keyed hash of a text: give it the text, both when storing and when searching."""

    impl = String(64)
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Hash on the way in; there is no way out."""
        return None if value is None else vault_of(dialect).index(value)
