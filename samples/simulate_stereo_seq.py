"""Simulated Stereo-seq counts on a real H&E slide: seeded, and said to be simulated inside the file.

    python samples/simulate_stereo_seq.py SLIDE.svs REAL.gem.gz OUT.gem.gz

Real: the slide; the gene names, how many rows each gene has, and the MID counts of its rows (REAL.gem.gz).
Simulated: every position. Nothing about biology can be learnt from the result.

Lattice. Spot (x, y) stands at (0.5 x, 0.5 y) um from the slide's top-left corner, so on the image's level 0
(0.499 um per pixel) at pixel (0.5 x / 0.499, 0.5 y / 0.499), measured from the outer corner of the first pixel.

Where a row falls. Genes are ranked by rows; rank mod 3 gives the compartment whose density it follows:
  0  nuclei of nuclei-dense areas: nuclear haematoxylin, weighted by the haematoxylin of the surrounding 25 um
  1  stroma: eosin where the surroundings hold little haematoxylin
  2  all tissue: a constant plus nuclear haematoxylin
Nuclear haematoxylin is what exceeds the mean of the surrounding 8 um, so that evenly dark keratin is not a nucleus.
Every density is smoothed by 1.5 um (lateral diffusion) and 2 % of the rows fall anywhere, as ambient RNA does.
"""

import gzip
import sys

import numpy as np
import pandas as pd
import tifffile
from scipy.ndimage import gaussian_filter

from stains import separate

SEED = 20_260_101
ROWS = 1_350_000
PITCH_UM = 0.5
UM_PER_PX = 0.499
DIFFUSION_UM = 1.5
NUCLEUS_UM = 8.0
SURROUNDINGS_UM = 25.0
AMBIENT = 0.02
# The prefix SS2 is what readers take the 500 nm pitch from; the rest says what the chip is.
CHIP = "SS2SIMULATED"


def compartments(rgb: np.ndarray) -> list[np.ndarray]:
    """Three densities, (rows, columns) of level-0 pixels, in the order of the module's text."""
    haematoxylin, eosin, tissue = separate(rgb)

    def smooth(field: np.ndarray, sigma_um: float) -> np.ndarray:
        return gaussian_filter(field, sigma_um / UM_PER_PX)

    def unit(field: np.ndarray) -> np.ndarray:
        return np.clip(field / np.percentile(field[tissue > 0], 95), 0, 1)

    stain = np.minimum(haematoxylin, np.percentile(haematoxylin[tissue > 0], 95))
    nuclear = unit(smooth(stain, DIFFUSION_UM) - smooth(stain, NUCLEUS_UM))
    around = unit(smooth(stain, SURROUNDINGS_UM))
    stroma = unit(smooth(eosin, DIFFUSION_UM))
    body = smooth(tissue, DIFFUSION_UM)
    return [body * (0.03 + nuclear) * around**2, body * stroma * (1 - around) ** 4, body * (0.2 + nuclear)]


def on_lattice(density: np.ndarray) -> np.ndarray:
    """The density at every spot that lies on the image, (lattice rows, lattice columns)."""
    rows, columns = (int(n * UM_PER_PX / PITCH_UM) for n in density.shape)
    at = lambda n: np.floor(np.arange(n) * PITCH_UM / UM_PER_PX).astype(int)  # noqa: E731
    return density[np.ix_(at(rows), at(columns))]


def simulate(rgb: np.ndarray, real: pd.DataFrame) -> pd.DataFrame:
    """Rows geneID, x, y, MIDCount; one row a gene and spot."""
    random = np.random.default_rng(SEED)
    fields = [on_lattice(field) for field in compartments(rgb)]
    height, width = fields[0].shape
    sums = []
    for field in fields:
        share = field / field.sum() * (1 - AMBIENT) + AMBIENT / field.size
        sums.append(np.cumsum(share.ravel(), dtype=np.float64))
    frequency = real.geneID.value_counts().sort_index().sort_values(ascending=False, kind="stable")
    counts_of = {name: group.to_numpy() for name, group in real.groupby("geneID").MIDCounts}
    drawn = random.multinomial(ROWS, frequency / frequency.sum())
    parts = []
    for rank, (name, rows) in enumerate(zip(frequency.index, drawn)):
        if rows == 0:
            continue
        total = sums[rank % 3]
        spot = np.minimum(np.searchsorted(total, random.random(rows) * total[-1], side="right"), total.size - 1)
        count = random.choice(counts_of[name], rows)
        parts.append(pd.DataFrame({"geneID": name, "x": spot % width, "y": spot // width, "MIDCount": count}))
    table = pd.concat(parts, ignore_index=True)
    print(f"lattice {width} x {height}, {len(frequency)} genes, {ROWS} rows drawn", file=sys.stderr)
    return table.groupby(["geneID", "x", "y"], as_index=False, sort=True).MIDCount.sum()


def write(table: pd.DataFrame, path: str) -> None:
    """GEMv0.1 text in one gzip member without time stamp, so that equal rows give equal text."""
    head = [
        "#FileFormat=GEMv0.1",
        "#SortedBy=geneID",
        "#BinType=Bin",
        "#BinSize=1",
        "#Omics=Transcriptomics",
        f"#Stereo-seqChip={CHIP}",
        "#OffsetX=0",
        "#OffsetY=0",
        "#Note=simulated expression on real H&E; not measured",
        f"#Simulator=samples/simulate_stereo_seq.py seed {SEED}",
        "#GeneFrequencies=Stereo-seq mouse brain SS200000135TL_D1 (aristoteleo/spateo-release)",
        f"#Registration=image level-0 px = spot * {PITCH_UM} / {UM_PER_PX}",
    ]
    body = table.to_csv(sep="\t", index=False, lineterminator="\n")
    with open(path, "wb") as file:
        file.write(gzip.compress(("\n".join(head) + "\n" + body).encode(), compresslevel=9, mtime=0))


if __name__ == "__main__":
    slide, real, out = sys.argv[1:4]
    counts = simulate(tifffile.imread(slide), pd.read_csv(real, sep="\t", comment="#"))
    write(counts, out)
    print(f"{len(counts)} rows, {counts.MIDCount.sum()} MID", file=sys.stderr)
