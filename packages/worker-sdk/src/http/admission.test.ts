import { describe, expect, it } from 'vitest'
import { Admission } from './admission.ts'

const never = new AbortController().signal

describe('Admission', () => {
  it('works on as many requests as there are places, the others in order', async () => {
    const admission = new Admission({ concurrency: 2, queue: 5 })
    const gates = Array.from({ length: 4 }, () => Promise.withResolvers<void>())
    const begun: number[] = []
    const all = gates.map((gate, index) =>
      admission.run(never, async () => {
        begun.push(index)
        await gate.promise
      }),
    )
    await Promise.resolve()
    expect(begun).toEqual([0, 1])
    expect(admission.waiting).toBe(2)
    for (const gate of gates) gate.resolve()
    await Promise.all(all)
    expect(begun).toEqual([0, 1, 2, 3])
    expect(admission.running).toBe(0)
  })

  it('refuses what is beyond the queue and says when to come back', async () => {
    const admission = new Admission({ concurrency: 1, queue: 0 })
    const gate = Promise.withResolvers<void>()
    const first = admission.run(never, () => gate.promise)
    await expect(admission.run(never, async () => 'late')).rejects.toMatchObject({
      code: 'queue_full',
      retryAfter: 1,
    })
    gate.resolve()
    await first
    expect(await admission.run(never, async () => 'later')).toBe('later')
  })

  it('lets a request that gives up waiting leave the queue', async () => {
    const admission = new Admission({ concurrency: 1, queue: 1 })
    const gate = Promise.withResolvers<void>()
    const first = admission.run(never, () => gate.promise)
    const leave = new AbortController()
    const second = admission.run(leave.signal, async () => 'never')
    leave.abort(new Error('gone'))
    await expect(second).rejects.toThrow('gone')
    expect(admission.waiting).toBe(0)
    gate.resolve()
    await first
    expect(admission.running).toBe(0)
  })

  it('gives a place back when the work fails', async () => {
    const admission = new Admission({ concurrency: 1, queue: 0 })
    await expect(admission.run(never, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
    expect(await admission.run(never, async () => 'works')).toBe('works')
  })
})
