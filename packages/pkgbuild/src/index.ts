export { PKGBUILD_MAX_BYTES } from './syntax/grammar.ts'
export {
  type Assignment,
  readScript,
  type Script,
  type ScriptFunction,
  type SourceWord,
  type TopLevelCommand,
} from './syntax/script.ts'
export { evaluateScript, type KnownText, type Variable } from './values/evaluate.ts'
