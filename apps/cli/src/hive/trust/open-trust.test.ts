import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@rbee/api-client'
import { failureCode } from '@rbee/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTerminal } from '../../program/terminal.ts'
import { startCatalog, type TestCatalog } from '../e2e/catalog.ts'
import { type HiveHome, hiveHome } from '../home.ts'
import { openTrust } from './open-trust.ts'

const REGISTRY = 'https://workers.example'

let catalog: TestCatalog
let folder: string
let home: HiveHome

beforeAll(async () => {
  catalog = await startCatalog()
})
afterAll(() => catalog[Symbol.asyncDispose]())
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rbee-first-use-'))
  home = hiveHome(join(folder, 'home'), folder)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** Opens a registry elsewhere for the first time, in front of somebody who gives this answer; null where nobody sits. */
async function open(answer: string | null, more: { yes?: boolean; readOnly?: boolean } = {}) {
  const asked: string[] = []
  let told = ''
  const write = (text: string) => {
    told += text
  }
  const ask = async (question: string) => {
    asked.push(question)
    return answer ?? ''
  }
  const code = await failureCode(
    openTrust(
      {
        registry: REGISTRY,
        client: createClient({ registry: catalog.url }),
        home,
        yes: false,
        readOnly: false,
        ...more,
      },
      {
        clock: Date.now,
        terminal: createTerminal({
          write,
          columns: () => 80,
          interactive: false,
          quiet: false,
          color: false,
          clock: Date.now,
        }),
        ask: answer === null ? null : ask,
        quiet: false,
        signal: new AbortController().signal,
      },
    ),
  )
  return { code, asked: asked.length, told, remembered: existsSync(home.trustFolder(REGISTRY)) }
}

describe('a registry elsewhere that is not known', () => {
  it('is trusted once somebody agreed who was shown its root, and then without asking', async () => {
    const first = await open('y')
    expect(first).toMatchObject({ code: 'done', asked: 1, remembered: true })
    expect(first.told).toMatch(/^warning: https:\/\/workers\.example .* root 1, sha256:[0-9a-f]{64}\n$/)
    expect(await open('n')).toEqual({ code: 'done', asked: 0, told: '', remembered: true })
  })

  it.each(['n', '', 'maybe'])('is not when the answer is "%s", and nothing is kept', async (answer) => {
    expect(await open(answer)).toMatchObject({ code: 'registry_untrusted', asked: 1, remembered: false })
  })

  it('is with a warning where nobody can be asked, or with --yes', async () => {
    expect(await open(null, { readOnly: true })).toMatchObject({ code: 'done', remembered: false })
    const { told, ...outcome } = await open('n', { yes: true })
    expect(outcome).toEqual({ code: 'done', asked: 0, remembered: true })
    expect(told).toContain(`rbee-hive trust add ${REGISTRY} --root FILE`)
  })
})
