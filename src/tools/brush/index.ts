export { brushTool } from "./states.ts";
