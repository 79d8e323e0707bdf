"""Where everything on a slide stands, in points, for any format."""
