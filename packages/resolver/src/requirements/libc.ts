import { type HostProfile, parseLibc, satisfiesRange } from '@rbee/schema'
import type { Candidate } from '../candidate.ts'
import { type Unmet, unmet } from '../unmet.ts'

/** The host's C library is one of those that the variant was linked against. Only Linux has a choice of them. */
export function checkLibc({ variant, profile }: Candidate): Unmet | null {
  const { libc: required } = variant.requirements
  if (required === undefined || profile.os !== 'linux') return null
  const alternatives = [required].flat()
  if (alternatives.some((alternative) => meets(profile.libc, alternative))) return null
  return unmet({
    code: 'libc',
    variant: variant.name,
    need: alternatives.join(' or '),
    have: describe(profile.libc),
  })
}

function meets(libc: HostProfile['libc'], text: string): boolean {
  const required = parseLibc(text)
  if (required === null || libc === null || libc.name !== required.name) return false
  if (required.range.length === 0) return true
  return libc.version !== null && satisfiesRange(libc.version, required.range)
}

function describe(libc: HostProfile['libc']): string | null {
  if (libc === null) return null
  if (libc.name === 'none') return 'no C library'
  // The name alone would read as if any version were enough.
  return libc.version === null ? null : `${libc.name} ${libc.version}`
}
