import type { Centiscope } from "../../viewer/centiscope.ts";

/** Makes the PNG of what is on screen and hands it to the browser as a download. */
export async function savePicture(centiscope: Centiscope): Promise<void> {
  const blob = await centiscope.screenshot();
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = "centiscope.png";
  link.click();
  // The download has its own hold on the blob once the click is done.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
