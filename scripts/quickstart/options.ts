import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'

export interface QuickstartOptions {
  readonly port: number
  readonly dataDir: string
  /** Absolute path of a GGUF file, or null. */
  readonly model: string | null
  /** End after the inference instead of staying up. */
  readonly exit: boolean
}

export const HELP = `Usage: npx -y pnpm@12 quickstart [options]

Starts a worker catalog on this machine, builds the official workers, publishes them to it,
installs the best build of each for this hardware and lets one answer. Stays up until Ctrl-C.

Options:
  --model <file.gguf>  also chat with this language model
  --port <port>        where the catalog listens (variable: PORT, default: 8787)
  --data-dir <dir>     where the catalog keeps its data (variable: RBEE_DATA_DIR, default: ./data)
  --exit               end after the inference; the exit code is 0 only if everything worked
  --help               show this text

Workers are installed in ~/.cache/rbee (variable: RBEE_HOME).`

/**
 * @param cwd the caller's folder, which relative paths mean
 * @returns null when help was asked for. Throws an Error with a sentence for people when an option is wrong.
 */
export function readOptions(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
  project: string,
): QuickstartOptions | null {
  const { values } = parseArgs({
    args: argv[0] === '--' ? argv.slice(1) : [...argv],
    options: {
      port: { type: 'string' },
      'data-dir': { type: 'string' },
      model: { type: 'string' },
      exit: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return null
  const portText = values.port ?? env.PORT ?? '8787'
  const port = Number(portText)
  if (!/^\d+$/.test(portText) || port < 1 || port > 65_535)
    throw new Error(`--port: "${portText}" is not a port`)
  const dataDir = values['data-dir'] ?? env.RBEE_DATA_DIR
  return {
    port,
    dataDir: dataDir ? resolve(cwd, dataDir) : join(project, 'data'),
    model: values.model === undefined ? null : resolve(cwd, values.model),
    exit: values.exit,
  }
}
