"""A whole Anban: every process real, judged by what is said and by the rows that are left."""
