import { useEffect, useState } from "react";
import type { SampleCard } from "../../viewer/centiscope.ts";
import { useCentiscope } from "../centiscope-context.ts";

/** The bundled samples: being read, there, or unreadable. */
export type Samples =
  | { readonly status: "loading" }
  | { readonly status: "ready"; readonly cards: readonly SampleCard[] }
  | { readonly status: "failed" };

export function useSamples(): Samples {
  const centiscope = useCentiscope();
  const [samples, setSamples] = useState<Samples>({ status: "loading" });
  useEffect(() => {
    let current = true;
    centiscope.samples().then(
      (cards) => current && setSamples({ status: "ready", cards }),
      () => current && setSamples({ status: "failed" }),
    );
    return () => {
      current = false;
    };
  }, [centiscope]);
  return samples;
}
