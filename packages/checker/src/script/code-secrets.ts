import type { Call } from './calls.ts'
import { codeTexts, isCodeRunner } from './code-texts.ts'

/** All variables of the environment at once, in the languages that interpreters run. */
const WHOLE_ENVIRONMENT: readonly (readonly [program: RegExp, code: RegExp])[] = [
  [/^(?:python|pypy)/, /\bos\.environ\b(?!\s*(?:\[|\.\s*(?:get|setdefault|pop)\b))/],
  [/^(?:node|deno|bun)/, /\bprocess\.env\b(?!\s*[.[?])/],
  [/^perl/, /%ENV\b|\bkeys\s+%ENV/],
  [/^ruby/, /\bENV\b(?!\s*[[.])|\bENV\.(?:to_h|each|map|inspect)/],
  [/awk$/, /\bin\s+ENVIRON\b/],
  [/^php/, /\bgetenv\(\s*\)|\$_(?:ENV|SERVER)\b(?!\s*\[)/],
]
/** One variable of the environment, by its name. */
const ONE_VARIABLE =
  /\b(?:environ|env|ENV|ENVIRON|getenv)\b[\s.([{]*(?:get\b|fetch\b)?[\s([{]*["']?([A-Z][A-Z0-9_]+)/g

/** Whether the code that an interpreter is given takes all variables of the environment. */
export function takesEnvironment(call: Call): boolean {
  const forms = WHOLE_ENVIRONMENT.filter(([program]) => program.test(call.program ?? ''))
  return codesOf(call).some((text) => forms.some(([, code]) => code.test(text)))
}

/** Names of variables that such code reads. */
export function variablesInCode(call: Call): readonly string[] {
  return codesOf(call).flatMap((text) => [...text.matchAll(ONE_VARIABLE)].map(([, name = '']) => name))
}

/** The code that an interpreter is given, awk's programs among it. */
export function codesOf(call: Call): readonly string[] {
  const { program, args } = call
  if (program === null) return []
  if (/^(?:g|m|n)?awk$/.test(program)) return args.filter((word) => !word.startsWith('-'))
  return isCodeRunner(program) ? codeTexts(call) : []
}
