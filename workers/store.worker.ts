import { expose } from "comlink";
import { storeWire } from "./store-service.ts";

expose(storeWire());
