/** A field with its values, in the order in which they stand. */
export interface SrcinfoField {
  /** `depends`, `source_x86_64` … */
  readonly name: string
  readonly value: string
}

/** The part of a .SRCINFO about the file as a whole, or about one of its packages. */
export interface SrcinfoSection {
  /** The value of `pkgbase` or `pkgname`. */
  readonly name: string
  /** Fields with several values stand several times. */
  readonly fields: readonly SrcinfoField[]
}

/** What a .SRCINFO says. */
export interface SrcinfoDocument {
  readonly base: SrcinfoSection
  readonly packages: readonly SrcinfoSection[]
}

/** The text of a .SRCINFO, laid out as makepkg does. */
export function formatSrcinfo({ base, packages }: SrcinfoDocument): string {
  return [
    formatSection('pkgbase', base),
    ...packages.map((section) => formatSection('pkgname', section)),
  ].join('\n')
}

function formatSection(kind: 'pkgbase' | 'pkgname', { name, fields }: SrcinfoSection): string {
  return [`${kind} = ${name}\n`, ...fields.map((field) => `\t${field.name} = ${field.value}\n`)].join('')
}

/** The values of a field in a section. */
export function srcinfoValues({ fields }: SrcinfoSection, name: string): string[] {
  return fields.filter((field) => field.name === name).map(({ value }) => value)
}
