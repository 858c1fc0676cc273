/** The compiled kernels beside; see `assemblyScript` in vite.assemblyscript.ts. */
declare module "*.as.ts?wasm" {
  const load: () => Promise<Uint8Array<ArrayBuffer>>;
  export default load;
}
