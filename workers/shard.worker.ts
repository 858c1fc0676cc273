import { expose } from "comlink";
import { shardWire } from "./shard-service.ts";

expose(shardWire());
