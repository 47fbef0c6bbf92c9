"""What is sealed opens with its own key and with no other."""

import pytest
from cryptography.fernet import Fernet

from anban.errors import SettingsError
from backend.store.vault import Vault

pytestmark = pytest.mark.unit


def test_another_key_is_a_clear_error_that_tells_nothing_of_the_secret():
    sealed = Vault((Fernet.generate_key().decode(),), "index").seal("13800001001")
    with pytest.raises(SettingsError, match="another encryption key") as told:
        Vault((Fernet.generate_key().decode(),), "index").open(sealed)
    assert "13800001001" not in str(told.value)


def test_an_older_key_still_opens():
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    sealed = Vault((old,), "index").seal("13800001001")
    assert Vault((new, old), "index").open(sealed) == "13800001001"
