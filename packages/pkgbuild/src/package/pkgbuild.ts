import type { Assignment } from '../syntax/assignment.ts'
import { PKGBUILD_MAX_BYTES } from '../syntax/grammar.ts'
import { readScript, type Script, type ScriptFunction, type TopLevelCommand } from '../syntax/script.ts'
import { Evaluation, type KnownText } from '../values/evaluate.ts'
import { type FieldValues, fieldsOf, fieldsOver, type UnknownValue, unknownsIn } from './field-values.ts'
import { LIST_FIELDS, TEXT_FIELDS } from './fields.ts'
import { functionFields, type Misplaced } from './function-fields.ts'
import { type Source, sourcesOf } from './source.ts'

/** One package of a PKGBUILD. */
export interface PackageReading {
  readonly name: string
  /** `package_NAME`, else `package`; null where the file has neither. */
  readonly function: ScriptFunction | null
  /** What that function states anew, complete: `depends+=(x)` together with the depends of the file. */
  readonly overrides: FieldValues
  /** What holds for this package: its own statements over those of the file. */
  readonly fields: FieldValues
}

/** What a PKGBUILD says, read without running any of it. */
export interface Pkgbuild {
  /** `pkgbase`, else the first name; null where the file states neither. */
  readonly base: KnownText | null
  readonly names: readonly KnownText[]
  /** What the file states for all its packages. */
  readonly fields: FieldValues
  /** In the order of `pkgname`; those whose names are not known are left out. */
  readonly packages: readonly PackageReading[]
  readonly sources: readonly Source[]
  /** By name; their texts with the lines at which they stand. */
  readonly functions: ReadonlyMap<string, ScriptFunction>
  /** What bash would run as soon as the file is read. */
  readonly commands: readonly TopLevelCommand[]
  /** Lines on which the syntax is broken. */
  readonly syntaxErrors: readonly number[]
  /** Lines with a carriage return, a NUL or a byte order mark. */
  readonly foreignLines: readonly number[]
  /** All values of fields that are not known, in the order of their lines. */
  readonly unknown: readonly UnknownValue[]
  /** Fields that a function of a package states although makepkg lets it not. */
  readonly misplaced: readonly Misplaced[]
  /** All variables that the file sets at its top. */
  readonly assigned: ReadonlySet<string>
}

export interface ReadingOptions {
  /** Value of `$CARCH`: the architecture of the machine on which makepkg would read the file; x86_64 unless given. */
  readonly architecture?: string
}

/** Most packages of one PKGBUILD; the largest of the distributions make some dozens. */
const MAX_PACKAGES = 100

/**
 * Reads everything that PKGBUILD(5) knows out of a PKGBUILD, as makepkg would find it, without running any of it.
 *
 * @returns null where the text is longer than PKGBUILD_MAX_BYTES or built to exhaust the parser.
 */
export async function readPkgbuild(text: string, options: ReadingOptions = {}): Promise<Pkgbuild | null> {
  if (text.length > PKGBUILD_MAX_BYTES) return null
  const script = await readScript(text)
  return script && interpretScript(script, options)
}

/** What a script says when makepkg reads it as a PKGBUILD. */
export function interpretScript(script: Script, { architecture = 'x86_64' }: ReadingOptions = {}): Pkgbuild {
  const evaluation = new Evaluation(new Map([...UNSET, ['CARCH', architecture]])).run(script).withoutLocals()
  const fields = fieldsOf(evaluation.variables)
  const names = evaluation.variables.get('pkgname')?.elements ?? []
  const base = nonEmpty(fields.texts.get('pkgbase')) ?? names[0] ?? null
  const known = names.slice(0, MAX_PACKAGES).flatMap((name) => (name.known ? [name.text] : []))
  const readings = known.map((name) => readPackage(name, { script, evaluation, fields, base }))
  const commands = script.statements.filter((statement) => statement.kind === 'command')
  return {
    base,
    names,
    fields,
    packages: readings.map(({ reading }) => reading),
    sources: sourcesOf(fields),
    functions: script.functions,
    commands,
    syntaxErrors: script.syntaxErrors,
    foreignLines: script.foreignLines,
    unknown: [
      ...unknownNames(names),
      ...unknownsIn(fields, null),
      ...readings.flatMap(({ reading }) => unknownsIn(reading.overrides, reading.name)),
    ].toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)),
    misplaced: readings.flatMap(({ misplaced }) => misplaced),
    assigned: new Set(evaluation.variables.keys()),
  }
}

/** Variables that makepkg unsets before it reads the file. */
const UNSET: readonly (readonly [string, null])[] = ['pkgname', ...TEXT_FIELDS, ...LIST_FIELDS].map(
  (name) => [name, null],
)

interface PackageContext {
  readonly script: Script
  readonly evaluation: Evaluation
  readonly fields: FieldValues
  readonly base: KnownText | null
}

function readPackage(
  name: string,
  { script, evaluation, fields, base }: PackageContext,
): { reading: PackageReading; misplaced: readonly Misplaced[] } {
  const definition = script.functions.get(`package_${name}`) ?? script.functions.get('package') ?? null
  const assignments: readonly Assignment[] = definition?.assignments ?? []
  const given = new Map([['pkgname', name], ...(base?.known ? [['pkgbase', base.text] as const] : [])])
  const { overrides, misplaced } = functionFields(assignments, evaluation, { package: name, given })
  return {
    reading: { name, function: definition, overrides, fields: fieldsOver(overrides, fields) },
    misplaced,
  }
}

function nonEmpty(value: KnownText | undefined): KnownText | undefined {
  return value?.known === true && value.text === '' ? undefined : value
}

function unknownNames(names: readonly KnownText[]): UnknownValue[] {
  const tooMany = names.length > MAX_PACKAGES
  const limit = {
    field: 'pkgname',
    package: null,
    line: names[0]?.line ?? null,
    reason: `names more than ${MAX_PACKAGES} packages`,
  }
  return [
    ...(tooMany ? [limit] : []),
    ...names.flatMap((name) =>
      name.known ? [] : [{ field: 'pkgname', package: null, line: name.line, reason: name.reason }],
    ),
  ]
}
