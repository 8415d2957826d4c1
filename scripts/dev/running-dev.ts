import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { dirname, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../packages/testing/src/free-port.ts'

const PROJECT = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
const POLL_MS = 100
const UP = /^the catalog is up: (\S+)$/m
/** What is kept of its output, in characters. */
const KEPT_OUTPUT = 4_000

/** `pnpm dev` that somebody has running. */
export interface RunningDev {
  readonly url: string
  stop(): Promise<void>
}

/** Starts `pnpm dev` on a free port, and waits until it says that it is up. */
export async function startDev(dataDir: string, operatorToken: string): Promise<RunningDev> {
  const port = String(await freePort())
  const child = spawn(process.execPath, ['scripts/dev.ts', '--port', port, '--data-dir', dataDir], {
    cwd: PROJECT,
    env: { ...process.env, RBEE_OPERATOR_TOKEN: operatorToken, CI: 'true' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-KEPT_OUTPUT)
    })
  }
  const stop = async () => {
    if (child.exitCode !== null) return
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
  while (child.exitCode === null) {
    const url = UP.exec(said)?.[1]
    if (url !== undefined) return { url, stop }
    await sleep(POLL_MS)
  }
  throw new Error(`dev ended with ${child.exitCode}: ${said}`)
}
