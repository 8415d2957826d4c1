import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { EngineProcess } from './engine-process.ts'
import type { TestReply, TestRequest } from './fixtures/messages.ts'

const file = fileURLToPath(new URL('./fixtures/engine.ts', import.meta.url))
const start = () => EngineProcess.start<TestRequest, TestReply>(file)
const never = new AbortController().signal

describe('EngineProcess', () => {
  const engine = start()
  afterAll(() => engine.close())

  it('gives the replies of a call in order', async () => {
    const replies = await Array.fromAsync(engine.run({ type: 'count', to: 5 }, never))
    expect(replies.map((reply) => reply.number)).toEqual([1, 2, 3, 4, 5])
  })

  it('keeps calls apart that run at once', async () => {
    const both = [7, 3].map((to) => Array.fromAsync(engine.run({ type: 'count', to }, never)))
    expect((await Promise.all(both)).map((replies) => replies.length)).toEqual([7, 3])
  })

  it('stops the engine when the reader has enough', async () => {
    const endless = engine.run({ type: 'count', to: Number.MAX_SAFE_INTEGER }, never)
    for await (const reply of endless) if (reply.number === 3) break
    expect(await engine.ask({ type: 'count', to: 1 }, never)).toEqual({ number: 1 })
  })

  it('stops the engine when the signal is aborted', async () => {
    const leave = new AbortController()
    let last = 0
    for await (const reply of engine.run({ type: 'count', to: Number.MAX_SAFE_INTEGER }, leave.signal)) {
      last = reply.number
      if (last === 2) leave.abort()
    }
    expect(last).toBeGreaterThanOrEqual(2)
  })

  it('tells refusals from failures', async () => {
    await expect(engine.ask({ type: 'refuse' }, never)).rejects.toMatchObject({
      name: 'RequestError',
      code: 'invalid_request',
      param: 'input',
    })
    await expect(engine.ask({ type: 'fail' }, never)).rejects.toThrow(/^It broke\.$/)
  })

  it('gives the last words of an engine that dies', async () => {
    const mortal = start()
    await expect(mortal.ask({ type: 'die' }, never)).rejects.toThrow('error: the file is damaged')
    expect((await mortal.failed).message).toBe('error: the file is damaged')
    await expect(mortal.ask({ type: 'count', to: 1 }, never)).rejects.toThrow('damaged')
    await mortal.close()
  })

  it('ends when it is killed in the middle of a call', async () => {
    const victim = start()
    const call = Array.fromAsync(victim.run({ type: 'count', to: Number.MAX_SAFE_INTEGER }, never))
    const outcome = expect(call).rejects.toThrow('SIGKILL')
    await victim.ask({ type: 'count', to: 1 }, never)
    await victim.kill()
    await outcome
  })
})
