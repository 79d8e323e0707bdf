"""Syllabus, handbook, week sheets, rubrics, calendars: Markdown made HTML, PDF and DOCX."""
