/** The compiled kernels of bin.as.ts; see `assemblyScript` in vite.config.ts. */
declare module "*.as.ts?wasm" {
  const load: () => Promise<Uint8Array<ArrayBuffer>>;
  export default load;
}
