export { chainTool } from "./states.ts";
