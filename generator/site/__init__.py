"""The students' site: this week, the schedule, every piece of work, the lectures, who helps, the syllabus.

It is written from the public copy of the course (`blueprint.public`), and from nothing else.
"""
