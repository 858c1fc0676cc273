import { expose } from "comlink";
import { loadWire } from "./load-table.ts";

expose(loadWire());
