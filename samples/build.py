"""Fills public/samples: real files byte for byte, the simulated one made anew, previews, and the manifest.

    python samples/build.py DATA

DATA holds the source files under the paths named in catalog.json ("from"). Every real file is checked against
the recorded SHA-256 before it is copied.
"""

import hashlib
import json
import shutil
import sys
from pathlib import Path

import pandas as pd
import tifffile

from previews import write_preview
from simulate_stereo_seq import simulate, write

HERE = Path(__file__).parent
OUT = HERE.parent / "public" / "samples"
REAL_GEM = "stereo-seq/spateo-release/SS200000135TL_D1_bin1_small.gem.gz"


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def copy(data: Path, sample: str, source: dict) -> None:
    origin, target = data / source["from"], OUT / sample / source["file"]
    if sha256(origin) != source["sha256"]:
        raise SystemExit(f"{origin}: not the recorded file (SHA-256 differs)")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(origin, target)


def main(data: Path) -> None:
    catalog = json.loads((HERE / "catalog.json").read_text())
    for sample in catalog["samples"]:
        folder = OUT / sample["id"]
        folder.mkdir(parents=True, exist_ok=True)
        for source in sample["sources"]:
            if source.get("generator") is None:
                copy(data, sample["id"], source)
            else:
                slide = tifffile.imread(folder / "CMU-1-Small-Region.svs")
                real = pd.read_csv(data / REAL_GEM, sep="\t", comment="#")
                target = folder / source["file"]
                write(simulate(slide, real), str(target))
                source["sha256"] = sha256(target)
        write_preview(sample["id"], folder)
        sample["files"] = [f"{sample['id']}/{file}" for file in sample["files"]]
        sample["preview"] = f"{sample['id']}/preview.webp"
        for source in sample["sources"]:
            source["file"] = f"{sample['id']}/{source['file']}"
            source.pop("from", None)
    text = json.dumps(catalog, ensure_ascii=False, indent=2) + "\n"
    (OUT / "index.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
