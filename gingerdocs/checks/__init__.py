"""What a page must not say: each check looks at one kind of mistake."""
