import { useStore } from "zustand";
import { type DocumentState, documentStore } from "../../state/document.ts";
import { type DrawingState, drawingStore } from "../../state/drawing.ts";
import { useInSlices } from "../use-in-slices.ts";

/** A narrow slice of the document, rendered in slices: a drawing hand must not wait for a panel. */
export function useDocument<T>(select: (state: DocumentState) => T): T {
  return useInSlices(documentStore, select);
}

/** A narrow slice of how one draws; at once, for buttons show it. */
export function useDrawing<T>(select: (state: DrawingState) => T): T {
  return useStore(drawingStore, select);
}
