/** The fields that hold one text. */
export interface ArchFields {
  readonly pkgname: string
  readonly pkgver: string
  readonly pkgrel: string
  readonly pkgdesc: string
  readonly url: string
}

/** The order of `srcinfo_write_global` in makepkg's srcinfo.sh, of what is generated here. */
const TEXTS = ['pkgdesc', 'pkgver', 'pkgrel', 'url'] as const
const ARRAYS = [
  'arch',
  'license',
  'makedepends',
  'depends',
  'optdepends',
  'provides',
  'conflicts',
  'noextract',
  'options',
  'source',
  'sha256sums',
]
const ARCHITECTURE_ARRAYS = ['source', 'sha256sums']

/** The .SRCINFO as `makepkg --printsrcinfo` writes it for one package. */
export function srcinfoText(fields: ArchFields, arrays: ReadonlyMap<string, readonly string[]>): string {
  const architectures = arrays.get('arch') ?? []
  const names = [
    ...ARRAYS,
    ...architectures.flatMap((arch) => ARCHITECTURE_ARRAYS.map((name) => `${name}_${arch}`)),
  ]
  const lines = [
    `pkgbase = ${fields.pkgname}`,
    ...TEXTS.map((name) => attribute(name, fields[name])),
    ...names.flatMap((name) => (arrays.get(name) ?? []).map((value) => attribute(name, value))),
    '',
    `pkgname = ${fields.pkgname}`,
  ]
  return `${lines.join('\n')}\n`
}

/** makepkg makes one blank of several, and leaves none at the ends. */
function attribute(name: string, value: string): string {
  return `\t${name} = ${value.replace(/[ \t\n\v\f\r]+/g, ' ').trim()}`
}
