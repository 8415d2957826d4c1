import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { ModelError } from '../errors.ts'
import { runToEnd, startWorker } from '../testing/index.ts'
import { defineWorker, type LoadedModel, type WorkerDefinition } from '../worker.ts'

const worker = (part: Partial<WorkerDefinition> = {}) =>
  defineWorker({
    name: 'test-worker',
    version: '1.2.3',
    description: 'Tests',
    model: 'optional',
    capabilities: { tasks: ['testing'] },
    load: async (): Promise<LoadedModel> => ({ id: 'nothing' }),
    ...part,
  })

describe('runWorker', () => {
  it('prints version, help and capabilities without loading a model', async () => {
    const unloadable = worker({ load: () => Promise.reject(new Error('loaded')) })
    expect(await runToEnd(unloadable, { argv: ['--version'] })).toMatchObject({ code: 0, stdout: '1.2.3\n' })
    expect(await runToEnd(unloadable, { argv: ['--help'] })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('usage'),
    })
    const { code, stdout } = await runToEnd(unloadable, { argv: ['--capabilities'] })
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      worker: 'test-worker',
      tasks: ['testing'],
      model: null,
      endpoints: null,
    })
  })

  it('says on stdout where it listens and when it is ready', async () => {
    const running = await startWorker(worker())
    await running.stop()
    expect(
      running
        .stdout()
        .trim()
        .split('\n')
        .map((line): unknown => JSON.parse(line)),
    ).toEqual([
      { event: 'listening', url: running.url, worker: 'test-worker', version: '1.2.3' },
      { event: 'ready', url: running.url, model: 'nothing' },
    ])
  })

  it('answers health while it loads, and work with 503', async () => {
    const gate = Promise.withResolvers<LoadedModel>()
    const listening = Promise.withResolvers<string>()
    const loading = worker({
      load: ({ log }) => {
        log.info('loading now')
        return gate.promise
      },
    })
    const started = startWorker(loading, { argv: ['--port', await freePort(listening)] })
    const url = await listening.promise
    await expect
      .poll(() =>
        fetch(`${url}/health`).then(
          (r) => r.status,
          () => 0,
        ),
      )
      .toBe(200)
    expect((await fetch(`${url}/ready`)).status).toBe(503)
    const busy = await fetch(`${url}/v1/completions`, { method: 'POST' })
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([503, '1'])
    gate.resolve({ id: 'late' })
    const running = await started
    expect((await fetch(`${url}/ready`)).status).toBe(200)
    await running.stop()
  })

  it('ends with 2 for a wrong command line', async () => {
    expect(await runToEnd(worker(), { argv: ['--nonsense'] })).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^error: .*--nonsense.*\nnext: test-worker --help\n$/),
    })
  })

  it('ends with 3 for a model that cannot be used, before it listens', async () => {
    const missing = await runToEnd(worker(), { argv: ['--model', '/no/such/model.bin'] })
    expect(missing).toEqual({
      code: 3,
      stdout: '',
      stderr: 'error: /no/such/model.bin cannot be read: ENOENT\n',
    })
    const wrong = worker({ checkModel: () => Promise.reject(new ModelError('this.bin is not a model.')) })
    expect(await runToEnd(wrong, { argv: ['--model', import.meta.filename] })).toMatchObject({
      code: 3,
      stdout: '',
    })
  })

  it('ends with 3 when the model dies', async () => {
    const death = Promise.withResolvers<Error>()
    const running = await startWorker(worker({ load: async () => ({ id: 'mortal', failed: death.promise }) }))
    death.resolve(new Error('out of memory'))
    await expect.poll(() => running.stderr()).toContain('out of memory')
    expect(await running.stop()).toBe(3)
  })

  it('ends with 4 when the port is taken', async () => {
    const running = await startWorker(worker())
    const taken = await runToEnd(worker(), { argv: ['--port', new URL(running.url).port] })
    expect(taken).toMatchObject({ code: 4, stderr: expect.stringContaining('--port') })
    await running.stop()
  })

  it('closes the model once, after the last request', async () => {
    let closed = 0
    const model = {
      id: 'closing',
      close: async () => {
        closed += 1
      },
    }
    const running = await startWorker(worker({ load: async () => model }))
    expect([await running.stop(), closed]).toEqual([0, 1])
  })

  it('prints the verdict of a self-test', async () => {
    const passed = await runToEnd(worker({ selfTest: async ({ load }) => void (await load(null)) }), {
      argv: ['--self-test'],
    })
    expect([passed.code, JSON.parse(passed.stdout)]).toMatchObject([
      0,
      { self_test: 'passed', worker: 'test-worker', cause: null },
    ])
    const failing = worker({ selfTest: () => Promise.reject(new Error('no such instruction')) })
    const failed = await runToEnd(failing, { argv: ['--self-test'] })
    expect([failed.code, JSON.parse(failed.stdout)]).toMatchObject([
      1,
      { self_test: 'failed', cause: 'no such instruction' },
    ])
    expect(failed.stderr).toContain('no such instruction')
    expect((await runToEnd(worker(), { argv: ['--self-test'] })).code).toBe(1)
  })
})

/** A port that nobody listens on, for a test that has to know the address before the worker says it. */
async function freePort(address: PromiseWithResolvers<string>): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  address.resolve(`http://127.0.0.1:${port}`)
  return String(port)
}
