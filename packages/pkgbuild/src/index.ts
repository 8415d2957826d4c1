export { PKGBUILD_MAX_BYTES, type SyntaxNode, withSyntaxTree } from './syntax/grammar.ts'
export {
  type Assignment,
  readScript,
  type Script,
  type ScriptFunction,
  type SourceWord,
  type TopLevelCommand,
} from './syntax/script.ts'
export { Budget, NotStatic } from './values/budget.ts'
export { evaluateScript, type KnownText, type Variable } from './values/evaluate.ts'
export { expandWord, type Variables } from './values/expand.ts'
