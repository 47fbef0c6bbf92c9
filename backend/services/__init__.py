"""Commands carried out: each function does one thing in the transaction it is handed."""
