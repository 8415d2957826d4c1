import { execFile } from 'node:child_process'
import { mkdtemp, open as openFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import { aNameRow, aRecipeRow, aSha256, aTokenRow, aWorkerRow, failureOf, saveRecipe } from '@rbee/testing'
import { databaseContract } from '@rbee/testing/contracts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSqliteDatabase, type SqliteDatabase, type SqliteOptions } from './index.ts'

databaseContract('SQLite', async () => {
  const store = openSqliteDatabase(':memory:')
  return { store, close: async () => store.close() }
})

describe('an SQLite file', () => {
  let folder: string
  let file: string
  const opened: SqliteDatabase[] = []

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rbee-db-'))
    file = join(folder, 'data', 'catalog.sqlite')
  })
  afterEach(async () => {
    for (const database of opened.splice(0)) database.close()
    await rm(folder, { recursive: true, force: true })
  })

  function open(options?: SqliteOptions): SqliteDatabase {
    const database = openSqliteDatabase(file, options)
    opened.push(database)
    return database
  }

  it('keeps its rows when it is opened again', async () => {
    await open().insertToken(aTokenRow())
    opened.splice(0).forEach((database) => void database.close())
    expect(await open().findTokenByHash(aTokenRow().hash)).toEqual(aTokenRow())
  })

  it('shows what another open database of the same file wrote', async () => {
    const [server, commandLine] = [open(), open()]
    await commandLine.insertToken(aTokenRow())
    expect(await server.findTokenByHash(aTokenRow().hash)).toEqual(aTokenRow())
  })

  it('takes writes of several processes at once, which all open it for the first time', async () => {
    await Promise.all([1, 2, 3].map((process) => insertTokensInProcess(file, process)))
    const database = open()
    for (const number of [1001, 1020, 2001, 2020, 3001, 3020]) {
      expect(await database.findTokenByHash(aSha256(number))).not.toBeNull()
    }
  })

  it('fails with storage_failed while another process keeps it locked', async () => {
    const database = open({ busyTimeout: 20 })
    const other = new DatabaseSync(file)
    other.exec('BEGIN IMMEDIATE')
    await expect(database.insertToken(aTokenRow())).rejects.toMatchObject({ code: 'storage_failed' })
    await expect(database.findTokenByHash(aTokenRow().hash)).resolves.toBeNull()
    other.close()
    await database.insertToken(aTokenRow())
  })

  function recordMigration(name: string) {
    const other = new DatabaseSync(file)
    other.prepare('INSERT INTO d1_migrations (name) VALUES (?)').run(name)
    other.close()
  }

  it.each([
    ['is no database', 0],
    ['has a damaged first page', 100],
  ])('that %s fails when it is opened, with the cure', async (_what, position) => {
    open()
    for (const database of opened.splice(0)) database.close()
    const handle = await openFile(file, 'r+')
    await handle.write(Buffer.alloc(40, 'garbage'), 0, 40, position)
    await handle.close()
    expect(await failureOf(Promise.resolve().then(() => open()))).toMatchObject({
      code: 'state_damaged',
      next: expect.stringContaining('rbee-catalog restore'),
    })
  })

  it('is made so that other users of the machine do not read it', async () => {
    open()
    const modes = await Promise.all(
      [file, `${file}-wal`].map(async (path) => (await stat(path)).mode & 0o777),
    )
    expect(modes).toEqual([0o600, 0o600])
  })

  it('is refused when a newer version took away what this one may need', () => {
    open()
    recordMigration('9999_contract_future.sql')
    expect(() => open()).toThrow('newer version (9999_contract_future.sql)')
  })

  it('goes on working when a newer version only added to it', async () => {
    open()
    recordMigration('9999_future.sql')
    const database = open()
    await database.insertToken(aTokenRow())
  })

  it('keeps nothing of a batch of which one statement fails', async () => {
    const database = open()
    const [worker, bad] = [aWorkerRow(), aRecipeRow({ updatedAt: 1.5 })]
    await expect(saveRecipe(database, worker, [aNameRow()], bad)).rejects.toThrow(
      'cannot store REAL value in INTEGER column',
    )
    expect(await database.getWorker(worker.id)).toBeNull()
    expect(await database.listDue(10)).toEqual([])
  })

  it('tells of every statement that it is asked for', async () => {
    const statements: string[] = []
    const database = open({ onQuery: (sql) => statements.push(sql) })
    expect(statements).toEqual([])
    await database.findTokenByHash(aSha256())
    expect(statements).toHaveLength(1)
    await database.getWorker(aWorkerRow().id)
    expect(statements.length).toBeGreaterThan(2)
  })

  it('has the indexes that its frequent questions need', () => {
    open()
    const sqlite = new DatabaseSync(file, { readOnly: true })
    const planOf = (sql: string) =>
      sqlite
        .prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .all()
        .map(({ detail }) => detail)
        .join('\n')
    expect(planOf(`SELECT * FROM tokens WHERE hash = 'x'`)).toContain('USING INDEX')
    expect(planOf(`SELECT * FROM names WHERE name IN (SELECT value FROM json_each('[]'))`)).toContain(
      'USING INDEX',
    )
    expect(planOf(`SELECT * FROM uploads WHERE token_id = 'x' AND sha256 = 'y'`)).toContain('uploads_token')
    expect(planOf(`SELECT * FROM recipes WHERE catalog = 'x'`)).toContain('recipes_catalog')
    sqlite.close()
  })
})

/** Twenty tokens with the hashes of `process * 1000 + 1` and on, written by a process of its own. */
async function insertTokensInProcess(file: string, process: number): Promise<void> {
  const script = `
    const { openSqliteDatabase } = await import(${JSON.stringify(new URL('index.ts', import.meta.url).href)})
    const database = openSqliteDatabase(${JSON.stringify(file)})
    for (let number = ${process} * 1000 + 1; number <= ${process} * 1000 + 20; number += 1) {
      await database.insertToken({
        id: 'token-' + number, hash: number.toString(16).padStart(64, '0'), scope: 'publish',
        worker: null, createdAt: 0, expiresAt: null, revokedAt: null,
      })
    }
    database.close()`
  await promisify(execFile)(globalThis.process.execPath, ['--input-type=module', '--eval', script])
}
