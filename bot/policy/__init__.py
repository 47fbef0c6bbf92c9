"""What the documents say: facts with their source, and finding the one a question asks for.

Facts are data (`localities/<name>/facts.toml`), in our own words. `facts` reads them, `sources`
compares them with the documents, `passages` cuts an operator's own documents, `search` finds what a
question asks for, `answers` says it or declines.
"""
