"""The translations: their catalogs, and what each owes its original."""
