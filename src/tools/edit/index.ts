export { editTool } from "./states.ts";
