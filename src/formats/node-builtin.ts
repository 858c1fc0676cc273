interface NodeProcess {
  readonly getBuiltinModule?: (name: string) => unknown;
}

/**
 * A module of Node.js, or undefined in a browser. Asked for at run time, so that browser bundles neither contain
 * nor polyfill it (`process.getBuiltinModule`, Node ≥ 20.16).
 */
export function nodeBuiltin<T>(name: string): T | undefined {
  const node = (globalThis as { process?: NodeProcess }).process;
  return node?.getBuiltinModule?.(name) as T | undefined;
}
