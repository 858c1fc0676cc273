export { pointsTool } from "./states.ts";
