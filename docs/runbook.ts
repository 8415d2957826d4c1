import { readFile } from 'node:fs/promises'

const text = await readFile(new URL('../SECURITY.md', import.meta.url), 'utf8')

/** The titles of the runbooks in SECURITY.md. */
export const runbooks = [...(text.split('## Runbooks\n')[1] ?? '').matchAll(/^### (.*)$/gm)].map(
  ([, title = '']) => title,
)

/** The command lines of a runbook in SECURITY.md, as they stand there. */
export function linesOf(title: string): string[] {
  const section = text.split(`### ${title}\n`)[1]?.split(/^##/m)[0] ?? ''
  return [...section.matchAll(/```sh\n(.*?)```/gs)].flatMap(([, block = '']) => block.trim().split('\n'))
}

/** The words of a command line. */
export function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? '')
}
