import { existsSync } from 'node:fs'
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import {
  checkConformance,
  finishReasonOf,
  readEvents,
  runToEnd,
  startWorker,
  textOf,
} from '@rbee/worker-sdk/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { selfTestModel } from './selftest-model.ts'
import { createLlmWorker } from './worker.ts'

const STORIES = path.resolve(import.meta.dirname, '../../../../shared/models/stories260K.gguf')

let folder: string
let alphabet: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rbee-llm-'))
  alphabet = path.join(folder, 'alphabet.gguf')
  await writeFile(alphabet, selfTestModel())
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const worker = (model = alphabet) =>
  createLlmWorker('0.0.1', { engine: path.join(import.meta.dirname, 'engine.ts'), selfTestModel: model }, 1)
const start = (model: string, ...argv: string[]) =>
  startWorker(worker(), { argv: ['--model', model, ...argv] })

async function modelFile(name: string, bytes: Uint8Array): Promise<string> {
  const file = path.join(folder, name)
  await writeFile(file, bytes)
  return file
}

describe('the self-test', () => {
  it('passes with the model that it makes', async () => {
    const { code, stdout } = await runToEnd(worker(), { argv: ['--self-test'] })
    expect(JSON.parse(stdout)).toMatchObject({ self_test: 'passed', cause: null })
    expect(code).toBe(0)
  })

  it('names wrong letters as the cause', async () => {
    const bytes = selfTestModel()
    // The token embeddings come first among the tensors: without them, every letter looks alike.
    bytes.fill(0, bytes.length - 90_000, bytes.length - 60_000)
    const file = await modelFile('wrong-weights.gguf', bytes)
    const { code, stdout } = await runToEnd(worker(file), { argv: ['--self-test'] })
    expect(JSON.parse(stdout)).toMatchObject({
      self_test: 'failed',
      cause: expect.stringContaining('the test model spells "defghijklmnopqrstuvwxyz" (stop)'),
    })
    expect(code).toBe(1)
  })

  it('uses a small model that is the same each time', () => {
    expect(Buffer.from(selfTestModel()).equals(Buffer.from(selfTestModel()))).toBe(true)
    expect(selfTestModel().byteLength).toBeLessThan(200_000)
  })
})

describe('llm-worker', () => {
  it('does what every worker does', async () => {
    const results = await checkConformance(worker(), { model: alphabet })
    expect(results.filter((result) => !result.passed)).toEqual([])
  })

  it('generates known texts, several at once', async () => {
    const running = await start(alphabet, '--max-concurrent', '3')
    const complete = async (prompt: string, extra: object = {}) => {
      const response = await running.post('/v1/completions', { prompt, temperature: 0, ...extra })
      const { choices, usage } = (await response.json()) as {
        choices: { text: string; finish_reason: string }[]
        usage: { prompt_tokens: number; completion_tokens: number }
      }
      return [choices[0]?.text, choices[0]?.finish_reason, usage.prompt_tokens, usage.completion_tokens]
    }
    const prompts = ['abc', 'x', 'hello-m', 'Ü']
    expect(await Promise.all(prompts.map((prompt) => complete(prompt)))).toEqual([
      ['defghijklmnopqrstuvwxyz', 'stop', 4, 23],
      ['yz', 'stop', 2, 2],
      ['nopqrstuvwxyz', 'stop', 8, 13],
      ['abcdefghijklmnopqrstuvwxyz', 'stop', 3, 26],
    ])
    expect(await complete('abc', { max_tokens: 4 })).toEqual(['defg', 'length', 4, 4])
    expect((await complete('abc', { stop: ['jk', 'm'] })).slice(0, 2)).toEqual(['defghi', 'stop'])
    await running.stop()
  })

  it('continues the contents of a chat where the model has no template', async () => {
    const running = await start(alphabet)
    const messages = [
      { role: 'system', content: 'Spell.' },
      { role: 'user', content: 'stu' },
    ]
    const stream = await readEvents(
      await running.post('/v1/chat/completions', { messages, stream: true, seed: 1 }),
    )
    expect([textOf(stream), finishReasonOf(stream), stream.done]).toEqual(['vwxyz', 'stop', true])
    await running.stop()
  })

  it("puts a chat through the model's own template", async () => {
    const template = '{% for message in messages %}[{{ message.role }}] {{ message.content }}{% endfor %}!pq'
    const running = await start(await modelFile('template.gguf', selfTestModel(template)))
    const messages = [{ role: 'user', content: 'abc' }]
    const response = await running.post('/v1/chat/completions', { messages, temperature: 0 })
    expect(await response.json()).toMatchObject({ choices: [{ message: { content: 'rstuvwxyz' } }] })
    await running.stop()
  })

  it('gives embeddings of length 1, equal ones for equal texts', async () => {
    const running = await start(alphabet, '--max-concurrent', '2')
    const ask = () => running.post('/v1/embeddings', { input: ['abc', 'xyz', 'abc'] })
    const [response, second] = await Promise.all([ask(), ask()])
    const { data, usage } = (await response.json()) as {
      data: { embedding: number[] }[]
      usage: { prompt_tokens: number }
    }
    expect(data.map(({ embedding }) => embedding.length)).toEqual([32, 32, 32])
    for (const { embedding } of data) expect(Math.hypot(...embedding)).toBeCloseTo(1, 4)
    expect(data[0]).toMatchObject({ embedding: data[2]?.embedding })
    expect(data[0]?.embedding).not.toEqual(data[1]?.embedding)
    expect(usage.prompt_tokens).toBe(12)
    expect(await second.json()).toMatchObject({ data })
    await running.stop()
  })

  it('refuses what does not fit the context, and goes on', async () => {
    const running = await start(alphabet, '--context-size', '64')
    const codeOf = async (prompt: string) => {
      const response = await running.post('/v1/completions', { prompt })
      return [response.status, ((await response.json()) as { error?: { code: string } }).error?.code]
    }
    expect(await codeOf('a'.repeat(500))).toEqual([400, 'context_length_exceeded'])
    expect(await codeOf('')).toEqual([400, 'invalid_request'])
    expect(await codeOf('w')).toEqual([200, undefined])
    await running.stop()
  })

  it('ends by length when the context is full', async () => {
    const running = await start(alphabet, '--context-size', '64')
    const response = await running.post('/v1/completions', { prompt: `${'a'.repeat(55)}b` })
    expect(await response.json()).toMatchObject({ choices: [{ text: 'cdefgh', finish_reason: 'length' }] })
    await running.stop()
  })
})

describe('a model that cannot be used', () => {
  const outcome = (file: string) => runToEnd(worker(), { argv: ['--model', file] })

  it('is named when it is no GGUF file', async () => {
    const file = await modelFile('notes.txt', Buffer.from('not a model'))
    expect(await outcome(file)).toEqual({
      code: 3,
      stdout: '',
      stderr: `error: ${file} is not a GGUF file: it does not begin with "GGUF".\n`,
    })
  })

  it.each([100_000, 2000, 20])("is named with llama.cpp's words when it is cut at %i bytes", async (size) => {
    const file = await modelFile(`cut-${size}.gguf`, selfTestModel())
    await truncate(file, size)
    const { code, stderr } = await outcome(file)
    expect(code).toBe(3)
    expect(stderr).toMatch(/^error: .*cut-\d+\.gguf cannot be loaded: \S/m)
  })
})

describe.skipIf(!existsSync(STORIES))(
  `stories260K${existsSync(STORIES) ? '' : ' (the model file is missing)'}`,
  () => {
    it('writes English, streamed and whole', async () => {
      const running = await start(STORIES)
      const body = {
        messages: [{ role: 'user', content: 'Once upon a time' }],
        max_tokens: 24,
        temperature: 0,
        seed: 1,
      }
      const whole = (await (await running.post('/v1/chat/completions', body)).json()) as {
        choices: { message: { content: string } }[]
      }
      const stream = await readEvents(await running.post('/v1/chat/completions', { ...body, stream: true }))
      expect(textOf(stream)).toBe(whole.choices[0]?.message.content)
      expect(textOf(stream)).toMatch(/^, there was a (little )?(girl|boy) named \w+/)
      await running.stop()
    })
  },
)
