import { setTimeout } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { inOrder } from './in-order.ts'

const answersOf = async <Answer>(answers: AsyncGenerator<Answer>) => Array.fromAsync(answers)

it('answers in the order of the items, whoever is ready first', async () => {
  const answers = inOrder([30, 1, 20, 2], 4, String, async (ms) => {
    await setTimeout(ms)
    return ms
  })
  expect(await answersOf(answers)).toEqual([30, 1, 20, 2])
})

it('works on so many at once, and on one of each key', async () => {
  let running = 0
  let most = 0
  const keys: string[] = []
  const work = async (item: string) => {
    const key = item.slice(0, 1)
    expect(keys).not.toContain(key)
    keys.push(key)
    running += 1
    most = Math.max(most, running)
    await setTimeout(5)
    running -= 1
    keys.splice(keys.indexOf(key), 1)
    return item
  }
  const items = ['a1', 'a2', 'b1', 'c1', 'a3', 'd1', 'e1', 'b2']
  expect(await answersOf(inOrder(items, 3, (item) => item.slice(0, 1), work))).toEqual(items)
  expect(most).toBe(3)
})

it('ends with the first failure in the order of the items, and leaves none unheard', async () => {
  const work = async (ms: number) => {
    await setTimeout(ms)
    throw new Error(`after ${ms}`)
  }
  await expect(answersOf(inOrder([20, 1, 40], 3, String, work))).rejects.toThrow('after 20')
  await setTimeout(40)
})
