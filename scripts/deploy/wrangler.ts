import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const PROJECT = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
const APP = join(PROJECT, 'apps/catalog')

export const CONFIGURATION = join(APP, 'wrangler.jsonc')

/** Runs wrangler in the folder of the Worker, in front of the user. @returns its exit code. */
export async function wrangler(args: readonly string[]): Promise<number> {
  const child = spawn(join(PROJECT, 'node_modules/.bin/wrangler'), args, {
    cwd: APP,
    env: { ...process.env, WRANGLER_SEND_METRICS: 'false' },
    stdio: 'inherit',
  })
  const [code] = await once(child, 'close')
  return typeof code === 'number' ? code : 1
}
