/** Hands a file to the person as a download. */
export function saveFile(bytes: Uint8Array<ArrayBuffer>, name: string): void {
  const url = URL.createObjectURL(new Blob([bytes]));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // A large file is still being copied for some seconds.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
