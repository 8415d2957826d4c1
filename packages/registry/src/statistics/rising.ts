import type { RisingRules } from '../ports/download-counts.ts'
import { daysBefore } from './days.ts'

const DAYS = 7
const WEEKS_BEFORE = 4
/** Downloads of a week below which nothing is said: a dozen clients are chance, or one person with a dozen machines. */
const FLOOR = 10
/** Counts differ by one deviation from week to week without any reason; two are rare. */
const DEVIATIONS = 2

/** What rises on the day of `now`: the last seven days, today among them, beside the four weeks before. */
export function risingRules(now: number): RisingRules {
  return {
    from: daysBefore(now, DAYS - 1),
    since: daysBefore(now, DAYS * (1 + WEEKS_BEFORE) - 1),
    ratio: WEEKS_BEFORE,
    floor: FLOOR,
    deviations: DEVIATIONS,
  }
}
