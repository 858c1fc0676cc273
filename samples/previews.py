"""Preview pictures of the samples: exact counts of the bundled files, nothing retouched."""

import glob
from pathlib import Path

import numpy as np
import pandas as pd
import tifffile
from PIL import Image, ImageDraw

WIDTH, HEIGHT = 960, 600
GROUND = (11, 13, 17)
# Anchors of cividis (Nunez, Anderton, Renslow 2018), interpolated between.
CIVIDIS = np.array(
    [(0, 32, 77), (0, 52, 110), (55, 73, 108), (88, 92, 109), (112, 113, 115), (137, 134, 121)]
    + [(163, 156, 117), (191, 180, 109), (221, 204, 93), (253, 231, 55)],
    dtype=float,
)
# Okabe & Ito (2008), bright ones first.
GENE_COLORS = [(240, 228, 66), (86, 180, 233), (230, 159, 0), (204, 121, 167), (0, 158, 115), (213, 94, 0)]


def cividis(value: np.ndarray) -> np.ndarray:
    """0..1 to RGB 0..255; exact zero is the dark ground."""
    at = np.clip(value, 0, 1) * (len(CIVIDIS) - 1)
    low = np.minimum(at.astype(int), len(CIVIDIS) - 2)
    rgb = CIVIDIS[low] + (CIVIDIS[low + 1] - CIVIDIS[low]) * (at - low)[..., None]
    return np.where((value > 0)[..., None], rgb, GROUND)


def binned(x: np.ndarray, y: np.ndarray, weight, box, size: float) -> np.ndarray:
    """Counts in square bins of `size` inside `box` = (left, top, right, bottom)."""
    left, top, right, bottom = box
    edges = [np.arange(top, bottom + size / 2, size), np.arange(left, right + size / 2, size)]
    return np.histogram2d(y, x, bins=edges, weights=weight)[0]


def heat(counts: np.ndarray, percentile: float = 99.5) -> Image.Image:
    """Square-root scale up to the given percentile of the occupied bins."""
    top = np.percentile(counts[counts > 0], percentile)
    rgb = cividis(np.sqrt(counts / top))
    return Image.fromarray(rgb.astype(np.uint8)).resize((WIDTH, HEIGHT), Image.Resampling.NEAREST)


def dots(picture: Image.Image, x, y, color, radius: float, edge: bool = False) -> None:
    """Filled circles at 4 x, so that edges are smooth."""
    scale = 4
    layer = Image.new("RGBA", (WIDTH * scale, HEIGHT * scale), (*color, 0))
    draw = ImageDraw.Draw(layer)
    for px, py in zip(np.asarray(x) * scale, np.asarray(y) * scale):
        r = radius * scale
        rim = (0, 0, 0, 200) if edge else None
        draw.ellipse((px - r, py - r, px + r, py + r), fill=(*color, 235), outline=rim, width=2)
    small = layer.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    picture.paste(small, (0, 0), small)


def xenium_breast(folder: Path) -> Image.Image:
    parts = sorted(glob.glob(str(folder / "**/part.*.parquet"), recursive=True))
    table = pd.concat([pd.read_parquet(part, columns=["x", "y", "feature_name"]) for part in parts])
    box = (0, 400, 7520, 5100)
    return heat(binned(table.x, table.y, None, box, 23.5))


def merscope_mouse(folder: Path) -> Image.Image:
    image = tifffile.imread(folder / "mosaic_DAPI_z3.tif").astype(float)
    matrix = np.loadtxt(folder / "micron_to_mosaic_pixel_transform.csv")
    table = pd.read_csv(folder / "detected_transcripts.csv")
    x, y, _ = matrix @ np.stack([table.global_x, table.global_y, np.ones(len(table))])
    # 512 x 320 mosaic pixels, so one mosaic pixel is 1.875 picture pixels.
    left, top, zoom = 0, 170, WIDTH / 512
    low, high = np.percentile(image, [20, 99.7])
    level = np.clip((image[top : top + 320] - low) / (high - low), 0, 1) ** 0.8
    rgb = np.array(GROUND) + level[..., None] * np.array([110, 165, 225])
    picture = Image.fromarray(np.clip(rgb, 0, 255).astype(np.uint8)).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
    dots(picture, (x - left) * zoom, (y - top) * zoom, (150, 158, 172), 1.1)
    for gene, color in zip(["Fasn", "Pck1", "Sardh", "Serping1", "Alas1", "Errfi1"], GENE_COLORS):
        rows = (table.gene == gene).to_numpy()
        dots(picture, (x[rows] - left) * zoom, (y[rows] - top) * zoom, color, 3.4, edge=True)
    return picture


def stereo_seq_brain(folder: Path) -> Image.Image:
    table = pd.read_csv(next(folder.glob("*.gem.gzip")), sep="\t", comment="#", compression="gzip")
    left, top, width, height, bin_spots = 6, 30, 288, 180, 3
    box = (left, top, left + width, top + height)
    picture = heat(binned(table.x, table.y, table.MIDCount, box, bin_spots), 99.8)
    zoom = WIDTH / width
    for gene, color in zip(["Malat1", "Apoe", "Nrgn"], [GENE_COLORS[1], GENE_COLORS[2], GENE_COLORS[3]]):
        rows = table[table.geneID == gene]
        dots(picture, (rows.x - left) * zoom, (rows.y - top) * zoom, color, 4.2, edge=True)
    return picture


def iss_breast(folder: Path) -> Image.Image:
    table = pd.read_csv(folder / "breastcancer.csv")
    zoom = WIDTH / 5350
    picture = Image.new("RGB", (WIDTH, HEIGHT), GROUND)
    x, y = (table.global_X_pos + 30) * zoom, (table.global_Y_pos - 130) * zoom
    dots(picture, x, y, (72, 84, 104), 0.9)
    for gene, color in zip(["HER2", "VIM", "CTSL2", "EPCAM", "MUC1"], GENE_COLORS):
        rows = table.gene_name == gene
        dots(picture, x[rows], y[rows], color, 1.7)
    return picture


def he_simulated(folder: Path) -> Image.Image:
    """The slide on the left, the same place's simulated counts on the right, blended between."""
    image = tifffile.imread(folder / "CMU-1-Small-Region.svs")
    table = pd.read_csv(next(folder.glob("*.gem.gzip")), sep="\t", comment="#", compression="gzip")
    left, top, width = 640, 1420, 1180
    height = width * HEIGHT // WIDTH
    crop = Image.fromarray(image[top : top + height, left : left + width])
    slide = np.asarray(crop.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS), dtype=float)
    x, y = table.x * 0.5 / 0.499, table.y * 0.5 / 0.499
    size = 2 / 0.499
    counts = binned(x, y, table.MIDCount, (left, top, left + width, top + height), size)
    bins = np.asarray(heat(counts, 99.8), dtype=float)
    ramp = np.clip((np.arange(WIDTH) / WIDTH - 0.46) / 0.06, 0, 1)[None, :, None]
    dark = slide * 0.92
    return Image.fromarray((dark * (1 - ramp) + bins * ramp).astype(np.uint8))


PREVIEWS = {
    "xenium-breast": xenium_breast,
    "merscope-mouse": merscope_mouse,
    "stereo-seq-brain": stereo_seq_brain,
    "iss-breast": iss_breast,
    "he-simulated": he_simulated,
}


def write_preview(sample: str, folder: Path) -> None:
    PREVIEWS[sample](folder).convert("RGB").save(folder / "preview.webp", quality=88, method=6)
