import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { DEFAULT_LIMITS, defineWorker, type WorkerDefinition } from '../worker.ts'
import { helpText, readInvocation } from './arguments.ts'

const worker = (model: WorkerDefinition['model'] = 'optional') =>
  defineWorker({
    name: 'test-worker',
    version: '1.2.3',
    description: 'Tests',
    model,
    capabilities: {},
    options: {
      threads: {
        description: 'threads',
        variable: 'RBEE_WORKER_THREADS',
        schema: z.string().regex(/^\d+$/, 'must be a number').transform(Number).default(4),
      },
    },
    load: async () => ({ id: 'nothing' }),
  })

function settings(argv: string[], env: Record<string, string> = {}) {
  const invocation = readInvocation(worker(), argv, env)
  if (invocation.action !== 'serve') throw new Error(`does ${invocation.action}`)
  return invocation.settings
}

describe('readInvocation', () => {
  it('serves on a free loopback port unless told otherwise', () => {
    expect(settings([])).toEqual({
      host: '127.0.0.1',
      port: 0,
      model: null,
      limits: DEFAULT_LIMITS,
      options: { threads: 4 },
    })
  })

  it('takes a flag before its variable, and the variable before the default', () => {
    const env = { RBEE_WORKER_PORT: '7000', RBEE_WORKER_THREADS: '2', RBEE_WORKER_MAX_QUEUE: '3' }
    expect(settings([], env)).toMatchObject({ port: 7000, options: { threads: 2 }, limits: { queue: 3 } })
    expect(settings(['--port', '8000', '--threads=8', '--max-queue', '0'], env)).toMatchObject({
      port: 8000,
      options: { threads: 8 },
      limits: { queue: 0 },
    })
  })

  it.each([
    [['--port', '70000'], '--port (RBEE_WORKER_PORT)'],
    [['--port', '-1'], '--port'],
    [['--threads', 'many'], '--threads (RBEE_WORKER_THREADS)'],
    [['--max-concurrent', '0'], '--max-concurrent (RBEE_WORKER_MAX_CONCURRENT)'],
    [['--colour'], '--colour'],
    [['serve'], 'serve'],
    [['--port'], '--port'],
  ])('refuses %j and names the setting', (argv, named) => {
    expect(() => settings(argv)).toThrow(
      expect.objectContaining({ name: 'UsageError', message: expect.stringContaining(named) }),
    )
  })

  it('asks for a model only where one is needed', () => {
    expect(() => readInvocation(worker('required'), [], {})).toThrow('--model FILE (RBEE_WORKER_MODEL)')
    expect(() => readInvocation(worker('none'), ['--model', 'a.gguf'], {})).toThrow('takes no --model')
    expect(settings(['--model', 'a.gguf']).model).toBe('a.gguf')
  })

  it('tells every setting in the help', () => {
    const help = helpText(worker())
    for (const flag of [
      '--model',
      '--host',
      '--port',
      '--threads',
      '--max-queue',
      '--self-test',
      '--capabilities',
    ]) {
      expect(help).toContain(flag)
    }
  })
})
