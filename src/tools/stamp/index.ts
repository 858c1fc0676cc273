export { stampTool } from "./states.ts";
