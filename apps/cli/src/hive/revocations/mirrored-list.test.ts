import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { revocationsSchema } from '@rbee/schema'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { honest, type Lie } from '../trust/testing/lying-proxy.ts'
import { type LyingWorld, lyingWorld } from '../trust/testing/lying-world.ts'

const ID = 'echo-worker'
const keptSchema = z.object({ signed: z.boolean(), list: revocationsSchema })

let world: LyingWorld
beforeAll(async () => {
  world = await lyingWorld()
  await world.publish(ID, '1.0.0')
  await world.publish('bad-worker', '1.0.0')
}, 60_000)
afterAll(() => world[Symbol.asyncDispose]())

const away: Lie = (_path, _answer, response) => {
  response.destroy()
  return 'answered'
}

/** The list that lies in a home; null where there is none. */
async function keptList(home: string) {
  const folder = join(home, 'revocations')
  const [name] = await readdir(folder).catch(() => [])
  return name === undefined ? null : keptSchema.parse(JSON.parse(await readFile(join(folder, name), 'utf8')))
}

it('the list of what may not run comes from a mirror where the registry is away, as the registry signed it', async () => {
  await world.catalog.change('bad-worker', '1.0.0', 'quarantine', 'it harms')
  const registry = world.proxy.registry(away)
  const machine = world.machine()
  const { code, stderr } = await machine.install(registry, ID, '--mirror', world.proxy.registry(honest))
  expect(code, stderr).toBe('done')
  expect(await keptList(machine.home)).toMatchObject({
    signed: true,
    list: { releases: [{ worker: 'bad-worker', version: '1.0.0' }] },
  })
})

it('a mirror that has another list, or an unsigned one, tells nothing', async () => {
  const registry = world.proxy.registry(away)
  const machine = world.machine()
  const lying: Lie = (path, answer) =>
    /revocations/.test(path) ? { status: 200, body: Buffer.from(`${answer.body} `) } : answer
  const { code, stderr } = await machine.install(registry, ID, '--mirror', world.proxy.registry(lying))
  expect(code, stderr).toBe('done')
  expect(await keptList(machine.home)).toBeNull()
})

it('the registry is asked first: a mirror may be hours old', async () => {
  const asked: string[] = []
  const turning = world.turning()
  turning.turn((path, answer) => {
    if (/revocations/.test(path)) asked.push('mirror')
    return answer
  })
  const registry = world.proxy.registry((path, answer) => {
    if (/revocations/.test(path)) asked.push('registry')
    return answer
  })
  const { code } = await world.machine().install(registry, ID, '--mirror', turning.url)
  expect({ code, asked }).toEqual({ code: 'done', asked: ['registry'] })
})
