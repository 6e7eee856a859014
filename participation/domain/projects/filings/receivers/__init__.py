"""Who receives data by what is published, and whether they have filed an assessment of their own."""
