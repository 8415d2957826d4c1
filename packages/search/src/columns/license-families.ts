/**
 * The families that people look for, by the beginning of SPDX identifiers (spdx.org/licenses). The first that fits is
 * taken, so that LGPL and AGPL are not GPL.
 */
const FAMILIES: readonly (readonly [family: string, pattern: RegExp])[] = [
  ['agpl', /^AGPL-/i],
  ['lgpl', /^LGPL(LR)?-/i],
  ['gpl', /^GPL-/i],
  ['mit', /^MIT($|-)/i],
  ['apache', /^Apache-/i],
  ['bsd', /^(BSD-|0BSD$)/i],
  ['isc', /^ISC($|-)/i],
  ['mpl', /^MPL-/i],
  ['epl', /^EPL-/i],
  ['eupl', /^EUPL-/i],
  ['cc', /^CC-|^CC0-/i],
  ['public-domain', /^(Unlicense|WTFPL|PDDL-.*|SAX-PD.*)$/i],
  ['openrail', /^(LicenseRef-.*rail.*)$/i],
  ['proprietary', /^(Proprietary$|LicenseRef-)/i],
]

const LICENSE_FAMILIES: readonly string[] = [...FAMILIES.map(([family]) => family), 'other']

/**
 * The family that a text names in any case; null for an identifier. `MIT` and `ISC` are identifiers as they stand, so that
 * only `mit` and `isc` are families.
 */
export function namedFamily(text: string): string | null {
  const family = text.toLowerCase()
  if (!LICENSE_FAMILIES.includes(family)) return null
  return text === family || familyOf(text) !== family ? family : null
}

/** The family of one SPDX identifier. */
export function familyOf(id: string): string {
  return FAMILIES.find(([, pattern]) => pattern.test(id))?.[0] ?? 'other'
}
