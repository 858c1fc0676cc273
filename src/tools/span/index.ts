export { spanTool } from "./states.ts";
