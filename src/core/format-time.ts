/** Date and time of day to the minute, in local time: 27 Nov 2026, 14:05. Day before month and 24 hours, as no one misreads. */
export function formatTime(timeMs: number, language: string): string {
  const region = language === "en" ? "en-GB" : language;
  return new Intl.DateTimeFormat(region, { dateStyle: "medium", timeStyle: "short" }).format(timeMs);
}
