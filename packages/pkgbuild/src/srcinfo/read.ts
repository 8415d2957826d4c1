import type { SrcinfoDocument, SrcinfoField, SrcinfoSection } from './document.ts'
import { SRCINFO_MAX_LENGTH } from './write.ts'

/** What a .SRCINFO says, or the first line that is none of its lines. */
export type SrcinfoReading =
  | { readonly ok: true; readonly srcinfo: SrcinfoDocument }
  | { readonly ok: false; readonly line: number; readonly reason: string }

/** Fields of all sections together. */
const MAX_FIELDS = 20_000
const MAX_PACKAGES = 1_000

/**
 * Reads a .SRCINFO: `key = value` lines in sections that `pkgbase` and `pkgname` begin, empty lines and comments between
 * them. Fields that are not known are kept; what they mean is the caller's to judge.
 */
export function readSrcinfo(text: string): SrcinfoReading {
  if (text.length > SRCINFO_MAX_LENGTH) return refusal(1, 'the file is too long')
  const sections: { name: string; fields: SrcinfoField[] }[] = []
  let count = 0
  for (const [index, content] of text.split('\n').entries()) {
    const line = content.trim()
    if (line === '' || line.startsWith('#')) continue
    const match = /^([A-Za-z0-9_]{1,100})\s*=\s?(.*)$/.exec(line)
    const [, name = '', value = ''] = match ?? []
    if (match === null) return refusal(index + 1, 'is not "key = value"')
    if (name === 'pkgbase' || name === 'pkgname') {
      const problem = sectionProblem(name, value, sections.length)
      if (problem !== null) return refusal(index + 1, problem)
      sections.push({ name: value, fields: [] })
    } else {
      const section = sections.at(-1)
      if (section === undefined) return refusal(index + 1, 'stands before pkgbase')
      section.fields.push({ name, value })
      count += 1
      if (count > MAX_FIELDS) return refusal(index + 1, 'is one field too many')
    }
  }
  const [base, ...packages] = sections.map(({ name, fields }): SrcinfoSection => ({ name, fields }))
  if (base === undefined) return refusal(1, 'the file has no pkgbase')
  if (packages.length === 0) return refusal(text.split('\n').length, 'the file names no package')
  return { ok: true, srcinfo: { base, packages } }
}

function sectionProblem(kind: string, name: string, sections: number): string | null {
  if (name === '') return `${kind} is empty`
  if (kind === 'pkgbase') return sections === 0 ? null : 'pkgbase stands twice'
  if (sections === 0) return 'pkgname stands before pkgbase'
  return sections > MAX_PACKAGES ? 'is one package too many' : null
}

function refusal(line: number, reason: string): SrcinfoReading {
  return { ok: false, line, reason }
}
