"""Haematoxylin and eosin from a brightfield RGB image by colour deconvolution.

Ruifrok AC, Johnston DA (2001). Quantification of histochemical staining by color deconvolution.
Anal Quant Cytol Histol 23:291-299.
"""

import numpy as np

# Optical-density vectors (R, G, B) from the paper; the third is orthogonal to both and takes the rest.
HAEMATOXYLIN = np.array([0.650, 0.704, 0.286])
EOSIN = np.array([0.072, 0.990, 0.105])


def optical_density(rgb: np.ndarray) -> np.ndarray:
    """(h, w, 3) uint8 to optical density; white is the image's own background, its median colour."""
    white = np.median(rgb.reshape(-1, 3), axis=0)
    return np.maximum(0.0, -np.log10((rgb.astype(np.float32) + 1) / (white + 1))).astype(np.float32)


def separate(rgb: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Haematoxylin, eosin (both (h, w), optical density, >= 0) and the tissue mask ((h, w) float 0 or 1).

    Tissue is what absorbs; surgical ink (green, so red light is absorbed most) is left out of it.
    """
    density = optical_density(rgb)
    rest = np.cross(HAEMATOXYLIN, EOSIN)
    stains = np.stack([v / np.linalg.norm(v) for v in (HAEMATOXYLIN, EOSIN, rest)])
    amounts = density @ np.linalg.inv(stains).astype(np.float32)
    ink = density[..., 0] > density[..., 1] * 1.15
    tissue = (density.mean(axis=2) > 0.05) & ~ink
    haematoxylin = np.where(ink, 0, np.maximum(0, amounts[..., 0]))
    eosin = np.where(ink, 0, np.maximum(0, amounts[..., 1]))
    return haematoxylin, eosin, tissue.astype(np.float32)
