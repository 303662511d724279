from .ops import apply_rot, squash
