import { parseArgs } from 'node:util'
import { z } from 'zod'
import { describeIssues } from '../errors.ts'
import type { Limits, OptionValues, Worker, WorkerOptions } from '../worker.ts'

/** A command line that cannot be understood: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export type Environment = Readonly<Record<string, string | undefined>>

export interface ServeSettings {
  readonly host: string
  /** 0 lets the system choose. */
  readonly port: number
  readonly model: string | null
  readonly limits: Limits
  readonly options: OptionValues<WorkerOptions>
}

/** What the program is to do. */
export type Invocation =
  | { readonly action: 'help' | 'version' | 'capabilities' | 'self-test' }
  | { readonly action: 'serve'; readonly settings: ServeSettings }

const wholeNumber = (least: number, most: number) =>
  z.string().regex(/^\d+$/, 'must be a whole number').transform(Number).pipe(z.number().min(least).max(most))

/** The settings every worker has, with the limit that each one sets. */
const LIMIT_FLAGS = {
  'max-concurrent': ['concurrency', wholeNumber(1, 1024)],
  'max-queue': ['queue', wholeNumber(0, 100_000)],
  'max-body-bytes': ['bodyBytes', wholeNumber(1, 2 ** 30)],
  'max-prompt-characters': ['promptCharacters', wholeNumber(1, 2 ** 30)],
  'request-timeout': ['requestSeconds', wholeNumber(1, 86_400)],
  'grace-period': ['graceSeconds', wholeNumber(0, 86_400)],
} as const satisfies Record<string, readonly [keyof Limits, z.ZodType<number, unknown>]>
type LimitFlag = keyof typeof LIMIT_FLAGS

/**
 * Reads a command line. A flag comes first, then its variable, then the default.
 *
 * @throws {UsageError} with the name of the flag or variable.
 */
export function readInvocation(worker: Worker, argv: readonly string[], env: Environment): Invocation {
  const values: Readonly<Record<string, string | boolean | undefined>> = parse(worker, argv).values
  for (const action of ['help', 'version', 'capabilities', 'self-test'] as const) {
    if (values[action] === true) return { action }
  }
  const text = (name: string, variable: string) => {
    const value = values[name] ?? env[variable]
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  const read = <T>(name: string, variable: string, schema: z.ZodType<T, unknown>): T =>
    check(name, variable, schema, text(name, variable))
  return {
    action: 'serve',
    settings: {
      host: read('host', 'RBEE_WORKER_HOST', z.string().max(253).default('127.0.0.1')),
      port: read('port', 'RBEE_WORKER_PORT', wholeNumber(0, 65_535).default(0)),
      model: modelOf(worker, text('model', 'RBEE_WORKER_MODEL')),
      limits: limitsOf(worker, text),
      options: Object.fromEntries(
        Object.entries(worker.options).map(([name, option]) => [
          name,
          read(name, option.variable ?? '', option.schema),
        ]),
      ),
    },
  }
}

function parse(worker: Worker, argv: readonly string[]) {
  const flag = { type: 'boolean' } as const
  const value = { type: 'string' } as const
  try {
    return parseArgs({
      args: [...argv],
      strict: true,
      allowPositionals: false,
      options: {
        help: { ...flag, short: 'h' },
        version: flag,
        capabilities: flag,
        'self-test': flag,
        host: value,
        port: value,
        model: value,
        ...Object.fromEntries(Object.keys(LIMIT_FLAGS).map((name) => [name, value])),
        ...Object.fromEntries(Object.keys(worker.options).map((name) => [name, value])),
      },
    })
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause })
  }
}

function check<T>(
  name: string,
  variable: string,
  schema: z.ZodType<T, unknown>,
  text: string | undefined,
): T {
  const parsed = schema.safeParse(text)
  if (parsed.success) return parsed.data
  const where = variable === '' ? `--${name}` : `--${name} (${variable})`
  throw new UsageError(`${where} has a wrong value: ${describeIssues(parsed.error)}`)
}

function modelOf(worker: Worker, path: string | undefined): string | null {
  if (worker.model === 'none' && path !== undefined) throw new UsageError('This worker takes no --model.')
  if (worker.model === 'required' && path === undefined) {
    throw new UsageError('Which model? State it with --model FILE (RBEE_WORKER_MODEL).')
  }
  return path ?? null
}

function limitsOf(worker: Worker, text: (name: string, variable: string) => string | undefined): Limits {
  const stated = Object.entries(LIMIT_FLAGS).flatMap(([name, [limit, schema]]) => {
    const variable = variableOf(name)
    const value = text(name, variable)
    return value === undefined ? [] : [[limit, check(name, variable, schema, value)] as const]
  })
  return { ...worker.limits, ...Object.fromEntries(stated) }
}

/** `--max-queue` → `RBEE_WORKER_MAX_QUEUE` */
function variableOf(flag: string): string {
  return `RBEE_WORKER_${flag.toUpperCase().replaceAll('-', '_')}`
}

const LIMIT_TEXT: Readonly<Record<LimitFlag, string>> = {
  'max-concurrent': 'requests that the model works on at once',
  'max-queue': 'requests that wait; one more is answered with 429',
  'max-body-bytes': 'largest body of a request',
  'max-prompt-characters': 'longest prompt, before tokens are counted',
  'request-timeout': 'seconds that one request may take',
  'grace-period': 'seconds that running requests get after a stop signal',
}

/** Text of `--help`. */
export function helpText(worker: Worker): string {
  const rows: [flags: string, text: string][] = [
    ...(worker.model === 'none'
      ? []
      : [['--model FILE', `model file (${worker.model}; RBEE_WORKER_MODEL)`] as [string, string]]),
    ['--host ADDRESS', 'address to listen on (127.0.0.1; RBEE_WORKER_HOST)'],
    ['--port PORT', 'port to listen on; 0 takes a free one (0; RBEE_WORKER_PORT)'],
    ...Object.entries(worker.options).map(([name, option]): [string, string] => [
      `--${name} VALUE`,
      `${option.description}${option.variable ? ` (${option.variable})` : ''}`,
    ]),
    ...Object.entries(LIMIT_FLAGS).map(([name, [limit]]): [string, string] => [
      `--${name} N`,
      `${LIMIT_TEXT[name as LimitFlag]} (${worker.limits[limit]}; ${variableOf(name)})`,
    ]),
    ['--self-test', 'prove that the worker works on this machine, and end'],
    ['--capabilities', 'print what the worker can do as JSON, and end'],
    ['--version', 'print the version, and end'],
    ['-h, --help', 'print this text, and end'],
  ]
  const width = Math.max(...rows.map(([flags]) => flags.length))
  const lines = rows.map(([flags, text]) => `  ${flags.padEnd(width)}  ${text}`)
  return `${worker.name} ${worker.version}: ${worker.description}\n\nusage: ${worker.name} [options]\n\n${lines.join('\n')}\n`
}
