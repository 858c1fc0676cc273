const HEAD_BYTES = 4096;

/** True when a file holds annotations by its first bytes (or its name, where it is packed): to be put on the slide. */
export async function holdsAnnotations(file: File): Promise<boolean> {
  if (/\.geojson(\.gz|\.zip)?$/i.test(file.name)) return true;
  const head = await file.slice(0, HEAD_BYTES).text();
  return /<(ASAP_)?Annotations[\s>]|"type"\s*:\s*"Feature(Collection)?"/.test(head);
}
