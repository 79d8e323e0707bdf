"""The place of everything on a slide, in points, for any format."""
