export type { FieldValues, UnknownValue } from './package/field-values.ts'
export {
  type ArchitectureField,
  type ListField,
  SUM_FIELDS,
  type SumField,
  type TextField,
} from './package/fields.ts'
export {
  interpretScript,
  type PackageReading,
  type Pkgbuild,
  type ReadingOptions,
  readPkgbuild,
} from './package/pkgbuild.ts'
export { isVersionControl, parseSource, type Source } from './package/source.ts'
export {
  type SrcinfoDocument,
  type SrcinfoField,
  type SrcinfoSection,
  srcinfoValues,
} from './srcinfo/document.ts'
export { readSrcinfo, type SrcinfoReading } from './srcinfo/read.ts'
export { type Srcinfo, writeSrcinfo } from './srcinfo/write.ts'
export type { Assignment, SourceWord } from './syntax/assignment.ts'
export { PKGBUILD_MAX_BYTES } from './syntax/grammar.ts'
export {
  GUARD_COMMANDS,
  readScript,
  type Script,
  type ScriptFunction,
  type TopLevelCommand,
} from './syntax/script.ts'
export { evaluateScript, type KnownText, type Variable } from './values/evaluate.ts'
