import { type Assignment, opaqueAssignment } from '../syntax/assignment.ts'
import type { Evaluation, Variable } from '../values/evaluate.ts'
import { type FieldValues, fieldsOf } from './field-values.ts'
import { isListField, isPackageField, isTextField, splitArchitecture } from './fields.ts'

/** A field in the function of a package that stands for the whole file or is of the wrong kind. */
export interface Misplaced {
  readonly package: string
  readonly field: string
  readonly line: number
}

/**
 * Variables of makepkg that hide those of the file while a line of a function is evaluated (`local` in
 * srcinfo_write_*, get_pkgbuild_attribute and extract_function_variable of makepkg 6.0.2).
 */
const HIDDEN = [
  'a',
  'attr',
  'attr_regex',
  'attrname',
  'decl',
  'funcname',
  'isarray',
  'multivalued',
  'multivalued_arch_attrs',
  'outputvar',
  'outvalue',
  'package_arch',
  'pkg',
  'r',
  'REPLY',
  'shellopts',
  'singlevalued',
]

/** Name under which a value is built; no script can name it. */
const TARGET = '='

/**
 * The fields that the function of a package states. makepkg evaluates each of the lines that
 * `functionAssignments` finds by itself: after those of the same field, and before anything else of the function.
 */
export function functionFields(
  assignments: readonly Assignment[],
  evaluation: Evaluation,
  context: { readonly package: string; readonly given: ReadonlyMap<string, string> },
): { overrides: FieldValues; misplaced: Misplaced[] } {
  const variables = new Map<string, Variable>()
  const misplaced: Misplaced[] = []
  if (assignments.some(({ name }) => isField(name))) {
    const scope = evaluation.within(context.given)
    for (const name of HIDDEN) scope.assign(opaqueAssignment(name, "is a variable of makepkg's own there", 1))
    for (const assignment of assignments) {
      const { name, line, value } = assignment
      if (!isField(name)) continue
      const isText = isTextField(name)
      const fits = value.kind === 'opaque' || (value.kind === 'word') === isText
      if (!mayState(name) || !fits) misplaced.push({ package: context.package, field: name, line })
      else {
        const before = variables.get(name) ?? evaluation.variables.get(name)
        scope.variables.delete(TARGET)
        if (before !== undefined) scope.variables.set(TARGET, before)
        scope.assign({ ...assignment, name: TARGET })
        const after = scope.variables.get(TARGET)
        if (after !== undefined) variables.set(name, after)
      }
    }
  }
  return { overrides: fieldsOf(variables), misplaced }
}

function isField(name: string): boolean {
  return isTextField(name) || isListField(name) || splitArchitecture(name) !== null
}

function mayState(name: string): boolean {
  const split = splitArchitecture(name)
  return isPackageField(split?.field ?? name)
}
