import { useStore } from "zustand";
import { type Preferences, preferencesStore } from "../state/preferences.ts";
import { type SessionState, type SlideEntry, sessionStore } from "../state/session.ts";
import { type ViewState, viewStore } from "../state/view.ts";
import { useInSlices } from "./use-in-slices.ts";

/**
 * A narrow slice of the view. The selector returns a primitive or something that lives in the state. At once, not
 * in slices: the controls that change it are natively controlled.
 */
export function useView<T>(select: (view: ViewState) => T): T {
  return useStore(viewStore, select);
}

/** A narrow slice of the session: what loading brings, rendered in slices. */
export function useSession<T>(select: (session: SessionState) => T): T {
  return useInSlices(sessionStore, select);
}

/** A narrow slice of the preferences, in slices: another language is every word on screen. */
export function usePreferences<T>(select: (preferences: Preferences) => T): T {
  return useInSlices(preferencesStore, select);
}

/** The slide on screen, of a session. */
export function activeSlide(session: SessionState): SlideEntry | null {
  return session.slides.find((slide) => slide.id === session.activeId) ?? null;
}

/** False when the slide's lengths are only the file's units: then nothing is written in µm. */
export function useScaleKnown(): boolean {
  return useSession((session) => activeSlide(session)?.scaleKnown ?? true);
}

export function useActiveSlide(): SlideEntry | null {
  return useSession(activeSlide);
}
