import type { FieldValues, UnknownValue } from '../package/field-values.ts'
import { isArchitectureField, isListField, isTextField } from '../package/fields.ts'
import type { PackageReading, Pkgbuild } from '../package/pkgbuild.ts'
import type { KnownText } from '../values/evaluate.ts'

/**
 * Why makepkg 6.0.2 would not write a .SRCINFO of this file (its lint_pkgbuild), or would write one that cannot be
 * foreseen. Empty where nothing stands against it.
 */
export function refusals(pkgbuild: Pkgbuild): UnknownValue[] {
  const found: UnknownValue[] = []
  const refuse = (reason: string, line: number | null = null, field: string | null = null) =>
    found.push({ field, package: null, line, reason })
  for (const line of pkgbuild.syntaxErrors) refuse('is not valid bash', line)
  for (const line of pkgbuild.foreignLines.slice(0, 1))
    refuse('has a carriage return or another control character', line)
  for (const command of pkgbuild.commands) {
    if (!command.confined) refuse(`runs ${JSON.stringify(command.text)}`, command.line)
  }
  for (const { name, line, isDoubtful } of pkgbuild.functions.values()) {
    if (isDoubtful) refuse(`has something in ${name}() that may not be valid bash`, line)
    if (DISTURBING_FUNCTIONS.has(name)) refuse(`defines ${name}(), which makepkg uses itself`, line)
  }
  for (const name of pkgbuild.assigned) {
    if (DISTURBING_VARIABLE.test(name)) refuse(`sets ${name}, which makepkg or bash work with`)
  }
  for (const { package: name, field, line } of pkgbuild.misplaced) {
    found.push({
      field,
      package: name,
      line,
      reason: 'cannot be stated in the function of a package like this',
    })
  }
  refuseNames(pkgbuild, refuse)
  refuseArchitectures(pkgbuild, refuse)
  refuseVersions(pkgbuild.fields, refuse)
  refuseFields(pkgbuild.fields, refuse)
  for (const { overrides } of pkgbuild.packages) refuseFields(overrides, refuse)
  return found
}

type Refuse = (reason: string, line?: number | null, field?: string | null) => void

/** Commands and functions between reading the file and printing what it says. */
const DISTURBING_FUNCTIONS: ReadonlySet<string> = new Set(
  `array_build check_epoch check_files_exist check_fullpkgver check_pkgrel check_pkgver check_software clean_up date declare echo
   error eval exists_function_variable exit export extract_function_variable extract_global_variable get_full_version
   get_pkgbuild_all_split_attributes get_pkgbuild_attribute gettext grep grep_function have_function in_array is_array
   lint_one_pkgname lint_pkgbuild local pkgbuild_extract_to_srcinfo plainerr printf read readonly return shopt source
   source_safe srcinfo_open_section srcinfo_separate_section srcinfo_write_attr srcinfo_write_global
   srcinfo_write_package srcinfo_write_section_details trap type typeset unset warning write_srcinfo_content`.split(
    /\s+/,
  ),
)

const DISTURBING_VARIABLE =
  /^(?:BASH\w*|BASHOPTS|BUILDFILE|BUILDSCRIPT|EUID|GENINTEG|GLOBIGNORE|IFS|IGNOREARCH|LANG|LC_\w+|LIBRARY|PACKAGELIST|PATH|POSIXLY_CORRECT|PPID|PRINTSRCINFO|SHELLOPTS|SIGNPKG|SOURCEONLY|UID|build_options|confdir|known_hash_algos|lint_pkgbuild_functions|makepkg_version|packaging_options|pkgbuild_schema_\w+|startdir)$/

function refuseNames({ names, base, packages, functions }: Pkgbuild, refuse: Refuse): void {
  if (names.length === 0) refuse('is missing', null, 'pkgname')
  for (const name of [base, ...names]) {
    if (name?.known && !isPackageName(name.text)) refuse('is not the name of a package', name.line, 'pkgname')
  }
  const [first] = packages
  if (names.length === 1 && first !== undefined) {
    const own = functions.has(`package_${first.name}`)
    if (own && functions.has('package'))
      refuse('has package() beside the function of its package', null, 'pkgname')
    if (functions.has('build') && first.function === null) refuse('has build() and no package()')
  } else if (functions.has('package')) refuse('has package() although it makes several packages')
  if (names.length > 1) refuseMissingFunctions(packages, functions, refuse)
}

function refuseMissingFunctions(
  packages: readonly PackageReading[],
  functions: Pkgbuild['functions'],
  refuse: Refuse,
): void {
  for (const { name } of packages) {
    if (!functions.has(`package_${name}`)) refuse(`has no package_${name}()`)
  }
}

function refuseVersions({ texts }: FieldValues, refuse: Refuse): void {
  const [pkgver, pkgrel, epoch] = [texts.get('pkgver'), texts.get('pkgrel'), texts.get('epoch')]
  if (!isKnownLike(pkgver, /^[^\s/:\-\u0080-\uffff]+$/)) refuse('is not a version', pkgver?.line, 'pkgver')
  if (!isKnownLike(pkgrel, /^\d+(?:\.\d+)?$/)) refuse('is not a number', pkgrel?.line, 'pkgrel')
  if (epoch !== undefined && !isKnownLike(epoch, /^\d*$/)) refuse('is not a number', epoch.line, 'epoch')
}

/** Unknown values are reported for themselves. */
function isKnownLike(value: KnownText | undefined, pattern: RegExp): boolean {
  return value !== undefined && (!value.known || pattern.test(value.text))
}

function refuseFields(fields: FieldValues, refuse: Refuse): void {
  for (const { field, line, isList } of fields.wrongKind) {
    refuse(isList ? 'must be a list' : 'must not be a list', line, field)
  }
  const lists = [
    ...fields.lists,
    ...[...fields.architectures.values()].flatMap((ofArchitecture) => [...ofArchitecture]),
  ]
  for (const [field, values] of lists) {
    for (const value of values) {
      if (value.known && !isAllowed(field, value.text))
        refuse('holds a value that makepkg refuses', value.line, field)
    }
  }
  const texts = [...fields.texts].map(([field, value]) => [field, [value]] as const)
  for (const [field, values] of [...texts, ...lists]) {
    for (const value of values) {
      if (value.known && FOREIGN_SPACE.test(value.text)) {
        refuse('holds white space that counts as such in some locales only', value.line, field)
      }
    }
  }
}

/** What iswspace() of glibc knows beyond ASCII, and controls that shells lose. */
const FOREIGN_SPACE = /[\0\u0085\u1680\u2000-\u200a\u2028\u2029\u205f\u3000]/

function refuseArchitectures({ fields, packages, assigned }: Pkgbuild, refuse: Refuse): void {
  for (const { lists } of [fields, ...packages.map(({ overrides }) => overrides)]) {
    const values = lists.get('arch') ?? []
    const hasAny = values.some((value) => value.known && value.text === 'any')
    if (hasAny && values.length > 1) refuse('has any beside others', values[0]?.line, 'arch')
  }
  const names = new Set(fields.lists.get('arch')?.flatMap((value) => (value.known ? [value.text] : [])))
  const stated = [fields, ...packages.map(({ overrides }) => overrides)]
  if (names.has('any') && stated.some(({ architectures }) => architectures.has('any'))) {
    refuse('has lists for the architecture any', null, 'arch')
  }
  const inFunctions = packages.flatMap(({ function: own }) => own?.assignments.map(({ name }) => name) ?? [])
  for (const name of new Set([...assigned, ...inFunctions])) {
    const [, field = '', architecture = ''] = /^([a-z]+)_(\w+)$/.exec(name) ?? []
    const isGeneral = (isTextField(field) || isListField(field)) && !isArchitectureField(field)
    if (isGeneral && names.has(architecture)) refuse('cannot be stated for one architecture', null, name)
  }
}

/** Options of makepkg.conf; each may have a `!` before it. */
const OPTION =
  /^!?(?:buildflags|ccache|debug|distcc|docs|emptydirs|libtool|lto|makeflags|purge|staticlibs|strip|zipman)$/

function isAllowed(field: string, value: string): boolean {
  switch (field) {
    case 'arch':
      return /^[A-Za-z0-9_]*$/.test(value)
    case 'backup':
      return !value.startsWith('/')
    case 'options':
      return OPTION.test(value)
    case 'depends':
    case 'makedepends':
    case 'checkdepends':
    case 'conflicts':
      return isRelation(value, /[<>]=?|=/, field === 'depends')
    case 'optdepends':
      return isRelation(value.replace(/:\s[\s\S]*$/, ''), /[<>]=?|=/, false)
    case 'provides':
      return !/[<>]/.test(value) && isRelation(value, /=(?!.*=)/, false)
    default:
      return true
  }
}

/** `name`, or `name>=version`. */
function isRelation(value: string, operator: RegExp, mayEndWithOperator: boolean): boolean {
  const match = operator.exec(value)
  if (match === null) return isPackageName(value)
  const version = value.slice(match.index + match[0].length)
  if (!isPackageName(value.slice(0, match.index))) return false
  if (version === '') return mayEndWithOperator
  return /^(?:\d*:)?[^\s/:\-\u0080-\uffff]+(?:-\d+(?:\.\d+)?)?$/.test(version)
}

/** Letters, digits and `+ _ . @ -`, of which neither hyphen nor dot comes first. */
function isPackageName(text: string): boolean {
  return /^[A-Za-z0-9+_@][A-Za-z0-9+_.@-]*$/.test(text)
}
