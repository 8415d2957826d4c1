import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { echoWorker } from '../../examples/echo-worker.ts'
import { REQUEST_ERRORS } from '../errors.ts'
import { helpText } from '../program/arguments.ts'
import { EXIT } from '../program/host.ts'
import { defineWorker, type FinishReason } from '../worker.ts'
import { checkConformance, runToEnd } from './index.ts'

describe('checkConformance', () => {
  it('passes the example', async () => {
    const results = await checkConformance(echoWorker)
    expect(results.filter((result) => !result.passed)).toEqual([])
    expect(results.length).toBeGreaterThan(20)
    expect((await runToEnd(echoWorker, { argv: ['--self-test'] })).code).toBe(0)
  })

  it('finds a model that answers differently each time', async () => {
    let calls = 0
    async function* fickle(): AsyncGenerator<string, FinishReason> {
      calls += 1
      yield `answer ${calls}`
      return 'stop'
    }
    const worker = defineWorker({
      name: 'fickle-worker',
      version: '1.0.0',
      description: 'Changes its mind',
      model: 'none',
      capabilities: {},
      load: async () => ({ id: 'fickle', complete: () => ({ promptTokens: 1, pieces: fickle() }) }),
    })
    const failed = (await checkConformance(worker)).filter((result) => !result.passed)
    expect(failed.map((result) => result.name)).toContain(
      '/v1/completions: a stream says what the whole answer says',
    )
  })
})

describe('README.md', () => {
  it('shows the example as it is tested', async () => {
    const at = (file: string) => readFile(new URL(`../../${file}`, import.meta.url), 'utf8')
    expect(await at('README.md')).toContain(await at('examples/echo-worker.ts'))
  })

  it('tells every setting, exit code and error code', async () => {
    const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8')
    expect(readme).toContain(helpText(echoWorker))
    for (const code of Object.keys(REQUEST_ERRORS)) expect(readme).toContain(`\`${code}\``)
    for (const code of Object.values(EXIT)) expect(readme).toMatch(new RegExp(`(?:: |· |·\\n)${code} `))
  })
})
