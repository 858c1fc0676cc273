export { wandTool } from "./states.ts";
