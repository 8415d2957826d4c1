import { request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { RequestError } from '../errors.ts'
import { finishReasonOf, type RunningWorker, readEvents, startWorker, textOf } from '../testing/index.ts'
import { defineWorker, type FinishReason, type Generation } from '../worker.ts'

/** What the model below was asked, and what became of it. */
interface Seen {
  prompts: string[]
  aborted: number
  closed: number
  /** Pieces of 64 KiB that were asked for. */
  flood: number
}

/**
 * A model whose text is known: it counts, `1 2 3 …`, one number a token, up to ten or for ever when asked to. The prompt
 * `wait` holds its answer back until the test lets it go.
 */
function countingWorker() {
  const seen: Seen = { prompts: [], aborted: 0, closed: 0, flood: 0 }
  const gate = Promise.withResolvers<void>()

  async function* count(prompt: string, signal: AbortSignal): AsyncGenerator<string, FinishReason> {
    signal.addEventListener('abort', () => (seen.aborted += 1), { once: true })
    try {
      if (prompt === 'wait') await gate.promise
      if (prompt === 'break') throw new Error('secret words of a user')
      while (prompt === 'flood') {
        seen.flood += 1
        yield 'x'.repeat(65_536)
      }
      const last = prompt === 'forever' ? Number.POSITIVE_INFINITY : 10
      for (let number = 1; number <= last; number += 1) {
        if (last === Number.POSITIVE_INFINITY) await sleep(1)
        yield number === 1 ? '1' : ` ${number}`
      }
      return 'stop'
    } finally {
      seen.closed += 1
    }
  }
  const generation = (prompt: string, signal: AbortSignal): Generation => {
    seen.prompts.push(prompt)
    if (prompt === 'too long')
      throw new RequestError('context_length_exceeded', 'Too long.', { param: 'prompt' })
    return { promptTokens: prompt.split(' ').length, pieces: count(prompt, signal) }
  }
  const worker = defineWorker({
    name: 'counting-worker',
    version: '0.0.1',
    description: 'Counts',
    model: 'none',
    capabilities: { tasks: ['chat'], supports_streaming: true },
    limits: { concurrency: 1, queue: 1, bodyBytes: 50_000, promptCharacters: 1000 },
    load: async () => ({
      id: 'counter',
      contextLength: 2048,
      complete: ({ prompt }, { signal }) => generation(prompt, signal),
      chat: ({ messages }, { signal }) =>
        generation(messages.map((m) => `${m.role}:${m.content}`).join('|'), signal),
      embed: async ({ inputs }) => ({
        vectors: inputs.map((input) => [input.length, 0.5]),
        promptTokens: inputs.length,
      }),
      routes: [
        {
          method: 'POST',
          path: '/v1/double',
          accepts: ['application/json'],
          handle: async (incoming) => ({
            doubled: incoming.json(z.object({ number: z.number() })).number * 2,
          }),
        },
      ],
    }),
  })
  return { worker, seen, open: () => gate.resolve() }
}

describe('a worker over HTTP', () => {
  const { worker, seen } = countingWorker()
  let running: RunningWorker
  beforeAll(async () => {
    running = await startWorker(worker)
  })
  afterAll(() => running.stop())

  const json = async (response: Response) => ({ status: response.status, body: await response.json() })
  const errorOf = async (response: Response) => {
    const { status, body } = await json(response)
    return [status, (body as { error: { code: string } }).error.code]
  }

  it('answers a completion in the shape of OpenAI', async () => {
    expect(
      await json(await running.post('/v1/completions', { model: 'any', prompt: 'a b', max_tokens: 3 })),
    ).toEqual({
      status: 200,
      body: {
        id: expect.stringMatching(/^cmpl-test\d+$/),
        object: 'text_completion',
        created: 1767225600,
        model: 'counter',
        system_fingerprint: null,
        choices: [{ index: 0, text: '1 2 3', logprobs: null, finish_reason: 'length' }],
        usage: { prompt_tokens: 2, completion_tokens: 3, total_tokens: 5 },
      },
    })
  })

  it('answers a chat in the shape of OpenAI', async () => {
    const messages = [
      { role: 'developer', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Co' },
          { type: 'text', text: 'unt' },
        ],
      },
    ]
    const { body } = await json(await running.post('/v1/chat/completions', { messages }))
    expect(seen.prompts.at(-1)).toBe('system:Be brief.|user:Count')
    expect(body).toMatchObject({
      object: 'chat.completion',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: '1 2 3 4 5 6 7 8 9 10', refusal: null },
          finish_reason: 'stop',
        },
      ],
    })
  })

  it('streams chunks, usage and [DONE]', async () => {
    const response = await running.post('/v1/chat/completions', {
      messages: [{ role: 'user', content: 'Count' }],
      max_completion_tokens: 2,
      stream: true,
      stream_options: { include_usage: true },
    })
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    const stream = await readEvents(response)
    expect(stream.done).toBe(true)
    expect(new Set(stream.events.map((event) => event.object))).toEqual(new Set(['chat.completion.chunk']))
    expect(new Set(stream.events.map((event) => event.id)).size).toBe(1)
    expect(stream.events.map((event) => event.choices?.[0]?.delta ?? null)).toEqual([
      { role: 'assistant', content: '' },
      { content: '1' },
      { content: ' 2' },
      {},
      null,
    ])
    expect(finishReasonOf(stream)).toBe('length')
    const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 }
    expect(stream.events.map((event) => event.usage)).toEqual([null, null, null, null, usage])
  })

  it('takes fields that clients send although they change nothing', async () => {
    const idle = {
      n: 1,
      best_of: 1,
      logprobs: null,
      logit_bias: {},
      tools: [],
      response_format: { type: 'text' },
    }
    expect((await running.post('/v1/completions', { prompt: 'a', ...idle })).status).toBe(200)
  })

  it('says what it takes where it takes one of several kinds', async () => {
    const { body } = await json(await running.post('/v1/completions', { prompt: [1, 2] }))
    expect(body).toMatchObject({ error: { message: expect.stringContaining('prompt: must be one text') } })
  })

  it('ends at a stop text, whether or not the model cares', async () => {
    const closed = seen.closed
    const response = await running.post('/v1/completions', {
      prompt: 'forever',
      stop: [' 5', 'never'],
      stream: true,
    })
    const stream = await readEvents(response)
    expect([textOf(stream), finishReasonOf(stream)]).toEqual(['1 2 3 4', 'stop'])
    expect(seen.closed).toBe(closed + 1)
  })

  it('gives embeddings as numbers and as base64', async () => {
    const floats = await json(await running.post('/v1/embeddings', { input: ['abc', 'de'] }))
    expect(floats.body).toEqual({
      object: 'list',
      model: 'counter',
      data: [
        { object: 'embedding', index: 0, embedding: [3, 0.5] },
        { object: 'embedding', index: 1, embedding: [2, 0.5] },
      ],
      usage: { prompt_tokens: 2, total_tokens: 2 },
    })
    const packed = await json(
      await running.post('/v1/embeddings', { input: 'abc', encoding_format: 'base64' }),
    )
    const [entry] = (packed.body as { data: { embedding: string }[] }).data
    const bytes = Buffer.from(entry?.embedding ?? '', 'base64')
    expect([bytes.readFloatLE(0), bytes.readFloatLE(4)]).toEqual([3, 0.5])
  })

  it('serves routes of the author', async () => {
    expect((await json(await running.post('/v1/double', { number: 21 }))).body).toEqual({ doubled: 42 })
    expect(await errorOf(await running.post('/v1/double', { number: 'x' }))).toEqual([400, 'invalid_request'])
  })

  it('describes itself', async () => {
    expect((await json(await fetch(`${running.url}/v1/capabilities`))).body).toMatchObject({
      worker: 'counting-worker',
      version: '0.0.1',
      tasks: ['chat'],
      model: { id: 'counter', context_length: 2048 },
      endpoints: ['/v1/chat/completions', '/v1/completions', '/v1/embeddings', '/v1/double'],
    })
    expect((await json(await fetch(`${running.url}/v1/models`))).body).toEqual({
      object: 'list',
      data: [{ id: 'counter', object: 'model', created: 1767225600, owned_by: 'counting-worker' }],
    })
  })

  it.each([
    [{}, 'prompt'],
    [{ prompt: 7 }, 'prompt'],
    [{ prompt: ['a', 'b'] }, 'prompt'],
    [{ prompt: 'a', max_tokens: 0 }, 'max_tokens'],
    [{ prompt: 'a', max_tokens: 1.5 }, 'max_tokens'],
    [{ prompt: 'a', temperature: 3 }, 'temperature'],
    [{ prompt: 'a', top_p: -1 }, 'top_p'],
    [{ prompt: 'a', stop: [''] }, 'stop'],
    [{ prompt: 'a', stream: 'yes' }, 'stream'],
    [{ prompt: 'a', n: 2 }, 'n'],
    [{ prompt: 'a', best_of: 3 }, 'best_of'],
    [{ prompt: 'a', logprobs: 1 }, 'logprobs'],
    [{ prompt: 'a', top_logprobs: 2 }, 'top_logprobs'],
    [{ prompt: 'a', logit_bias: { 5: 100 } }, 'logit_bias'],
    [{ prompt: 'a', response_format: { type: 'json_object' } }, 'response_format'],
  ])('refuses %j and names the parameter', async (body, param) => {
    const { status, body: answer } = await json(await running.post('/v1/completions', body))
    expect(status).toBe(400)
    expect(answer).toMatchObject({
      error: { type: 'invalid_request_error', param: expect.stringMatching(`^${param}`) },
    })
  })

  it.each([
    [{ messages: [] }],
    [{ messages: [{ role: 'king', content: 'x' }] }],
    [{ messages: [{ role: 'user', content: [{ type: 'image_url', image_url: {} }] }] }],
    [{ messages: [{ role: 'user', content: 'x' }], tools: [{ type: 'function' }] }],
  ])('refuses the chat %j', async (body) => {
    expect((await running.post('/v1/chat/completions', body)).status).toBe(400)
  })

  it('tells what the model refuses before a stream begins', async () => {
    const response = await running.post('/v1/completions', { prompt: 'too long', stream: true })
    expect(await errorOf(response)).toEqual([400, 'context_length_exceeded'])
  })

  it('does not tell clients why a model broke', async () => {
    const response = await running.post('/v1/completions', { prompt: 'break' })
    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('secret')
  })

  it('refuses what is too large, of another type, unknown or asked for by another method', async () => {
    const at = (path: string, init?: RequestInit) => fetch(running.url + path, init)
    expect(await errorOf(await running.post('/v1/completions', { prompt: 'x'.repeat(1001) }))).toEqual([
      400,
      'context_length_exceeded',
    ])
    expect(await errorOf(await running.post('/v1/completions', { prompt: 'x'.repeat(60_000) }))).toEqual([
      413,
      'body_too_large',
    ])
    expect(await errorOf(await at('/v1/completions', { method: 'POST', body: '{}' }))).toEqual([
      415,
      'unsupported_media_type',
    ])
    expect(await errorOf(await at('/v1/nothing'))).toEqual([404, 'not_found'])
    const get = await at('/v1/completions')
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST'])
    expect((await at('/health', { method: 'HEAD' })).status).toBe(200)
  })

  it('answers a body without a stated length that grows too large', async () => {
    const body = new ReadableStream({
      start: (controller) => {
        for (let chunk = 0; chunk < 8; chunk += 1) controller.enqueue(new Uint8Array(10_000).fill(32))
        controller.close()
      },
    })
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      duplex: 'half' as const,
    }
    expect(await errorOf(await fetch(`${running.url}/v1/completions`, init))).toEqual([413, 'body_too_large'])
  })

  it('answers no name but those of this machine', async () => {
    const status = await new Promise((resolve, reject) => {
      request(`${running.url}/v1/models`, { headers: { host: 'evil.example' } }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
        .on('error', reject)
        .end()
    })
    expect(status).toBe(403)
  })

  it('stops a generation whose client goes away', async () => {
    const { closed, aborted } = { ...seen }
    const leave = new AbortController()
    const body = { prompt: 'forever', stream: true }
    const response = await running.post('/v1/completions', body, { signal: leave.signal })
    await response.body?.getReader().read()
    leave.abort()
    await expect.poll(() => seen.closed).toBe(closed + 1)
    expect(seen.aborted).toBe(aborted + 1)
  })

  it('waits for a reader that is slower than the model', async () => {
    const reader = request(`${running.url}/v1/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    })
    const answered = new Promise((resolve) =>
      reader.once('response', (response) => resolve(response.pause())),
    )
    reader.end(JSON.stringify({ prompt: 'flood', stream: true }))
    await answered
    // What the system's buffers hold is a few MiB; a server that does not wait goes on beyond any bound.
    let before = -1
    while (seen.flood !== before) {
      before = seen.flood
      await sleep(100)
    }
    expect(seen.flood).toBeLessThan(1000)
    const { closed } = seen
    reader.destroy()
    await expect.poll(() => seen.closed).toBe(closed + 1)
  })
})

describe('limits and the end of a worker', () => {
  it('lets one request wait and refuses the next with Retry-After', async () => {
    const { worker, open } = countingWorker()
    const running = await startWorker(worker)
    const ready = async () =>
      (await (await fetch(`${running.url}/ready`)).json()) as { running: number; waiting: number }
    const first = running.post('/v1/completions', { prompt: 'wait' })
    await expect.poll(ready).toMatchObject({ running: 1, waiting: 0 })
    const second = running.post('/v1/completions', { prompt: 'second' })
    await expect.poll(ready).toMatchObject({ running: 1, waiting: 1 })
    const third = await running.post('/v1/completions', { prompt: 'third' })
    expect([third.status, third.headers.get('retry-after')]).toEqual([429, '1'])
    open()
    expect([(await first).status, (await second).status]).toEqual([200, 200])
    expect(await running.stop()).toBe(0)
  })

  it('ends a request whose time is up', async () => {
    const { worker, open } = countingWorker()
    const running = await startWorker(worker, { argv: ['--request-timeout', '1'] })
    const held = running.post('/v1/completions', { prompt: 'wait' })
    const queued = running.post('/v1/completions', { prompt: 'queued' })
    expect((await queued).status).toBe(504)
    open()
    expect((await held).status).toBe(504)
    const endless = await readEvents(
      await running.post('/v1/completions', { prompt: 'forever', stream: true }),
    )
    expect([endless.done, endless.events.at(-1)?.error?.code]).toEqual([false, 'timeout'])
    await running.stop()
  })

  it('lets a running answer end when it is told to stop', async () => {
    const { worker, open } = countingWorker()
    const running = await startWorker(worker)
    const answer = running.post('/v1/completions', { prompt: 'wait', stream: true })
    await expect
      .poll(async () => ((await (await fetch(`${running.url}/ready`)).json()) as { running: number }).running)
      .toBe(1)
    const exit = running.stop()
    await expect(fetch(`${running.url}/health`)).rejects.toThrow()
    open()
    const stream = await readEvents(await answer)
    expect([textOf(stream), stream.done]).toEqual(['1 2 3 4 5 6 7 8 9 10', true])
    expect(await exit).toBe(0)
  })

  it('cuts off what has not ended within the grace period', async () => {
    const { worker, seen } = countingWorker()
    const running = await startWorker(worker, { argv: ['--grace-period', '0'] })
    const response = await running.post('/v1/completions', { prompt: 'forever', stream: true })
    expect(await running.stop()).toBe(0)
    expect((await readEvents(response)).done).toBe(false)
    expect(seen.closed).toBe(1)
  })
})
