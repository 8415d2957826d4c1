import type { FieldValues, UnknownValue } from '../package/field-values.ts'
import { ARCHITECTURE_FIELDS, LIST_FIELDS, type ListField, type TextField } from '../package/fields.ts'
import type { Pkgbuild } from '../package/pkgbuild.ts'
import type { KnownText } from '../values/evaluate.ts'
import { formatSrcinfo, type SrcinfoField } from './document.ts'
import { refusals } from './refusals.ts'

/** A .SRCINFO, or why only makepkg can write it. */
export type Srcinfo =
  | { readonly known: true; readonly text: string }
  | { readonly known: false; readonly reasons: readonly UnknownValue[] }

/** In UTF-16 units. */
export const SRCINFO_MAX_LENGTH = 256 * 1024

/**
 * Writes the .SRCINFO of a PKGBUILD as `makepkg --printsrcinfo` (6.0.2) does, byte for byte.
 *
 * Where a field is not known, or where makepkg would refuse the file, it says why instead. Files that the PKGBUILD names
 * (`install`, `changelog`) are taken to be there, and a guard that stops without a licence key is taken to let it pass.
 */
export function writeSrcinfo(pkgbuild: Pkgbuild): Srcinfo {
  const reasons = [...refusals(pkgbuild), ...relevantUnknowns(pkgbuild)]
  if (reasons.length > 0) return { known: false, reasons }
  const text = formatSrcinfo({
    base: {
      name: knownValue(pkgbuild.base),
      fields: sectionFields(pkgbuild.fields, pkgbuild.fields, GLOBAL),
    },
    packages: pkgbuild.packages.map(({ name, overrides, fields }) => ({
      name,
      fields: sectionFields(overrides, fields, PACKAGE),
    })),
  })
  if (text.length <= SRCINFO_MAX_LENGTH) return { known: true, text }
  return { known: false, reasons: [{ field: null, package: null, line: null, reason: 'is too long' }] }
}

/** Values of fields that no .SRCINFO shows do not matter: `source_riscv64` of a package for x86_64. */
function relevantUnknowns({ unknown, fields, packages }: Pkgbuild): UnknownValue[] {
  const architectures = new Set(
    [fields, ...packages.map((one) => one.fields)].flatMap((one) => architecturesOf(one)),
  )
  return unknown.filter(({ field }) => {
    const architecture = /_(\w+)$/.exec(field ?? '')?.[1]
    return architecture === undefined || architectures.has(architecture)
  })
}

interface SectionLayout {
  readonly texts: readonly TextField[]
  readonly lists: readonly ListField[]
}

const GLOBAL: SectionLayout = {
  texts: ['pkgdesc', 'pkgver', 'pkgrel', 'epoch', 'url', 'install', 'changelog'],
  lists: LIST_FIELDS,
}

const PACKAGE: SectionLayout = {
  texts: ['pkgdesc', 'url', 'install', 'changelog'],
  lists: [
    'arch',
    'groups',
    'license',
    'checkdepends',
    'depends',
    'optdepends',
    'provides',
    'conflicts',
    'replaces',
    'options',
    'backup',
  ],
}

/**
 * The fields of a section in makepkg's order (srcinfo_write_section_details). Of the file itself, texts that are empty
 * and lists without items are not shown; what a package states anew is shown with nothing behind it.
 */
function sectionFields(stated: FieldValues, holding: FieldValues, layout: SectionLayout): SrcinfoField[] {
  const isGlobal = layout === GLOBAL
  const line = (name: string, values: readonly KnownText[] | undefined): SrcinfoField[] => {
    if (values === undefined || (isGlobal && values.length === 0)) return []
    const shown = values.length === 0 ? [''] : values.map((value) => normalize(knownValue(value)))
    return shown.map((value) => ({ name, value }))
  }
  return [
    ...layout.texts.flatMap((field) => {
      const text = stated.texts.get(field)
      return text === undefined || (isGlobal && knownValue(text) === '') ? [] : line(field, [text])
    }),
    ...layout.lists.flatMap((field) => line(field, stated.lists.get(field))),
    ...architecturesOf(holding).flatMap((architecture) =>
      ARCHITECTURE_FIELDS.flatMap((field) =>
        line(`${field}_${architecture}`, stated.architectures.get(architecture)?.get(field)),
      ),
    ),
  ]
}

function architecturesOf({ lists }: FieldValues): string[] {
  const values = lists.get('arch') ?? []
  return values.flatMap((value) => (value.known && value.text !== 'any' ? [value.text] : []))
}

/** White space of ASCII; `refusals` has turned away values with other, which count as such in some locales only. */
function normalize(value: string): string {
  return value
    .replace(/[ \t-\r]+/g, ' ')
    .replace(/^ /, '')
    .replace(/ $/, '')
}

function knownValue(value: KnownText | null | undefined): string {
  if (value?.known === true) return value.text
  throw new Error('a value that is not known reached the writer of .SRCINFO')
}
