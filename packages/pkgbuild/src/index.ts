export type { Assignment, SourceWord } from './syntax/assignment.ts'
export { PKGBUILD_MAX_BYTES } from './syntax/grammar.ts'
export { readScript, type Script, type ScriptFunction, type TopLevelCommand } from './syntax/script.ts'
export { evaluateScript, type KnownText, type Variable } from './values/evaluate.ts'
