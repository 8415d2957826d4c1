// The variables of PKGBUILD(5), in the groups and the order in which makepkg's util/schema.sh and srcinfo.sh name them.

export const TEXT_FIELDS = [
  'pkgbase',
  'pkgdesc',
  'pkgver',
  'pkgrel',
  'epoch',
  'url',
  'install',
  'changelog',
] as const
export type TextField = (typeof TEXT_FIELDS)[number]

/** Algorithms of checksums that makepkg knows: `sha256` is that of `sha256sums`. */
export const SUM_KINDS = ['ck', 'md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'b2'] as const
export type SumKind = (typeof SUM_KINDS)[number]
export type SumField = `${SumKind}sums`
export const SUM_FIELDS: readonly SumField[] = SUM_KINDS.map((kind): SumField => `${kind}sums`)

/** Lists that may also stand for one architecture: `depends_x86_64`. */
export const ARCHITECTURE_FIELDS = [
  'source',
  'provides',
  'conflicts',
  'depends',
  'replaces',
  'optdepends',
  'makedepends',
  'checkdepends',
  ...SUM_FIELDS,
] as const
export type ArchitectureField = (typeof ARCHITECTURE_FIELDS)[number]

export const LIST_FIELDS = [
  'arch',
  'groups',
  'license',
  'checkdepends',
  'makedepends',
  'depends',
  'optdepends',
  'provides',
  'conflicts',
  'replaces',
  'noextract',
  'options',
  'backup',
  'source',
  'validpgpkeys',
  ...SUM_FIELDS,
] as const
export type ListField = (typeof LIST_FIELDS)[number]

/** What the function of a package may state anew for that package. */
const PACKAGE_FIELDS = [
  'pkgdesc',
  'arch',
  'url',
  'license',
  'groups',
  'depends',
  'optdepends',
  'provides',
  'conflicts',
  'replaces',
  'backup',
  'options',
  'install',
  'changelog',
] as const

const TEXTS: ReadonlySet<string> = new Set(TEXT_FIELDS)
const LISTS: ReadonlySet<string> = new Set(LIST_FIELDS)
const FOR_ARCHITECTURES: ReadonlySet<string> = new Set(ARCHITECTURE_FIELDS)
const OF_PACKAGES: ReadonlySet<string> = new Set(PACKAGE_FIELDS)

export function isTextField(name: string): name is TextField {
  return TEXTS.has(name)
}

export function isListField(name: string): name is ListField {
  return LISTS.has(name)
}

export function isArchitectureField(name: string): name is ArchitectureField {
  return FOR_ARCHITECTURES.has(name)
}

/** Whether the function of a package may state it. */
export function isPackageField(name: string): boolean {
  return OF_PACKAGES.has(name)
}

/** `depends_x86_64` as its field and its architecture; null for any other name. */
export function splitArchitecture(name: string): { field: ArchitectureField; architecture: string } | null {
  const [, field = '', architecture = ''] = /^([a-z0-9]+)_(\w+)$/.exec(name) ?? []
  return isArchitectureField(field) ? { field, architecture } : null
}
