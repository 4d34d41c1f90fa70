"""What a page shows besides its text: proofs, navigation, the search, an index of errors."""
