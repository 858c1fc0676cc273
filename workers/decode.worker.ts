import { expose } from "comlink";
import { decodeWire } from "./decode-service.ts";

expose(decodeWire());
