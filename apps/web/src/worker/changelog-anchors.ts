import { versionSchema } from '@rbee/schema'
import { shownHeadings } from '../readme/readme.ts'

/** A version at the beginning of a heading: `1.2.0`, `v1.2.0`, `[1.2.0] - 2026-01-31`, `Release 1.2.0`. */
const STATED = /^(?:(?:version|release)\s+)?\[?v?(\d+\.\d+\.\d+[0-9A-Za-z.+-]*)/i

/** Which part of a changelog tells of which version: the ids of their headings, the first of a version. */
export function changelogAnchors(changelog: string | null): ReadonlyMap<string, string> {
  const anchors = new Map<string, string>()
  if (changelog === null) return anchors
  for (const { text, anchor } of shownHeadings(changelog)) {
    const version = versionSchema.safeParse(STATED.exec(text.trim())?.[1]).data
    if (version === undefined || anchor === null || anchors.has(version)) continue
    anchors.set(version, anchor)
  }
  return anchors
}
