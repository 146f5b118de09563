"""Results as people read them. Renderers only show; they decide nothing."""
