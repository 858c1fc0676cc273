import { useEffect, useMemo, useState } from "react";
import { type Affine, invertAffine } from "../../core/affine.ts";
import { useCentiscope } from "../centiscope-context.ts";

/** Frame → slide µm of the slide on screen; null while none is. */
export function useFrameToUm(): Affine<"frame", "um"> | null {
  const { annotationStage } = useCentiscope();
  const [place, setPlace] = useState(annotationStage.place);
  useEffect(() => {
    const look = () => setPlace(annotationStage.place);
    look();
    return annotationStage.onPlace(look);
  }, [annotationStage]);
  return useMemo(() => (place && invertAffine(place.umToFrame)) ?? null, [place]);
}
