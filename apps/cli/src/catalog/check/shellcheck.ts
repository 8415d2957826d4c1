import { spawn } from 'node:child_process'
import type { ScriptOpinion } from '@rbee/checker'
import { hasCode, tryParseJson } from '@rbee/schema'
import { z } from 'zod'

/**
 * What shellcheck says that is a fault in any script: a comparison that is always
 * true, a test of a literal, quotes that are none. All its advice on style, and what PKGBUILDs do by their nature
 * (variables for others to read, none declared), is left aside.
 */
const SERIOUS: ReadonlySet<number> = new Set([
  1007, 1037, 1065, 1068, 1069, 1070, 1073, 1083, 1087, 2050, 2055, 2057, 2058, 2062, 2077, 2078, 2157, 2158,
  2159, 2193, 2216, 2217, 2242, 2252,
])
/** An ordinary PKGBUILD takes it a tenth of a second; on one that is nested to exhaust it, it says nothing. */
const TIMEOUT_MS = 5_000
const MAX_OUTPUT = 4 * 2 ** 20

const answerSchema = z.object({
  comments: z.array(
    z.object({ line: z.number().int().positive(), code: z.number().int(), message: z.string() }),
  ),
})

/**
 * Asks shellcheck about a script, which it reads from its standard input and does not run. Nothing where it is not
 * installed, and nothing of what it says in a form that is not known.
 */
export async function askShellcheck(
  text: string,
  searchPath: string | undefined,
): Promise<readonly ScriptOpinion[]> {
  const output = await runShellcheck(text, searchPath)
  if (output === null) return []
  const answer = answerSchema.safeParse(tryParseJson(output))
  if (!answer.success) return []
  return answer.data.comments
    .filter(({ code }) => SERIOUS.has(code))
    .slice(0, 20)
    .map(({ line, code, message }) => ({
      rule: 'shellcheck',
      line,
      reason: `SC${code}: ${message.replace(/\.$/, '')}`,
      cure: `see shellcheck's page on SC${code}`,
    }))
}

/** Null where it is not installed, or did not come to an end. */
function runShellcheck(text: string, searchPath: string | undefined): Promise<string | null> {
  return new Promise((resolve, reject) => {
    // No configuration file of the folder, and no file that the script names, is read.
    const args = ['--norc', '--shell=bash', '--format=json1', '--severity=warning', '-']
    const child = spawn('shellcheck', args, {
      env: searchPath === undefined ? {} : { PATH: searchPath },
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS)
    const chunks: Buffer[] = []
    let size = 0
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > MAX_OUTPUT) child.kill('SIGKILL')
      else chunks.push(chunk)
    })
    child.stdin.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') reject(error)
    })
    child.on('error', (error) => {
      clearTimeout(timer)
      if (hasCode(error, 'ENOENT')) resolve(null)
      else reject(error)
    })
    child.on('close', (_code, signal) => {
      clearTimeout(timer)
      resolve(signal === null ? Buffer.concat(chunks).toString('utf8') : null)
    })
    child.stdin.end(text)
  })
}
