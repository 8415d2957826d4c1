import type { Problem } from '../rule.ts'
import type { CheckedWorker } from './checked-worker.ts'

/** The first character of each file that fits a pattern. */
export function characterProblems(worker: CheckedWorker, pattern: RegExp, what: string): readonly Problem[] {
  return [...worker.files.values()].flatMap(({ path, text }) => {
    const found = text === null ? null : pattern.exec(text)
    if (text === null || found === null) return []
    const before = text.slice(0, found.index)
    const line = before.split('\n').length
    const column = found.index - (before.lastIndexOf('\n') + 1) + 1
    const code = found[0].codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')
    return [
      {
        file: path,
        line,
        reason: `the character U+${code} at column ${column} ${what}`,
        cure: 'remove it; an editor that shows invisible characters finds it',
      },
    ]
  })
}
