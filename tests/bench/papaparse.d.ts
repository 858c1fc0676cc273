/** papaparse ships no types; this is what the benchmark calls. */
declare module "papaparse" {
  const Papa: {
    parse(
      text: string,
      options: { delimiter: string; header: boolean; skipEmptyLines: boolean },
    ): { data: Record<string, string>[] };
  };
  export default Papa;
}
