"""Files of grades as learning platforms write and take them, read into one table and written from it."""
