import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { type Programs, QuickstartError } from './programs.ts'

/** A catalog that this run has started. */
export interface RunningCatalog {
  readonly url: string
  /** Resolves with the last lines it printed when it ends, whoever ended it. */
  readonly ended: Promise<string>
  stop(): Promise<void>
}

/** The server answers after 20 seconds at the latest, however large its catalog is. */
const READY_TIMEOUT_MS = 60_000
/** How long it may take to end by itself. */
const GRACE_MS = 10_000
/** What is kept of its output, in characters. */
const KEPT_OUTPUT = 4_000
/** What the server prints once it listens. */
const UP = /^the catalog is up: (http\S+)/m

/**
 * Starts the catalog and waits until it says where it listens. An answer on the port would prove nothing: another
 * program may have it.
 *
 * @param tell is given what the server prints until then.
 */
export async function startCatalog(
  programs: Programs,
  { port, dataDir }: { readonly port: number; readonly dataDir: string },
  signal: AbortSignal,
  tell: (text: string) => void,
): Promise<RunningCatalog> {
  const args = ['serve', '--port', String(port), '--data-dir', dataDir, '--log-format', 'off']
  const child = programs.start({ program: 'rbee-catalog', args })
  const { up, ended } = watch(child, tell)
  const stop = async () => {
    child.kill('SIGTERM')
    const force = setTimeout(() => child.kill('SIGKILL'), GRACE_MS)
    await ended
    clearTimeout(force)
  }
  const patience = AbortSignal.any([signal, AbortSignal.timeout(READY_TIMEOUT_MS)])
  const url = await Promise.race([up, ended.then(() => null), aborted(patience).then(() => null)])
  if (url !== null) return { url, ended, stop }
  await stop()
  signal.throwIfAborted()
  throw new QuickstartError(
    patience.aborted
      ? `the catalog was not up after ${READY_TIMEOUT_MS / 1000} seconds`
      : 'the catalog did not start',
  )
}

/** The address that the server prints, and its end. */
function watch(
  child: ChildProcess,
  tell: (text: string) => void,
): { up: Promise<string>; ended: Promise<string> } {
  let said = ''
  const up = new Promise<string>((resolve) => {
    let isUp = false
    const listen = (text: string) => {
      if (!isUp) tell(text)
      said = (said + text).slice(-KEPT_OUTPUT)
      const url = isUp ? undefined : UP.exec(said)?.[1]
      if (url === undefined) return
      isUp = true
      said = ''
      resolve(url)
    }
    child.stdout?.setEncoding('utf8').on('data', listen)
    child.stderr?.setEncoding('utf8').on('data', listen)
  })
  return { up, ended: once(child, 'close').then(() => said.trim()) }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort')
}
