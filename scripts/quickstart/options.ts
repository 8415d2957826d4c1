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

/** The command line or a variable is wrong. */
export class QuickstartUsageError extends Error {
  override readonly name = 'QuickstartUsageError'
}

/**
 * @param cwd the caller's folder, which relative paths mean
 * @returns null when help was asked for. Throws a {@link QuickstartUsageError} that names the option or variable.
 */
export function readOptions(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
  project: string,
): QuickstartOptions | null {
  const values = parseOptions(argv)
  if (values.help) return null
  const [portText, portSource] =
    values.port === undefined ? [env.PORT || '8787', 'PORT'] : [values.port, '--port']
  const port = Number(portText)
  if (!/^\d{1,5}$/.test(portText) || port < 1 || port > 65_535) {
    throw new QuickstartUsageError(`${portSource}: "${portText}" is no port from 1 to 65535`)
  }
  for (const name of ['model', 'data-dir'] as const) {
    if (values[name] === '') throw new QuickstartUsageError(`--${name} is empty`)
  }
  const dataDir = values['data-dir'] ?? env.RBEE_DATA_DIR
  return {
    port,
    dataDir: dataDir ? resolve(cwd, dataDir) : join(project, 'data'),
    model: values.model === undefined ? null : resolve(cwd, values.model),
    exit: values.exit,
  }
}

function parseOptions(argv: readonly string[]) {
  try {
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
    return values
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new QuickstartUsageError(error.message, { cause: error })
  }
}
