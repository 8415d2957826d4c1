import { openSqliteDatabase } from '@rbee/db/sqlite'
import { aRegistry } from '@rbee/testing'
import { newSignerKey, parseSignerKey } from '@rbee/transparency-log'
import { expect, it } from 'vitest'
import { jsonBytes } from '../documents/json-bytes.ts'
import type { RegistryPorts } from '../registry.ts'

const logSigner = parseSignerKey(newSignerKey('log.example', new Uint8Array(32).fill(1)))

/** A registry whose roots name these keys: root keys, then the online key. */
function aWorld(overrides: Partial<RegistryPorts> = {}) {
  const world = aRegistry(openSqliteDatabase(':memory:'), { logSigner, ...overrides })
  const { documents } = world.ports
  let version = 0
  const publish = async (root: string[], online: string) => {
    version += 1
    const roles = { root: { keyids: root, threshold: 1 }, timestamp: { keyids: [online], threshold: 1 } }
    const file = jsonBytes({ signed: { version, roles }, signatures: [] })
    await documents.put({ kind: 'signed-file', name: `${version}.root.json` }, file)
  }
  const tell = async () => {
    await world.registry.logKeyChanges()
    await world.registry.writeLog()
  }
  const told = async () =>
    (await world.ports.database.readLog(0, 100))
      .map(({ body }) => JSON.parse(body))
      .map(({ role, change, keys, reason }) => `${role} ${change} ${keys} (${reason})`)
  return { ...world, publish, tell, told }
}

it('the log tells of each change of the keys once, however many servers tell of it', async () => {
  const world = aWorld()
  await world.tell()
  expect(await world.told()).toEqual([])
  await world.publish(['a', 'b'], 'x')
  await world.tell()
  await world.publish(['a', 'b'], 'x')
  await world.publish(['a', 'c'], 'x')
  await world.publish(['a', 'c'], 'y')
  await Promise.all([world.tell(), world.tell()])
  await world.tell()
  expect(await world.told()).toEqual([
    'root added a,b (root 1: 1 of 2 sign)',
    'online added x (root 1: 1 of 1 sign)',
    'root added c (root 3: 1 of 2 sign)',
    'root revoked b (root 3: 1 of 2 sign)',
    'online rotated y (root 4: 1 of 1 sign; before: x)',
  ])
})

it('a log that was put back is not told the same again', async () => {
  const world = aWorld()
  await world.publish(['a'], 'x')
  await world.publish(['a'], 'y')
  await world.tell()
  const database = openSqliteDatabase(':memory:')
  const restored = aRegistry(database, { ...world.ports, database })
  await restored.registry.writeLog()
  await restored.registry.logKeyChanges()
  await restored.registry.writeLog()
  expect(await database.logSize()).toBe(3)
})
