import { createContext, useContext } from "react";
import type { Centiscope } from "../viewer/centiscope.ts";

/** The controller that every component asks. Given once by `mountApp`. */
export const CentiscopeContext = createContext<Centiscope | null>(null);

export function useCentiscope(): Centiscope {
  const centiscope = useContext(CentiscopeContext);
  if (!centiscope) throw new Error("useCentiscope: no controller above this component");
  return centiscope;
}
