const DAY_MS = 86_400_000
/** How far back documents show single days. */
const SHOWN_DAYS = 90

/** The day of UTC that a time lies in, as YYYY-MM-DD. @param time in milliseconds since the epoch. */
export function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}

/** The day so many days before that of a time. */
export function daysBefore(time: number, days: number): string {
  return dayOf(time - days * DAY_MS)
}

export function dayBefore(time: number): string {
  return dayOf(time - DAY_MS)
}

/** The first day that documents still show. */
export function firstShownDay(time: number): string {
  return dayOf(time - (SHOWN_DAYS - 1) * DAY_MS)
}
