"""Course grades: from points, marks and hand-in times to what a student has in the course, and why."""
